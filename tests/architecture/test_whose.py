"""What belongs to others: every address of attendance, certificates, reminders and announcements, asked by a stranger.

Enrolment and catalogue are asked alike in tests/enrolment/test_divisions.py.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import Rule

from ilpes_lms.core import clock
from ilpes_lms.core.database import Model, db
from ilpes_lms.web import access
from tests.factories.people import bearer, sign_in
from tests.factories.taught import Values, make_desk

ROOMS = {
    "attendance", "api_attendance", "certificates", "api_certificates", "certificate_templates",
    "api_certificate_templates", "reminders", "api_reminders", "announcements", "api_announcements",
}  # fmt: skip
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
OWN, FOREIGN = "own@example.org", "foreign@example.org"
# Whose sign-ins are used is written down whoever asks.
# Of whom signs in, and that somebody read of others.
WRITTEN_ANYWAY = {"sign_ins", "audit_entries", "audit_seen_persons"}
PARTS = ("enrolment_ref", "appeal_ref", "import_ref", "row_ref", "person_ref", "disagreement_ref")
REMINDER = {"amount": 3, "recipients": ["confirmed"]}
# What a program must send to be understood at all: what is not understood tells nothing of what is there.
BODIES: dict[str, Any] = {
    "api_announcements.rewrite": {"words": {"es": {"subject": "Aviso", "body": "Es a las diez."}}},
    "api_announcements.send": {"seen": "x"},
    "api_announcements.write": {"words": {"es": {"subject": "Aviso", "body": "Es a las diez."}}},
    "api_attendance.answer_correction": {"state": "upheld", "answer": "No estuvo."},
    "api_attendance.decide_about": {"enrolment": None},
    "api_attendance.decide_about_row": {"enrolment": None},
    "api_attendance.mark": {"mark": "present"},
    "api_attendance.settle": {"take": True},
    "api_attendance.take_back": {"deed": "x" * 8},
    "api_attendance.write_to_behind": {"enrolments": ["x"], "text": "¿Cómo va?"},
    "api_certificate_templates.choose": {"template": "x"},
    "api_reminders.add_rule": {**REMINDER, "anchor": "activity_start", "side": "before"},
    "api_reminders.pause": {"until": (clock.now() + timedelta(days=30)).isoformat()},
    "api_reminders.set_rule": REMINDER,
    "api_reminders.switch": {"enabled": False},
}
FORM = {"take": "yes"}
QUERIES = {"api_reminders.of_line": "?rule=activity_starts&day=2030-01-01"}

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
Case = tuple[str, Rule]
Ask = Callable[[Case, Values], int]


@pytest.fixture
def theirs(app: APIFlask) -> Values:
    return make_desk(app, division="statistics", email=OWN)


@pytest.fixture
def mine(app: APIFlask) -> Values:
    """What a coordinator of another division manages."""
    return make_desk(app, division="gender_affairs", email=FOREIGN)


@pytest.fixture
def asks(app: APIFlask, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Ask]:
    """Ask as somebody: pages in a browser, JSON as a program; return the status."""
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)

    def somebody(who: str) -> Ask:
        browser = app.test_client()
        sign_in(browser, who)
        token = bearer(app, who)
        return lambda case, values: status_of(app, case, path_of(app, case, values), browser, token)

    return somebody


def status_of(app: APIFlask, case: Case, path: str, browser: FlaskClient, token: dict[str, str]) -> int:
    method, rule = case
    if not path.startswith("/api/"):
        return browser.open(path, method=method, data=None if method == "GET" else FORM).status_code
    sent: dict[str, Any] = {} if method in ("GET", "DELETE") else {"json": BODIES.get(rule.endpoint, {})}
    path += QUERIES.get(rule.endpoint, "")
    with app.test_client().open(path, method=method, headers={**token, "If-Match": '"1"'}, **sent) as answer:
        return answer.status_code


def managing(app: APIFlask) -> list[Case]:
    """Return every address of these rooms that asks for a permission and names a thing of an activity."""
    return [
        (method, rule)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.split(".")[0] in ROOMS
        and (requirement := access.requirement_of(app, rule.endpoint))
        and requirement.kind == "permission"
        and {"activity_ref", "class_session_ref", "ref"} & rule.arguments
        for method in METHODS
        if method in (rule.methods or ())
    ]


def path_of(app: APIFlask, case: Case, values: Values) -> str:
    method, rule = case
    known = values | {"import_ref": values["export_ref" if "platform" in rule.rule else "report_ref"]}
    chosen = {}
    for name in rule.arguments:
        choices: Any = getattr(rule._converters[name], "items", None)
        chosen[name] = min(choices) if choices else known[name]
    with app.test_request_context():
        return app.url_map.bind("localhost").build(rule.endpoint, chosen, method=method)


def everything(app: APIFlask) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table."""
    with app.app_context():
        return {
            table.name: sorted((tuple(row) for row in db.session.execute(select(table))), key=repr)
            for table in Model.metadata.sorted_tables
            if table.name not in WRITTEN_ANYWAY
        }


def other_than_404(app: APIFlask, cases: list[Case], ask: Ask, values: Values) -> dict[str, int]:
    answers = {f"{case[0]} {case[1].rule}": ask(case, values) for case in cases}
    return {name: status for name, status in answers.items() if status != 404}


@pytest.mark.usefixtures("mine")
def test_trust_20_nothing_of_another_division_s_activity_is_there_or_changes(app: APIFlask, theirs, asks) -> None:
    cases, ask = managing(app), asks(FOREIGN)
    assert len(cases) > 100
    before = everything(app)
    assert other_than_404(app, cases, ask, theirs) == {}
    assert everything(app) == before


def test_trust_20_an_id_of_another_activity_inside_an_authorised_address_is_not_there(
    app: APIFlask, theirs, mine, asks
) -> None:
    crossed = theirs | {name: mine[name] for name in ("activity_ref", "class_session_ref")}
    cases, ask = [case for case in managing(app) if set(PARTS) & case[1].arguments], asks(FOREIGN)
    assert len(cases) > 30
    before = everything(app)
    assert other_than_404(app, cases, ask, crossed) == {}
    assert everything(app) == before


def test_trust_20_the_same_addresses_answer_those_whose_they_are_and_reading_changes_nothing(
    app: APIFlask, theirs, asks
) -> None:
    """The control: what is not there for a stranger is there, so it is whose it is that closes it."""
    reading, ask, before = [case for case in managing(app) if case[0] == "GET"], asks(OWN), everything(app)
    answers = {case[1].rule: ask(case, theirs) for case in reading}
    assert {name: status for name, status in answers.items() if status != 200} == {}
    assert everything(app) == before
