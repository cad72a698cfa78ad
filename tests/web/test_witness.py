"""Whose data was shown to whom is written down, without any page having to say so."""

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from ilpes_lms.audit import queries as record
from ilpes_lms.audit.models import SeenPerson
from ilpes_lms.core.database import db
from ilpes_lms.enrolment import service as enrolment
from ilpes_lms.people import queries
from ilpes_lms.web import witness
from tests.factories import people
from tests.factories.catalogue import make_activity

SEEN = "personal_data.seen"


@pytest.fixture
def ana(app) -> str:
    with app.app_context():
        people.administrator()
        return people.person("ana@example.org").public_id


def seen(app, person_ref: str) -> list[tuple[str, str, str]]:
    """Return what shows that a person's data was seen: who, on which page, about what."""
    with app.app_context():
        found = record.entries(record.Sought(person=person_ref)).items
        assert {entry.verb for entry in found} <= {SEEN}
        return [(entry.actor, entry.details["page"], f"{entry.object_type} {entry.object_id}") for entry in found]


def account_ref(app, email: str) -> str:
    with app.app_context():
        return people.account(email).public_id


def test_a_person_s_page_is_written_down_once_however_often_it_is_opened(app, client, ana) -> None:
    people.sign_in(client, "admin@example.org")
    for _ in range(3):
        client.get(f"/admin/people/{ana}")
    assert seen(app, ana) == [(account_ref(app, "admin@example.org"), "people.one_person", f"person {ana}")]


def test_a_list_names_everybody_on_it_and_nobody_else(app, client, ana) -> None:
    with app.app_context():
        other = people.person("zoe@example.org", given_names="Zoe").public_id
    people.sign_in(client, "admin@example.org")
    client.get("/admin/people?q=ana@")
    assert [page for _who, page, _about in seen(app, ana)] == ["people.people"]
    assert seen(app, other) == []
    # A moment later, more people on the same page are written down too.
    client.get("/admin/people")
    assert [page for _who, page, _about in seen(app, other)] == ["people.people"]


def test_a_program_s_reading_is_written_down_too(app, client, ana) -> None:
    client.get(f"/api/v1/people/{ana}", headers=people.bearer(app, "admin@example.org"))
    assert [page for _who, page, _about in seen(app, ana)] == ["api_people.one_person"]


def test_an_export_of_applications_names_all_that_are_in_it(app, client, ana) -> None:
    with app.app_context():
        activity = make_activity()
        enrolment.apply(activity_ref=activity.public_id, person_id=queries.person_by_ref(ana).id)
    people.sign_in(client, "admin@example.org")
    assert client.get(f"/coordinate/activities/{activity.public_id}/applications.csv").status_code == 200
    assert [about for _who, _page, about in seen(app, ana)] == [f"activity {activity.public_id}"]


def test_what_a_person_sees_of_themselves_is_nobody_s_business(app, client, ana) -> None:
    people.sign_in(client, "ana@example.org")
    for page in ("/my", "/my/profile", "/my/data"):
        assert client.get(page).status_code == 200
    assert seen(app, ana) == []


def test_a_participant_who_meets_a_name_in_public_is_not_watched(app, client, ana) -> None:
    people.sign_in(client, "ana@example.org")
    client.get("/activities")
    client.get("/my")
    with app.app_context():
        assert record.entries(record.Sought(verb=SEEN)).items == []


def test_what_was_refused_was_not_seen(app, client, ana) -> None:
    people.sign_in(client, "ana@example.org")
    assert client.get(f"/admin/people/{ana}").status_code == 403
    people.sign_in(client, "admin@example.org")
    assert client.get("/admin/people/" + "x" * 26).status_code == 404
    with app.app_context():
        assert record.entries(record.Sought(verb=SEEN)).items == []


def test_what_cannot_be_written_down_is_not_shown(app, client, ana, monkeypatch) -> None:
    def busy(*_values) -> None:
        raise OperationalError("INSERT", {}, Exception("locked"))

    monkeypatch.setattr(app.extensions["ilpes-witness"], "record", busy)
    people.sign_in(client, "admin@example.org")
    answer = client.get(f"/admin/people/{ana}")
    assert answer.status_code == 503
    assert "ana@example.org" not in answer.text


def test_an_auditor_finds_who_has_seen_somebody_s_data(app, client, ana) -> None:
    people.sign_in(client, "admin@example.org")
    client.get(f"/admin/people/{ana}")
    with app.app_context():
        people.staff("auditor", "auditor@example.org")
    people.sign_in(client, "auditor@example.org")
    page = client.get(f"/admin/audit?lang=en&person={ana}").text
    assert "Who has seen this person" in page
    assert "people.one_person" in page
    assert "Ana María Soto" in page


def test_that_an_auditor_reads_names_in_the_record_is_on_record(app, client, ana) -> None:
    people.sign_in(client, "admin@example.org")
    client.get(f"/admin/people/{ana}")
    with app.app_context():
        people.staff("auditor", "auditor@example.org")
        admin = queries.person_by_email("admin@example.org").public_id
    people.sign_in(client, "auditor@example.org")
    client.get("/admin/audit?verb=personal")
    assert seen(app, admin)[0][:2] == (account_ref(app, "auditor@example.org"), "audit.entries")


def test_who_was_seen_is_kept_under_a_salt_of_its_own(app, client, ana) -> None:
    people.sign_in(client, "admin@example.org")
    client.get("/admin/people")
    with app.app_context():
        rows = db.session.scalars(select(SeenPerson)).all()
        assert len({row.salt for row in rows}) == len(rows) > 0


def test_what_was_written_down_a_moment_ago_is_forgotten_again() -> None:
    found, key = witness.Witness(), ("who", "page", "ref")
    found.remember(key, frozenset({1, 2}))
    assert found.knows(key, frozenset({2}))
    assert not found.knows(key, frozenset({2, 3}))
    assert not found.knows(("other", "page", "ref"), frozenset({2}))
    for number in range(witness._MOST_REMEMBERED):
        found.remember(("who", "page", str(number)), frozenset({1}))
    assert not found.knows(key, frozenset({1}))
