"""Script in what people write is text on every page about it, and what they write is text in every table handed out."""

import ast
from collections.abc import Iterator

import pytest
from apiflask import APIFlask
from sqlalchemy import update

from ilpes_lms.config import ROOT
from ilpes_lms.core.database import writing
from ilpes_lms.people.models import Person
from tests.architecture.test_whose import managing, path_of
from tests.factories.people import sign_in
from tests.factories.taught import Values, make_desk

SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)>"
STAFF = "own@example.org"
# Their cells are codes and numbers, or go back into a form of ours, or stand in for what people upload.
NOT_HANDED_OUT = {
    "statistics/releases/sdmx.py", "enrolment/service/lists.py", "demo/service/imported.py",
    "attendance/reports/decoding.py", "core/tables/delimited.py",
}  # fmt: skip


@pytest.fixture
def values(app: APIFlask) -> Values:
    made = make_desk(app, division="statistics", email=STAFF, title=f"Curso {SCRIPT}")
    written = dict.fromkeys(
        ("given_names", "first_surname", "certificate_name", "organization_text", "position"), SCRIPT
    )
    with app.app_context(), writing() as session:
        # No form takes such a name, but what is on record may be older than the forms.
        session.execute(update(Person).values(**written))
    return made


def pages(app: APIFlask, values: Values) -> Iterator[tuple[str, str]]:
    """Return every page about the activity and its people with its HTML: for staff, for everybody, one's own."""
    staff, participant = app.test_client(), app.test_client()
    sign_in(staff, STAFF)
    sign_in(participant, f"participant.{STAFF}")
    ref = values["activity_ref"]
    own = [
        "/my",
        "/my/profile",
        f"/my/attendance/{values['enrolment_ref']}",
        f"/activities/{ref}",
        "/activities?when=past",
    ]
    asked = [(staff, path_of(app, case, values)) for case in managing(app) if case[0] == "GET"]
    asked += [(staff, f"/coordinate/activities/{ref}{part}") for part in ("", "/edit", "/participants", "/messages")]
    for browser, path in [*asked, *((participant, path) for path in own)]:
        if path.startswith("/api/"):
            continue
        with browser.get(path, follow_redirects=True) as answer:
            if answer.content_type.startswith("text/html"):
                yield path, answer.text


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_trust_33_script_in_titles_and_names_is_text_on_every_page(app: APIFlask, values: Values) -> None:
    seen = dict(pages(app, values))
    assert [path for path, html in seen.items() if "<script>alert" in html or "<img src=x" in html] == []
    assert sum("&lt;script&gt;alert(1)" in html for html in seen.values()) > 20


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_trust_33_without_escaping_it_would_run(app: APIFlask, values: Values, monkeypatch) -> None:
    """The negative control."""
    monkeypatch.setattr(app.jinja_env, "autoescape", False)
    app.jinja_env.cache.clear()
    try:
        assert any("<script>alert" in html for _path, html in pages(app, values))
    finally:
        app.jinja_env.cache.clear()


def test_trust_30_every_table_that_is_handed_out_is_written_as_text() -> None:
    """A file that writes CSV or workbooks by itself passes its cells through `as_text`."""
    writing = {}
    for path in (ROOT / "ilpes_lms").rglob("*.py"):
        tree = ast.parse(path.read_text())
        named = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        called = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        if named & {"DictWriter", "writer", "Workbook"}:
            writing[str(path.relative_to(ROOT / "ilpes_lms"))] = "as_text" in called | named
    assert {name for name, as_text in writing.items() if not as_text} - NOT_HANDED_OUT == set()
    assert {"core/tables/writing.py", "statistics/formats.py"} <= {name for name, as_text in writing.items() if as_text}
