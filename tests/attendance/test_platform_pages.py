"""Exports of the learning platform on pages and in JSON: uploaded, columns said, decided about, applied, taken back."""

import io
from dataclasses import replace
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import select

from ilpes_lms.attendance import queries, service
from ilpes_lms.attendance.service import platform as applying
from ilpes_lms.core.database import db
from ilpes_lms.people.models import EmailAddress
from tests.conftest import counted_statements
from tests.factories.attendance import Taught, make_taught
from tests.factories.enrolment import enrol
from tests.factories.exports import SPANISH, Learner, as_csv, completion_rows, grade_rows
from tests.factories.people import bearer, csrf_token, person, sign_in

TEACHER = "profe@example.org"


@pytest.fixture
def taught(app: APIFlask) -> Taught:
    with app.app_context():
        return make_taught(participants=2, sessions=1, instructor=TEACHER)


@pytest.fixture
def learners(app: APIFlask, taught: Taught) -> list[Learner]:
    """Two participants, one by the verified address, one by another."""
    with app.app_context():
        first, second = (db.session.merge(one).person for one in taught.enrolments)
        address = db.session.scalars(select(EmailAddress.address).where(EmailAddress.person_id == first.id)).one()
        return [
            Learner(first.given_names, first.first_surname, address, 85, (True, False)),
            Learner(second.given_names, second.first_surname, "privado@example.com", 70, (True, True)),
        ]


def press(client: FlaskClient, address: str, **data: Any) -> Any:
    return client.post(address, data={"csrf_token": csrf_token(client, "/my"), **data})


def uploaded(client: FlaskClient, taught: Taught, content: bytes) -> Any:
    file = (io.BytesIO(content), "../../notas.csv")
    return press(client, f"/teach/activities/{taught.activity.public_id}/platform", file=file)


def test_an_instructor_goes_from_the_export_to_the_records_and_back(
    app: APIFlask, client: FlaskClient, taught: Taught, learners: list[Learner]
) -> None:
    sign_in(client, TEACHER)
    here = f"/teach/activities/{taught.activity.public_id}"
    assert f"{here}/platform" in client.get(here).text
    answer = uploaded(client, taught, as_csv(grade_rows(learners, SPANISH)))
    assert answer.status_code == 303
    page = client.get(answer.location).text
    assert "Total del curso (Real)" in page
    assert "Por decidir" in page
    with app.app_context():
        (row,) = queries.export_rows(queries.exports_of(taught.activity.id)[0].id, standing="open")
    chosen = press(client, f"{answer.location}/people/{row.public_id}", enrolment=taught.refs[1])
    assert chosen.status_code == 303
    press(client, f"{answer.location}/apply")
    with app.app_context():
        grades = [float(one.grade or 0) for one in queries.platform_records([e.id for e in taught.enrolments]).values()]
        assert grades == [85, 70]
    press(client, f"{answer.location}/undo")
    with app.app_context():
        assert queries.platform_records([e.id for e in taught.enrolments]) == {}


def test_a_later_export_shows_what_it_changes_and_everyone_in_it(
    client: FlaskClient, taught: Taught, learners: list[Learner]
) -> None:
    sign_in(client, TEACHER)
    known = learners[:1]
    first = uploaded(client, taught, as_csv(grade_rows(known, SPANISH)))
    press(client, f"{first.location}/apply")
    better = [replace(one, grade=91) for one in known]
    page = client.get(uploaded(client, taught, as_csv(grade_rows(better, SPANISH))).location)
    assert page.status_code == 200
    assert "85 → 91" in page.text
    assert "Todas las personas de la exportación" in page.text


def test_columns_are_said_on_the_page_and_shown_by_the_next_export(
    client: FlaskClient, taught: Taught, learners: list[Learner]
) -> None:
    sign_in(client, TEACHER)
    here = uploaded(client, taught, as_csv(completion_rows(learners, SPANISH, ["Foro", "Ensayo"]))).location
    email = SPANISH.email
    said = press(client, f"{here}/columns", email=email, grade="", maximum="20", last_access="", tasks=["Ensayo"])
    assert said.status_code == 303
    page = client.get(here).text
    assert "<dd>Ensayo</dd>" in page
    later = uploaded(client, taught, as_csv(completion_rows(learners[:1], SPANISH, ["Foro", "Ensayo"]))).location
    assert "<dd>Ensayo</dd>" in client.get(later).text


@pytest.mark.parametrize(
    ("field", "value"), [("grade", "Nada"), ("maximum", "0"), ("maximum", "x"), ("maximum", ""), ("tasks", "Nada")]
)
def test_nonsense_in_the_columns_is_said_beside_its_field(
    client: FlaskClient, taught: Taught, learners: list[Learner], field: str, value: str
) -> None:
    sign_in(client, TEACHER)
    here = uploaded(client, taught, as_csv(grade_rows(learners, SPANISH))).location
    data = {"email": SPANISH.email, "grade": "", "maximum": "100", "last_access": "", field: value}
    answer = press(client, f"{here}/columns", **data)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text


@pytest.mark.parametrize("content", [b"", b"nothing", b"PK\x03\x04" + bytes(range(256)), b"%PDF-1.7 x"])
def test_what_is_no_export_is_refused_beside_the_form(client: FlaskClient, taught: Taught, content: bytes) -> None:
    sign_in(client, TEACHER)
    answer = uploaded(client, taught, content)
    assert answer.status_code == 422
    assert 'id="file-error"' in answer.text


def test_exports_of_another_activity_do_not_exist(
    app: APIFlask, client: FlaskClient, taught: Taught, learners: list[Learner]
) -> None:
    with app.app_context():
        other = make_taught(instructor="otra@example.org")
    sign_in(client, TEACHER)
    here = uploaded(client, taught, as_csv(grade_rows(learners, SPANISH))).location
    stranger = app.test_client()
    sign_in(stranger, "otra@example.org")
    elsewhere = here.replace(taught.activity.public_id, other.activity.public_id)
    for address in (here, elsewhere):
        assert stranger.get(address).status_code == 404
        assert press(stranger, f"{address}/apply").status_code == 404
        assert press(stranger, f"{address}/columns", maximum="1").status_code == 404
    assert uploaded(stranger, taught, b"x").status_code == 404


def test_a_large_export_is_shown_in_few_statements(app: APIFlask, client: FlaskClient) -> None:
    with app.app_context():
        taught = make_taught(participants=3, sessions=1, instructor=TEACHER)
        many = [Learner(f"Persona {number}", "X", f"p{number}@example.com", 50, (True,)) for number in range(400)]
        for rows in (grade_rows(many, SPANISH), completion_rows(many, SPANISH, ["Foro"])):
            found = service.preview_export(activity_ref=taught.activity.public_id, content=as_csv(rows)).public_id
    sign_in(client, TEACHER)
    address = f"/teach/activities/{taught.activity.public_id}/platform/{found}"
    # That somebody looked is recorded once for some minutes, which is no part of the page.
    client.get(address).close()
    with counted_statements(app) as statements:
        page = client.get(address)
    assert page.status_code == 200
    assert len(statements) <= 12


def test_what_the_worker_still_does_with_a_large_export_is_not_said_to_be_done(
    app: APIFlask, client: FlaskClient, taught: Taught, learners: list[Learner], monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(client, TEACHER)
    here = uploaded(client, taught, as_csv(grade_rows(learners, SPANISH))).location
    polled = {"HX-Request": "true"}
    for deed, under_way, over, done in (
        ("apply", "Being applied", "On record", "What the export says is on record"),
        ("undo", "Being taken back", "Taken back", "The export was taken back"),
    ):
        monkeypatch.setattr(applying, "EXPORTS_AT_ONCE", 0)
        press(client, f"{here}/{deed}")
        waiting = client.get(f"{here}?lang=en", headers=polled)
        assert (under_way in waiting.text, done in waiting.text, "What would change" in waiting.text) == (
            True, False, False,
        )  # fmt: skip
        assert "HX-Refresh" not in waiting.headers
        assert under_way in client.get(f"{here.rpartition('/')[0]}?lang=en").text
        monkeypatch.setattr(applying, "EXPORTS_AT_ONCE", 500)
        with app.app_context():
            service.apply_waiting_exports()
        finished = client.get(f"{here}?lang=en", headers=polled)
        assert (over in finished.text, finished.headers["HX-Refresh"]) == (True, "true")
        assert "HX-Refresh" not in client.get(here).headers


def test_a_participant_sees_what_the_platform_says(app: APIFlask, client: FlaskClient, taught: Taught) -> None:
    with app.app_context():
        mine = enrol(taught.activity, person("ana@example.org")).public_id
        rows = completion_rows([Learner("A", "B", "ana@example.org", done=(True, False))], SPANISH, ["Foro", "Ensayo"])
        found = service.preview_export(activity_ref=taught.activity.public_id, content=as_csv(rows))
        db.session.execute(EmailAddress.__table__.update().values(verified_at=found.created_at))
        db.session.commit()
        found = service.preview_export(activity_ref=taught.activity.public_id, content=as_csv(rows))
        service.apply_export(import_ref=found.public_id)
    sign_in(client, "ana@example.org")
    text = client.get(f"/my/attendance/{mine}?lang=en").text
    assert "1 of 2" in text
    assert "Ensayo" in text
    told = client.get(f"/api/v1/enrolments/{mine}/attendance", headers=bearer(app, "ana@example.org")).json["platform"]
    assert (told["tasks_done"], told["items"]) == (1, {"Foro": True, "Ensayo": False})


def test_programs_do_the_same(app: APIFlask, client: FlaskClient, taught: Taught, learners: list[Learner]) -> None:
    headers = bearer(app, TEACHER)
    exports = f"/api/v1/activities/{taught.activity.public_id}/platform-exports"
    read = client.post(exports, data=as_csv(grade_rows(learners, SPANISH)), headers=headers, content_type="text/csv")
    assert read.status_code == 201
    body = read.json
    assert (body["kind"], body["state"], body["counts"]) == ("grades", "previewed", {"matched": 1, "open": 1})
    assert (body["columns"]["grade"], body["effects"]) == ("Total del curso (Real)", {"add": 1})
    here = f"{exports}/{body['id']}"
    columns = {"email": SPANISH.email, "grade": "Total del curso (Real)", "maximum": 200}
    assert client.put(f"{here}/columns", json=columns, headers=headers).json["rows"][0]["grade"] == 42.5
    refused = client.put(f"{here}/columns", json={**columns, "grade": "x"}, headers=headers)
    assert (refused.status_code, refused.json["code"]) == (422, "column_unknown")
    row = next(one["id"] for one in client.get(here, headers=headers).json["rows"] if one["standing"] == "open")
    decided = client.put(f"{here}/people/{row}", json={"enrolment": taught.refs[1]}, headers=headers).json
    assert decided["counts"] == {"matched": 1, "decided": 1}
    assert client.post(f"{here}/applications", headers=headers).json["state"] == "applied"
    assert client.post(f"{here}/withdrawals", headers=headers).json["state"] == "undone"
    again = client.post(f"{here}/withdrawals", headers=headers)
    assert (again.status_code, again.json["code"]) == (409, "import_not_applied")
    assert [one["state"] for one in client.get(exports, headers=headers).json["items"]] == ["undone"]
    refused = client.post(exports, data=b"nonsense", headers=headers, content_type="text/csv")
    assert (refused.status_code, refused.json["code"]) == (422, "export_empty")
