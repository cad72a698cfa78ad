"""The permission table: every route and method, and what each audience gets there.

`python -m tests.architecture.permissions_table` prints the rows that the table lacks, as the code declares them, and
names those that no route has any more. Read a printed row critically before it goes into `permissions.toml`: the table
says who ought to be let in, the code only who is.
"""

import sys
import tempfile
import tomllib
from pathlib import Path

from apiflask import APIFlask
from werkzeug.routing import Rule

from ilpes_lms import config
from ilpes_lms.app import create_app
from ilpes_lms.web import access

FILE = Path(__file__).with_name("permissions.toml")
ALLOWED, SIGN_IN, FORBIDDEN = "yes", "sign-in", "no"
ANSWERS = (ALLOWED, SIGN_IN, FORBIDDEN)
WRITTEN = (
    "anonymous", "participant", "instructor", "coordinator", "statistics_reader", "focal_point", "administrator",
    "undeclared_role",
)  # fmt: skip
# Those who get what a participant gets, and in the file only what they get beyond it.
BEYOND = ("auditor",)
AUDIENCES = (*WRITTEN, *BEYOND)
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
Row = dict[str, str]


def rows() -> dict[str, Row]:
    """Return the table: by method and route, what each audience is to get."""
    found = tomllib.loads(FILE.read_text(encoding="utf-8"))
    table = {name: dict(zip(WRITTEN, answers, strict=True)) for name, answers in found["routes"].items()}
    for name, row in table.items():
        row |= {who: ALLOWED if name in found["beyond"][who] else row["participant"] for who in BEYOND}
    return table


def routes(app: APIFlask) -> dict[str, Rule]:
    """Return every route of an application by method and address."""
    found = {
        f"{method} {rule.rule}": rule
        for rule in app.url_map.iter_rules()
        for method in _METHODS
        if method in (rule.methods or ())
    }
    return dict(sorted(found.items(), key=lambda pair: pair[0].split(" ", 1)[::-1]))


def declared(app: APIFlask, rule: Rule) -> Row:
    """Return what the code declares for a route, audience by audience."""
    requirement = access.requirement_of(app, rule.endpoint)
    grants = access.register_of(app).grants

    def answer(audience: str) -> str:
        if requirement is None:
            return FORBIDDEN
        if requirement.kind == "public":
            return ALLOWED
        if audience == "anonymous":
            return SIGN_IN
        granted = grants.get(audience, set())
        return ALLOWED if requirement.kind == "signed_in" or granted & set(requirement.permissions) else FORBIDDEN

    return {audience: answer(audience) for audience in AUDIENCES}


def line(name: str, row: Row, width: int) -> str:
    """Return a row as it stands in the file."""
    answers = ", ".join(f'"{row[audience]}"'.ljust(9) for audience in WRITTEN)
    return f'"{name}"'.ljust(width) + f" = [{answers.rstrip()}]"


def main() -> int:
    """Print what the table lacks and what it has in excess."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(config.load({}, environment="test", database_url="sqlite://", var_folder=folder))
    known, there = rows() if FILE.exists() else {}, routes(app)
    width = max(len(name) for name in there) + 2
    for name, rule in there.items():
        if name not in known:
            print(line(name, declared(app, rule), width))  # noqa: T201 - what the command is for
    gone = sorted(known.keys() - there.keys())
    for name in gone:
        print(f"no route any more: {name}", file=sys.stderr)  # noqa: T201
    return 1 if gone or known.keys() != there.keys() else 0


if __name__ == "__main__":
    sys.exit(main())
