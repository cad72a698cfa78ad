"""The attendance grid as a file and as JSON: read back by other programs than those that wrote it."""

import csv
import io
import zipfile
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from ilpes_lms.attendance import service
from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.core import tables
from ilpes_lms.core.database import db, writing
from tests.conftest import counted_statements
from tests.factories.attendance import Taught, make_taught, mark
from tests.factories.catalogue import make_class_session
from tests.factories.people import bearer, sign_in

FORMULAS = ('=HYPERLINK("http://x")', "+1+1", "-1", "@SUM(A1)", "\t=1", "＝1")


@pytest.fixture
def taught(app: APIFlask) -> Taught:
    """Two participants and two class sessions: one late for 40 of 90 minutes and then absent, one without a mark."""
    with app.app_context():
        found = make_taught(sessions=2, participants=2, instructor="profe@example.org")
        service.mark(class_session_ref=found.session_refs[0], enrolment_ref=found.refs[0], mark="late", minutes=40)
        mark(found.sessions[1], found.enrolments[0], "absent")
        return found


def rows_of(content: bytes) -> list[list[str]]:
    return [list(row.cells) for row in tables.read(io.BytesIO(content), tables.Limits(file_bytes=10**7, rows=10_000))]


def by_heading(rows: list[list[str]], place: int) -> dict[str, str]:
    padded = rows[place] + [""] * (len(rows[0]) - len(rows[place]))
    return dict(zip(rows[0], padded, strict=True))


def fetched(client: FlaskClient, taught: Taught, kind: str) -> Any:
    return client.get(f"/teach/activities/{taught.activity.public_id}/attendance.{kind}?lang=es")


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_the_grid_has_marks_in_words_minutes_and_totals(client: FlaskClient, taught: Taught, kind: str) -> None:
    sign_in(client, "profe@example.org")
    answer = fetched(client, taught, kind)
    assert answer.status_code == 200
    assert f"attendance-{taught.activity.public_id}.{kind}" in answer.headers["Content-Disposition"]
    rows = rows_of(answer.data)
    assert len(rows) == 3
    first, second = by_heading(rows, 1), by_heading(rows, 2)
    (session,) = [name for name in rows[0] if name.startswith("1. ") and "minutos" not in name]
    assert (first[session], first[f"{session}: minutos"]) == ("Tarde", "40")
    assert (first["Minutos"], first["Tarde"], first["Ausente"], first["Sin marca"]) == ("40", "1", "1", "0")
    assert (second[session], second["Minutos"], second["Sin marca"]) == ("", "0", "2")
    assert first["Resultado"]


def test_trust_30_what_looks_like_a_formula_comes_out_as_text(
    app: APIFlask, client: FlaskClient, taught: Taught
) -> None:
    sign_in(client, "profe@example.org")
    for formula in FORMULAS:
        with app.app_context(), writing():
            db.session.merge(taught.enrolments[0]).organization_name = formula
        text = fetched(client, taught, "csv").data.decode("utf-8-sig")
        cells = [cell for row in csv.reader(io.StringIO(text), delimiter=";") for cell in row]
        assert f"'{formula}" in cells
        assert not any(cell.lstrip().startswith(("=", "+", "@", "＝")) for cell in cells)
        book = fetched(client, taught, "xlsx").data
        assert b"<f>" not in _sheet(book)


def _sheet(book: bytes) -> bytes:
    return zipfile.ZipFile(io.BytesIO(book)).read("xl/worksheets/sheet1.xml")


def test_cancelled_class_sessions_are_not_in_it(app: APIFlask, client: FlaskClient, taught: Taught) -> None:
    with app.app_context():
        coming = make_taught(sessions=1, participants=1, instructor="otra@example.org")
        later = make_class_session(coming.activity, starts_in=5)
        catalogue.cancel_class_session(class_session_ref=later.public_id)
    sign_in(client, "otra@example.org")
    assert not any(name.startswith("2. ") for name in rows_of(fetched(client, coming, "xlsx").data)[0])


def test_programs_get_the_same(app: APIFlask, client: FlaskClient, taught: Taught) -> None:
    address = f"/api/v1/activities/{taught.activity.public_id}/attendance"
    teacher = bearer(app, "profe@example.org")
    with counted_statements(app) as statements:
        said = client.get(address, headers=teacher).get_json()
    assert len(statements) <= 12
    first, second = said["participants"]
    assert [(one["mark"], one["minutes"]) for one in first["marks"]] == [("late", 40), ("absent", 0)]
    assert (first["minutes"], first["counts"]["late"]) == (40, 1)
    assert [one["mark"] for one in second["marks"]] == [None, None]
    assert second["counts"]["unmarked"] == 2
    assert client.get(address).status_code == 401


def test_whoever_does_not_teach_it_finds_no_grid(app: APIFlask, client: FlaskClient, taught: Taught) -> None:
    with app.app_context():
        make_taught(instructor="otra@example.org")
    sign_in(client, "otra@example.org")
    assert [fetched(client, taught, kind).status_code for kind in ("xlsx", "csv")] == [404, 404]
