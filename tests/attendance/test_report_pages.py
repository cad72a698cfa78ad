"""Reports on pages and in JSON: uploaded, looked at, decided about, applied, taken back."""

import io
from datetime import timedelta
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import insert, select, update

from ilpes_lms.attendance import queries, service
from ilpes_lms.attendance.reports import Span
from ilpes_lms.attendance.service import reports as applying
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core import clock
from ilpes_lms.core.database import db, writing
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.people.models import EmailAddress
from tests.attendance.test_report_service import ZOOM
from tests.conftest import counted_statements
from tests.factories.attendance import Taught, make_taught, mark
from tests.factories.enrolment import make_crowd
from tests.factories.people import bearer, csrf_token, sign_in
from tests.factories.reports import Guest, written_report
from tests.pace import paced

APPLIED = "Las marcas se ajustaron al informe."


@pytest.fixture
def taught(app: APIFlask) -> Taught:
    with app.app_context():
        return make_taught(participants=3, instructor="profe@example.org")


@pytest.fixture
def content(app: APIFlask, taught: Taught) -> bytes:
    """The report of a meeting: one participant by address, one by name only."""
    with app.app_context():
        return written_report(guests(taught), ZOOM, taught.sessions[0].zone)


def guests(taught: Taught) -> list[Guest]:
    session = taught.sessions[0]
    whole = (Span(session.starts_at, session.ends_at),)
    first, second = (db.session.merge(enrolment).person for enrolment in taught.enrolments[:2])
    return [Guest(first.full_name, first.emails[0].address, whole), Guest(second.full_name, "", whole)]


def uploaded(client: FlaskClient, taught: Taught, content: bytes, **fields: Any) -> Any:
    file = (io.BytesIO(content), "../../asistencia.csv")
    return press(
        client, f"/teach/class-sessions/{taught.session_refs[0]}/reports", report=file,
        **{"zone": taught.sessions[0].zone, **fields},
    )  # fmt: skip


def press(client: FlaskClient, address: str, **data: Any) -> Any:
    """Send a form as a page would, with the token that every page carries."""
    return client.post(address, data={"csrf_token": csrf_token(client, "/my"), **data})


def test_an_instructor_goes_from_the_report_to_the_marks_and_back(
    app: APIFlask, client: FlaskClient, taught: Taught, content: bytes
) -> None:
    sign_in(client, "profe@example.org")
    assert "Subir un informe" in client.get(f"/teach/class-sessions/{taught.session_refs[0]}/reports").text
    answer = uploaded(client, taught, content)
    assert answer.status_code == 303
    page = client.get(answer.location).text
    assert "2 participantes" not in page
    assert "1 participante recibe una marca." in page
    assert "Por decidir" in page
    with app.app_context():
        found = queries.imports_of(taught.sessions[0].id)[0].public_id
        person = next(one.public_id for one in queries.attendance_import(found).people if one.standing == "open")
    press(client, f"{answer.location}/people/{person}", enrolment=taught.refs[1])
    press(client, f"{answer.location}/apply")
    roster = client.get(f"/teach/class-sessions/{taught.session_refs[0]}").text
    assert APPLIED in roster
    assert roster.count("aria-pressed=true") == 2
    press(client, f"{answer.location}/undo")
    assert "Suba de nuevo el informe para utilizarlo" in client.get(answer.location).text
    assert "aria-pressed=true" not in client.get(f"/teach/class-sessions/{taught.session_refs[0]}").text


@pytest.mark.parametrize(
    "wrong", [b"", b"nothing of the kind", b"PK\x03\x04" + bytes(range(256)), b'"' + b"x" * 20_000]
)
def test_what_is_no_report_is_refused_beside_the_form(client: FlaskClient, taught: Taught, wrong: bytes) -> None:
    sign_in(client, "profe@example.org")
    answer = uploaded(client, taught, wrong)
    assert answer.status_code == 422
    assert 'href="#report"' in answer.text, "the summary leads to the field"
    assert 'id="report-error"' in answer.text


@pytest.mark.parametrize("fields", [{"zone": "Mars"}, {"least_minutes": "0"}, {"least_minutes": "many"}])
def test_nonsense_in_the_form_is_said_beside_its_field(
    client: FlaskClient, taught: Taught, content: bytes, fields: dict[str, str]
) -> None:
    sign_in(client, "profe@example.org")
    answer = uploaded(client, taught, content, **fields)
    assert answer.status_code == 422
    assert f'id="{next(iter(fields))}-error"' in answer.text


def test_a_report_of_another_class_session_does_not_exist(client: FlaskClient, taught: Taught, content: bytes) -> None:
    sign_in(client, "profe@example.org")
    here = uploaded(client, taught, content).location
    elsewhere = here.replace(taught.session_refs[0], taught.session_refs[1])
    assert client.get(elsewhere).status_code == 404
    assert press(client, f"{elsewhere}/apply").status_code == 404
    assert press(client, f"{elsewhere}/undo").status_code == 404


def test_an_instructor_of_another_activity_sees_no_report(
    app: APIFlask, client: FlaskClient, taught: Taught, content: bytes
) -> None:
    with app.app_context():
        make_taught(instructor="otra@example.org")
    sign_in(client, "profe@example.org")
    here = uploaded(client, taught, content).location
    other = app.test_client()
    sign_in(other, "otra@example.org")
    assert other.get(here).status_code == 404
    assert uploaded(other, taught, content).status_code == 404


def test_a_mark_by_hand_that_a_report_disputes_is_decided_on_the_page(
    app: APIFlask, client: FlaskClient, taught: Taught, content: bytes
) -> None:
    with app.app_context():
        mark(taught.sessions[0], taught.enrolments[0], "absent")
    sign_in(client, "profe@example.org")
    here = uploaded(client, taught, content).location
    press(client, f"{here}/apply")
    reports = f"/teach/class-sessions/{taught.session_refs[0]}/reports"
    roster, said_so = (
        f"/teach/class-sessions/{taught.session_refs[0]}",
        "Un informe o un autorregistro dice otra cosa",
    )
    assert said_so in client.get(reports).text
    assert "La marca vigente: “Ausente”." in client.get(reports).text
    assert said_so in client.get(here).text
    assert "Un informe o un autorregistro contradice 1 marca" in client.get(roster).text
    with app.app_context():
        (said,) = queries.disagreements(taught.sessions[0].id)
    press(client, f"/teach/class-sessions/{taught.session_refs[0]}/disagreements/{said.public_id}", take="yes")
    assert said_so not in client.get(reports).text
    assert "contradice" not in client.get(roster).text


def test_a_report_of_another_time_says_that_nobody_was_there(client: FlaskClient, taught: Taught) -> None:
    session = taught.sessions[0]
    sign_in(client, "profe@example.org")
    for hours, said in ((0, False), (3, True)):
        away = timedelta(hours=hours)
        guest = Guest("Ana Soto", "", (Span(session.starts_at - away, session.ends_at - away),))
        page = client.get(uploaded(client, taught, written_report([guest], ZOOM, session.zone)).location).text
        assert ("Ninguna hora de este informe cae dentro de la sesión" in page) is said


def test_programs_list_the_reports_of_a_class_session(
    app: APIFlask, client: FlaskClient, taught: Taught, content: bytes
) -> None:
    here, headers = f"/api/v1/class-sessions/{taught.session_refs[0]}/reports", bearer(app, "profe@example.org")
    assert client.get(here, headers=headers).json == {"items": []}
    made = client.post(here, data=content, headers=headers).json["id"]
    (listed,) = client.get(here, headers=headers).json["items"]
    assert (listed["id"], listed["state"], "people" in listed) == (made, "previewed", False)


def test_a_large_report_is_shown_in_few_statements(app: APIFlask, client: FlaskClient) -> None:
    with app.app_context():
        taught = make_taught(participants=40, sessions=1, instructor="profe@example.org")
        session = taught.sessions[0]
        whole = (Span(session.starts_at, session.ends_at),)
        people = [Guest(f"Persona {number}", "", whole) for number in range(400)]
        found = service.preview_report(
            class_session_ref=session.public_id, content=written_report(people, ZOOM, session.zone)
        ).public_id
    sign_in(client, "profe@example.org")
    with counted_statements(app) as statements:
        page = client.get(f"/teach/class-sessions/{taught.session_refs[0]}/reports/{found}")
    assert page.status_code == 200
    assert len(statements) <= 12


def test_how_far_a_large_report_is_applied_is_told_without_its_people(
    app: APIFlask, client: FlaskClient, taught: Taught, content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(applying, "AT_ONCE", 0)
    sign_in(client, "profe@example.org")
    here = uploaded(client, taught, content).location
    press(client, f"{here}/apply")
    shown = client.get(here).text
    assert f'hx-get="{here}/progress"' in shown
    assert APPLIED not in shown, "the worker has still to make them"
    with counted_statements(app) as statements:
        waiting = client.get(f"{here}/progress")
    assert len(statements) <= 12
    assert "0 de 1" in waiting.text
    assert "HX-Refresh" not in waiting.headers
    api = here.replace("/teach/", "/api/v1/")
    headers = bearer(app, "profe@example.org")
    told = client.get(f"{api}/progress", headers=headers).get_json()
    assert told == {"state": "applying", "done": 0, "total": 1}
    monkeypatch.setattr(applying, "AT_ONCE", 500)
    with app.app_context():
        service.apply_waiting()
    assert client.get(f"{here}/progress").headers["HX-Refresh"] == "true"
    assert client.get(f"{api}/progress", headers=headers).get_json()["done"] == 1
    elsewhere = here.replace(taught.session_refs[0], taught.session_refs[1])
    assert client.get(f"{elsewhere}/progress").status_code == 404


def test_trust_33_script_in_a_name_of_a_report_is_inert(client: FlaskClient, taught: Taught) -> None:
    whole = (Span(taught.sessions[0].starts_at, taught.sessions[0].ends_at),)
    hostile = written_report([Guest("<script>alert(1)</script>", "", whole)], ZOOM, taught.sessions[0].zone)
    sign_in(client, "profe@example.org")
    page = client.get(uploaded(client, taught, hostile).location).text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page


@pytest.mark.slow
def test_ten_thousand_rows_are_previewed_in_three_seconds_and_applied_in_five(app: APIFlask) -> None:
    with app.app_context():
        taught = make_taught("webinar", participants=0, sessions=1)
        session, ref = taught.sessions[0], taught.session_refs[0]
        make_confirmed_crowd(taught.activity, 10_000)
        whole = (Span(session.starts_at, session.ends_at),)
        guests = [Guest(f"Ana {number}", f"crowd{number}@example.org", whole) for number in range(10_000)]
        content = written_report(guests, ZOOM, session.zone)
        with paced() as previewing:
            found = service.preview_report(class_session_ref=ref, content=content).public_id
        with paced() as applying:
            service.apply_report(import_ref=found)
            assert service.apply_waiting() == 20
        assert queries.counts(queries.class_session_with_activity(ref)) == {"present": 10_000}
    assert previewing.seconds < 3
    assert applying.seconds < 5


def make_confirmed_crowd(activity: Activity, number: int) -> None:
    """Let many people take part, each with a confirmed address."""
    ids = make_crowd(activity, number)
    with writing() as session:
        everyone = update(Enrolment).where(Enrolment.id.in_(ids))
        session.execute(everyone.values(state="confirmed", place_number=Enrolment.id, confirmed_at=clock.now()))
        people = session.scalars(select(Enrolment.person_id).where(Enrolment.id.in_(ids)).order_by(Enrolment.id))
        rows = [
            {"person_id": person, "address": key, "address_key": key, "verified_at": clock.now()}
            for person, key in zip(people, (f"crowd{number}@example.org" for number in range(number)), strict=True)
        ]
        session.execute(insert(EmailAddress), rows)


def test_programs_do_the_same(app: APIFlask, client: FlaskClient, taught: Taught, content: bytes) -> None:
    with app.app_context():
        headers = bearer(app, "profe@example.org")
    reports = f"/api/v1/class-sessions/{taught.session_refs[0]}/reports"
    read = client.post(reports, data=content, headers=headers, content_type="text/csv")
    assert read.status_code == 201
    body = read.get_json()
    assert (body["platform"], body["state"], body["counts"]) == ("Zoom", "previewed", {"matched": 1, "open": 1})
    assert body["effects"] == {"add": 1}
    here = f"{reports}/{body['id']}"
    person = next(one["id"] for one in body["people"] if one["standing"] == "open")
    decided = client.put(f"{here}/people/{person}", json={"enrolment": taught.refs[1]}, headers=headers).get_json()
    assert decided["counts"] == {"matched": 1, "decided": 1}
    assert client.post(f"{here}/applications", headers=headers).get_json()["state"] == "applied"
    assert client.post(f"{here}/withdrawals", headers=headers).get_json()["state"] == "undone"
    again = client.post(f"{here}/withdrawals", headers=headers)
    assert (again.status_code, again.get_json()["code"]) == (409, "import_not_applied")
    refused = client.post(reports, data=b"nonsense", headers=headers, content_type="text/csv")
    assert (refused.status_code, refused.get_json()["code"]) == (422, "report_not_recognized")
