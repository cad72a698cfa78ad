"""A job that an administrator asks for: on the desk, as JSON, on record, and once."""

import re

import pytest
from sqlalchemy import select

from ilpes_lms.audit.models import AuditEntry
from ilpes_lms.core import clock, runs, turns
from ilpes_lms.core.database import db
from tests.factories import people

JOB = "statistics.compile"
RUNS = f"/admin/jobs/{JOB}/runs"


@pytest.fixture
def administrator(app, client):
    with app.app_context():
        people.administrator()
    people.sign_in(client, "admin@example.org")
    client.get("/help?lang=en")
    return client


def asked(app) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(select(AuditEntry.object_id).where(AuditEntry.verb == "job.asked")))


def row_of(page: str, label: str) -> str:
    found = re.search(rf'<th role="rowheader" scope="row">{label}</th>.*?</tr>', page, re.DOTALL)
    assert found is not None
    return found[0]


def test_a_job_is_asked_for_once_however_often_the_button_is_pressed(app, administrator, notes) -> None:
    for _ in range(2):
        answer = people.form_post(administrator, RUNS, page="/admin")
        assert (answer.status_code, answer.location) == (303, "/admin#jobs")
    assert notes == [(JOB, ())]
    assert asked(app) == [JOB]
    page = administrator.get("/admin?lang=en").text
    assert "Nothing was asked for" in page
    assert "Waits for its turn" in row_of(page, "Compile statistics")


def test_a_job_that_is_under_way_is_not_asked_for_again(app, administrator, notes) -> None:
    with app.app_context():
        turns.begin(JOB, clock.now())
    people.form_post(administrator, RUNS, page="/admin")
    assert (notes, asked(app)) == ([], [])
    assert "Under way" in row_of(administrator.get("/admin?lang=en").text, "Compile statistics")


def test_a_job_that_is_done_says_how_long_it_took_and_can_be_asked_for_again(app, administrator, notes) -> None:
    people.form_post(administrator, RUNS, page="/admin")
    with app.app_context(), runs.remembered(JOB):
        pass
    row = row_of(administrator.get("/admin?lang=en").text, "Compile statistics")
    assert "On time" in row
    assert re.search(r">0(\.\d)? s<", row)
    people.form_post(administrator, RUNS, page="/admin")
    assert notes == [(JOB, ()), (JOB, ())]


def test_a_program_asks_for_a_job_and_sees_what_became_of_it(app, client, notes) -> None:
    with app.app_context():
        people.administrator()
    headers = people.bearer(app, "admin@example.org")
    first = client.post(f"/api/v1{RUNS}", headers=headers)
    again = client.post(f"/api/v1{RUNS}", headers=headers)
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json["asked_at"] == again.json["asked_at"] is not None
    assert first.json["under_way_since"] is None
    assert notes == [(JOB, ())]
    nothing = client.post("/api/v1/admin/jobs/nothing/runs", headers=headers)
    assert (nothing.status_code, nothing.json["code"]) == (404, "job_not_found")


def test_a_job_that_nobody_knows_is_not_there(administrator, notes) -> None:
    assert people.form_post(administrator, "/admin/jobs/nothing/runs", page="/admin").status_code == 404
    assert notes == []
