"""What the figures lack: counted, listed for whom it concerns, each with the way to mend it."""

import re

import pytest
from sqlalchemy import delete

from ilpes_lms.attendance import service as attendance
from ilpes_lms.catalogue.service import record_headcount
from ilpes_lms.core.database import writing
from ilpes_lms.people.models import EmailAddress
from ilpes_lms.people.rules import Known, evidence
from ilpes_lms.statistics.quality import queries
from ilpes_lms.statistics.quality.rules import GAPS
from ilpes_lms.web.access import register_of
from tests.factories import people
from tests.factories.attendance import make_taught
from tests.factories.enrolment import enrol, make_institution, make_someone
from tests.factories.statistics import counted_activity, past_activity, peopled_activity

PAGE, API = "/coordinate/statistics/quality", "/api/v1/statistics/quality"
ALL: frozenset[str] = frozenset()


def nameless(email: bool = True, **known):
    """Add a person of whom nothing is known but a name, unless said."""
    fields = {"given_names": "María", "first_surname": "Pérez", "residence_country": None, "sex": "not_stated", **known}
    person = make_someone(**fields)
    if not email:
        with writing() as session:
            session.execute(delete(EmailAddress).where(EmailAddress.person_id == person.id))
            session.expire(person)
    return person


def test_a_name_alone_is_no_evidence() -> None:
    found = evidence(Known(), Known(organization="cepal"))
    assert not found.speaks_for_one
    assert evidence(Known(residence_country="CHL"), Known(residence_country="PER")).different == ("residence_country",)


def test_what_agrees_and_what_differs_is_told_apart() -> None:
    one = Known(organization="cepal", position="asesora", residence_country="CHL")
    other = Known(organization="cepal", position="jefa", nationality="CHL")
    found = evidence(one, other)
    assert (found.same, found.different, found.unknown) == (("organization",), ("position",), False)
    assert evidence(one, Known(has_address=False)).unknown
    assert not evidence(one, Known()).unknown


def test_participations_without_sex_country_or_institution_are_found_as_at_the_time(context) -> None:
    activity = past_activity(division="ilpes")
    institution = make_institution()
    enrol(activity, make_someone(organization_id=institution.id))
    lacking = enrol(activity, make_someone(sex="not_stated", residence_country=None))
    enrol(activity, make_someone(sex="not_stated"), state="waitlisted")
    # What a profile says later does not mend what was so at the time.
    with writing():
        lacking.person.sex, lacking.person.residence_country = "female", "CHL"
    found = queries.numbers(ALL)
    assert (found["sex"], found["country"], found["institution"]) == (1, 1, 1)
    for gap in ("sex", "country", "institution"):
        assert [one.id for one in queries.enrolments(gap, ALL, None).items] == [lacking.id]


def test_people_of_one_name_are_listed_only_with_something_else_in_common(context) -> None:
    activity, ministry = past_activity(), make_institution()
    first = nameless(residence_country="CHL", organization_id=ministry.id)
    elsewhere = nameless(residence_country="PER")
    again = nameless(residence_country="ARG", organization_id=ministry.id)
    never_there = nameless(residence_country="PER")
    for person in (first, elsewhere, again):
        enrol(activity, person)
    (twin,) = queries.twins(ALL, None).items
    assert twin.person.id == again.id
    assert [(one.id, found.same, found.different) for one, found in twin.like] == [
        (first.id, ("organization",), ("residence_country",))
    ]
    assert queries.numbers(ALL)["persons"] == 1
    enrol(activity, never_there)
    assert queries.numbers(ALL)["persons"] == 2


def test_who_was_only_seen_in_a_report_may_be_a_namesake(context) -> None:
    activity = past_activity()
    enrol(activity, nameless(residence_country="CHL"))
    enrol(activity, nameless(email=False))
    (twin,) = queries.twins(ALL, None).items
    ((_one, found),) = twin.like
    assert (found.same, found.unknown) == ((), True)


def test_activities_that_ended_without_marks_are_found_until_somebody_marks(context) -> None:
    taught = make_taught("webinar", sessions=1, participants=1)
    assert [one.id for one in queries.activities("marks", ALL, None).items] == [taught.activity.id]
    attendance.mark_all_present(class_session_ref=taught.session_refs[0])
    assert queries.numbers(ALL)["marks"] == 0


def test_past_activities_without_record_and_headcounts_without_source_are_found(context) -> None:
    unknown, announced, empty = (past_activity() for _ in range(3))
    past_activity(status="cancelled")
    counted = counted_activity(women=1, men=0)
    peopled_activity("webinar", "female")
    with writing():
        unknown.record, announced.record = "no_record", "headcount"
    found = {one.id for one in queries.activities("record", ALL, None).items}
    assert found == {unknown.id, announced.id, empty.id}
    assert queries.numbers(ALL)["source"] == 0
    record_headcount(activity_id=counted.id, women=2, men=0)
    assert [one.id for one in queries.activities("source", ALL, None).items] == [counted.id]


def test_lists_come_in_pages_that_leave_nobody_out(context, monkeypatch) -> None:
    monkeypatch.setattr(queries, "PAGE_SIZE", 2)
    activity = past_activity()
    there = {enrol(activity, make_someone(sex="not_stated")).id for _ in range(5)}
    seen, cursor = [], None
    while True:
        page = queries.enrolments("sex", ALL, cursor)
        seen += [one.id for one in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert (set(seen), len(seen)) == (there, 5)


@pytest.fixture
def of_two_divisions(app):
    with app.app_context():
        people.coordinator("one@example.org", division="statistics")
        people.coordinator("all@example.org")
        people.administrator("admin@example.org")
        for division in ("statistics", "ilpes"):
            activity = past_activity(division=division, titles={"es": f"Curso de {division}"})
            enrol(activity, nameless(residence_country="CHL"))
            with writing():
                past_activity(division=division).record = "no_record"


def test_coordinators_of_a_division_see_theirs_alone(app, client, of_two_divisions) -> None:
    numbers = {
        email: {one["gap"]: one["number"] for one in client.get(API, headers=people.bearer(app, email)).json["gaps"]}
        for email in ("one@example.org", "all@example.org")
    }
    assert set(numbers["all@example.org"]) == set(GAPS)
    assert (numbers["all@example.org"]["sex"], numbers["one@example.org"]["sex"]) == (2, 1)
    assert (numbers["all@example.org"]["record"], numbers["one@example.org"]["record"]) == (2, 1)
    # Two of one name and country, each in another division: neither division learns of the other's.
    assert (numbers["all@example.org"]["persons"], numbers["one@example.org"]["persons"]) == (1, 0)
    people.sign_in(client, "one@example.org")
    page = client.get(f"{PAGE}/sex?lang=en").text
    assert "Curso de statistics" in page
    assert "Curso de ilpes" not in page


def test_each_page_leads_to_where_it_is_mended_and_asks_little(app, client, of_two_divisions, statements) -> None:
    people.sign_in(client, "admin@example.org")
    client.get("/")
    overview = client.get(f"{PAGE}?lang=en").text
    assert f'href="{PAGE}/persons"' in overview
    assert "Every headcount has a source." in overview
    for gap, way in (("sex", "/attributes"), ("persons", "/merge?into="), ("record", "/headcount")):
        del statements[:]
        answer = client.get(f"{PAGE}/{gap}?lang=en")
        assert len(statements) <= 12
        assert way in answer.text
    assert "There is nothing to mend here." in client.get(f"{PAGE}/source?lang=en").text
    way = re.search(r'href="(/admin/people/\w+/merge\?into=\w+)"', client.get(f"{PAGE}/persons").text)
    assert client.get(f"{way.group(1)}&lang=en").text.count("María Pérez") >= 2


def test_programs_get_what_speaks_for_one_person(app, client, of_two_divisions) -> None:
    (item,) = client.get(f"{API}/persons", headers=people.bearer(app, "all@example.org")).json["items"]
    assert (item["like"][0]["same"], item["like"][0]["different"]) == (["residence_country"], [])
    listed = client.get(f"{API}/record", headers=people.bearer(app, "all@example.org")).json
    assert {one["record"] for one in listed["items"]} == {"no_record"}
    assert "statistics.mend" not in register_of(app).grants["statistics_reader"]
