"""People in the report of an open webinar whom nobody registered: counted one by one or by a headcount, never both."""

import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from ilpes_lms.attendance import errors, queries, service
from ilpes_lms.attendance.models import AttendanceImport, Mark
from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.catalogue.errors import PeopleOnRecord
from ilpes_lms.catalogue.models import Activity, Headcount
from ilpes_lms.certificates import queries as certificates
from ilpes_lms.core.database import db, writing
from ilpes_lms.enrolment import service as enrolment
from ilpes_lms.enrolment.errors import ActivityNotOnRecordByPeople, SeenExceedPlaces
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.enrolment.service import Seen
from ilpes_lms.notifications.models import Message
from ilpes_lms.people.models import Account, Consent, Person
from ilpes_lms.statistics import service as statistics
from tests.attendance.test_report_service import guest, previewed, stay
from tests.conftest import counted_statements
from tests.enrolment.test_races import at_once, in_context, on_postgresql
from tests.factories.attendance import Taught, make_taught
from tests.factories.enrolment import make_someone
from tests.factories.people import bearer, coordinator, csrf_token, sign_in
from tests.factories.reports import Guest


@pytest.fixture
def webinar(context: APIFlask) -> Taught:
    """A webinar that was, with one participant."""
    return make_taught("webinar", sessions=1, participants=1)


def stranger(taught: Taught, name: str, email: str = "", minutes: tuple[int, int] = (0, 60)) -> Guest:
    return Guest(name, email, (stay(taught.sessions[0], *minutes),))


def applied(taught: Taught, *guests: Guest) -> AttendanceImport:
    return service.apply_report(import_ref=previewed(taught, *guests, least=1).public_id)


def of(activity: Activity, state: str = "confirmed") -> list[Enrolment]:
    statement = select(Enrolment).where(Enrolment.activity_id == activity.id, Enrolment.state == state)
    return list(db.session.scalars(statement.order_by(Enrolment.id).execution_options(populate_existing=True)))


def figures(taught: Taught) -> dict[str, Any]:
    day = taught.sessions[0].starts_at.date()
    computed = statistics.compute(day - timedelta(days=2), day + timedelta(days=2))
    return computed["by_kind"]["webinar"]


def test_strangers_become_participations_of_whom_nothing_is_guessed(webinar: Taught) -> None:
    found = applied(
        webinar, guest(webinar, 0), stranger(webinar, "Edda", "ana@x.org"), stranger(webinar, "iPad de Luz")
    )
    assert service.count_walk_ins(import_ref=found.public_id) == 2
    _registered, ana, luz = of(webinar.activity)
    for one, name in ((ana, "Edda"), (luz, "iPad de Luz")):
        assert one.person.full_name == name
        assert (one.sex, one.country, one.sector, one.organization_name) == ("not_stated", None, None, None)
    assert [[email.address for email in one.person.emails] for one in (ana, luz)] == [["ana@x.org"], []]
    assert ana.person.emails[0].verified_at is None
    assert db.session.scalar(select(func.count()).select_from(Account)) == 0
    assert db.session.scalar(select(func.count()).select_from(Consent)) == 0
    assert Counter(db.session.scalars(select(Mark.mark))) == {"present": 3}


def test_who_may_be_a_participant_is_counted_as_new_only_when_somebody_says_so(webinar: Taught) -> None:
    surname = webinar.enrolments[0].person.first_surname
    found = applied(webinar, stranger(webinar, f"La {surname.upper()}"), stranger(webinar, "Edda", "edda@x.org"))
    with pytest.raises(errors.LikelyParticipantsUndecided):
        service.count_walk_ins(import_ref=found.public_id)
    assert len(of(webinar.activity)) == 1
    assert service.count_walk_ins(import_ref=found.public_id, despite_likely=True) == 2


def test_once_who_may_be_a_participant_is_decided_about_the_others_are_counted(webinar: Taught) -> None:
    found = applied(webinar, stranger(webinar, webinar.enrolments[0].person.given_names), stranger(webinar, "Edda"))
    likely = next(one for one in queries.walk_ins(found) if one.name != "Edda")
    service.decide_about(import_ref=found.public_id, person_ref=likely.public_id, enrolment_ref=webinar.refs[0])
    assert service.count_walk_ins(import_ref=found.public_id) == 1


def test_statistics_count_them_with_sex_not_stated(webinar: Taught) -> None:
    before = figures(webinar)
    found = applied(webinar, guest(webinar, 0), stranger(webinar, "Edda", "ana@x.org"), stranger(webinar, "Luz"))
    service.count_walk_ins(import_ref=found.public_id)
    after = figures(webinar)
    assert (before["participations"], before["women"], before["not_stated"], before["persons"]) == (1, 1, 0, 1)
    assert (after["participations"], after["women"], after["not_stated"], after["persons"]) == (3, 1, 2, 3)
    service.undo_report(import_ref=found.public_id)
    assert figures(webinar) == before


def test_twice_is_once_and_the_next_report_knows_them(webinar: Taught) -> None:
    strangers = [stranger(webinar, "Edda", "ana@x.org"), stranger(webinar, "Luz")]
    found = applied(webinar, *strangers)
    assert [service.count_walk_ins(import_ref=found.public_id) for _ in range(2)] == [2, 0]
    longer = [stranger(webinar, "EDDA", "Ana@X.org", (30, 90)), stranger(webinar, "luz", minutes=(30, 90))]
    again = applied(webinar, *longer)
    assert service.count_walk_ins(import_ref=again.public_id) == 0
    assert len(of(webinar.activity)) == 3
    assert sorted(db.session.scalars(select(Mark.minutes))) == [90, 90]


def test_an_address_of_somebody_on_record_is_that_person(webinar: Taught) -> None:
    known = make_someone(email="known@example.org", sex="male", residence_country="PER")
    found = applied(webinar, stranger(webinar, "K.", "known@example.org"))
    service.count_walk_ins(import_ref=found.public_id)
    _first, second = of(webinar.activity)
    assert (second.person_id, second.sex, second.country) == (known.id, "male", "PER")


def test_who_was_there_too_briefly_or_is_a_telephone_is_not_counted(webinar: Taught) -> None:
    found = service.apply_report(
        import_ref=previewed(
            webinar, stranger(webinar, "Edda", minutes=(0, 4)), stranger(webinar, "+56 9 8765 4321"), least=5
        ).public_id
    )
    assert service.count_walk_ins(import_ref=found.public_id) == 0
    assert len(of(webinar.activity)) == 1


def test_taking_the_import_back_ends_them_and_applying_it_again_brings_the_same_people(webinar: Taught) -> None:
    strangers = [stranger(webinar, "Edda", "ana@x.org"), stranger(webinar, "Luz")]
    found = applied(webinar, *strangers)
    service.count_walk_ins(import_ref=found.public_id)
    people = {one.person_id for one in of(webinar.activity)}
    service.undo_report(import_ref=found.public_id)
    assert len(of(webinar.activity)) == 1
    assert len(of(webinar.activity, "withdrawn")) == 2
    assert db.session.get(Activity, webinar.activity.id).confirmed_count == 1  # type: ignore[union-attr]
    assert queries.remembered_matches(webinar.activity.id) == {}
    again = applied(webinar, *strangers)
    service.count_walk_ins(import_ref=again.public_id)
    assert {one.person_id for one in of(webinar.activity)} == people
    assert db.session.scalar(select(func.count()).select_from(Person)) == 3


def test_taking_one_report_back_spares_whom_another_shows(webinar: Taught) -> None:
    first = applied(webinar, stranger(webinar, "Edda", "ana@x.org"))
    service.count_walk_ins(import_ref=first.public_id)
    applied(webinar, stranger(webinar, "Edda", "ana@x.org", (50, 90)))
    service.undo_report(import_ref=first.public_id)
    assert len(of(webinar.activity)) == 2
    assert list(db.session.scalars(select(Mark.minutes))) == [40]


def test_deciding_that_it_was_a_participant_ends_the_participation_without_an_account(webinar: Taught) -> None:
    found = applied(webinar, stranger(webinar, "iPad"))
    service.count_walk_ins(import_ref=found.public_id)
    line = queries.attendance_import(found.public_id).people[0].public_id
    service.decide_about(import_ref=found.public_id, person_ref=line, enrolment_ref=webinar.refs[0])
    assert [one.id for one in of(webinar.activity)] == [webinar.enrolments[0].id]
    assert list(db.session.scalars(select(Mark.enrolment_id))) == [webinar.enrolments[0].id]


def test_more_than_there_are_places_are_refused_before_anybody_is_written(context: APIFlask) -> None:
    full = make_taught("webinar", sessions=1, participants=1, capacity=2)
    found = applied(full, stranger(full, "Edda"), stranger(full, "Luz"))
    with pytest.raises(SeenExceedPlaces):
        service.count_walk_ins(import_ref=found.public_id)
    assert len(of(full.activity)) == 1


def test_only_an_applied_report_of_an_open_webinar_counts(context: APIFlask, webinar: Taught) -> None:
    course = make_taught("international_open", sessions=1, participants=1)
    with pytest.raises(errors.WalkInsOnlyInOpenWebinars):
        service.count_walk_ins(import_ref=applied(course, stranger(course, "Edda")).public_id)
    with pytest.raises(errors.WalkInsBeforeMarks):
        service.count_walk_ins(import_ref=previewed(webinar, stranger(webinar, "Edda"), least=1).public_id)


def test_whoever_stands_otherwise_in_the_activity_is_left_out(webinar: Taught) -> None:
    waiting = make_someone(email="waits@example.org")
    enrolment.enrol_directly(activity_id=webinar.activity.id, person_id=waiting.id, state="waitlisted")
    seen = [Seen("waits@example.org", "W", "waits@example.org")]
    assert enrolment.admit_seen(activity_id=webinar.activity.id, seen=seen) == {}


def test_they_get_no_certificate_before_they_sign_up(webinar: Taught) -> None:
    found = applied(webinar, guest(webinar, 0), stranger(webinar, "Edda", "ana@x.org"))
    service.count_walk_ins(import_ref=found.public_id)
    candidates = certificates.candidates(webinar.activity)
    assert [one.enrolment.id for one in candidates] == [webinar.enrolments[0].id]


def test_one_letter_asks_those_with_an_address_and_nobody_twice(
    webinar: Taught, run_jobs: Callable[[], int], app: APIFlask
) -> None:
    found = applied(webinar, stranger(webinar, "Edda", "ana@x.org"), stranger(webinar, "Luz"))
    service.count_walk_ins(import_ref=found.public_id, ask=True)
    service.undo_report(import_ref=found.public_id)
    again = applied(webinar, stranger(webinar, "Edda", "ana@x.org"), stranger(webinar, "Luz"))
    service.count_walk_ins(import_ref=again.public_id, ask=True)
    (letter,) = db.session.scalars(select(Message).where(Message.kind == "attendance.seen"))
    assert letter.address == "ana@x.org"
    assert queries.consents_in(queries.import_head(again.public_id)) == {"asked": 1, "unknown": 1}
    db.session.commit()
    run_jobs()
    db.session.expire_all()
    assert letter.state == "sent"


def test_a_headcount_is_given_where_nobody_is_on_record(context: APIFlask) -> None:
    empty = make_taught("webinar", sessions=1, participants=0)
    found = previewed(empty, stranger(empty, "Edda", "ana@x.org"), stranger(empty, "Luz"), least=1)
    assert service.count_by_headcount(import_ref=found.public_id, divisions=frozenset()) == 2
    counted = db.session.scalars(select(Headcount)).one()
    assert (counted.women, counted.men, counted.other, counted.not_stated) == (0, 0, 0, 2)
    assert figures(empty)["participations"] == 2
    with pytest.raises(errors.HeadcountOnRecord):
        service.count_by_headcount(import_ref=found.public_id, divisions=frozenset())
    with pytest.raises(ActivityNotOnRecordByPeople):
        enrolment.admit_seen(activity_id=empty.activity.id, seen=[Seen("ana", "Edda", "")])


def test_by_people_and_by_headcount_at_once_is_impossible(webinar: Taught) -> None:
    found = applied(webinar, stranger(webinar, "Edda"))
    with pytest.raises(PeopleOnRecord):
        service.count_by_headcount(import_ref=found.public_id, divisions=frozenset())
    assert db.session.scalars(select(Headcount)).all() == []


@pytest.fixture
def seen(app: APIFlask) -> tuple[str, str, str]:
    """An applied report of a webinar with two strangers; the addresses of its page and of its JSON, and its ref."""
    with app.app_context():
        coordinator()
        taught = make_taught("webinar", sessions=1, participants=1, instructor="profe@example.org")
        found = applied(taught, stranger(taught, "Edda", "ana@x.org"), stranger(taught, "Luz"))
        path = f"/class-sessions/{taught.session_refs[0]}/reports/{found.public_id}"
        return f"/teach{path}", f"/api/v1{path}", taught.activity.public_id


def test_a_coordinator_counts_them_on_the_page_and_an_instructor_is_told_who_can(
    client: FlaskClient, app: APIFlask, seen: tuple[str, str, str]
) -> None:
    page, _json, _ref = seen
    teacher = app.test_client()
    sign_in(teacher, "profe@example.org")
    assert "La coordinación puede contarlas." in teacher.get(page).text
    assert teacher.post(f"{page}/walk-ins", data={"csrf_token": csrf_token(teacher, "/my")}).status_code == 403
    sign_in(client, "coordinator@example.org")
    assert "Contar a 2 personas" in client.get(page).text
    client.post(f"{page}/walk-ins", data={"csrf_token": csrf_token(client, "/my"), "ask": "y"})
    told = client.get(page).text
    # That somebody looked is recorded once for some minutes, which is no part of the page.
    with counted_statements(app) as statements:
        client.get(page).close()
    assert len(statements) <= 12
    assert "Se contaron 2 participaciones." in told
    assert "Solicitado por correo" in told
    assert "se registra a las personas una por una" in told


def test_programs_count_them_too(client: FlaskClient, app: APIFlask, seen: tuple[str, str, str]) -> None:
    _page, path, _ref = seen
    headers = bearer(app, "coordinator@example.org")
    assert client.get(f"{path}/walk-ins", headers=headers).get_json() == {
        "record": "people", "to_count": 2, "likely": 0, "consent": {"given": 0, "asked": 0, "unknown": 0},
    }  # fmt: skip
    done = client.post(f"{path}/walk-ins", json={}, headers=headers)
    assert (done.status_code, done.get_json()["consent"]["unknown"]) == (201, 2)
    refused = client.post(f"{path}/headcounts", headers=headers)
    assert (refused.status_code, refused.get_json()["code"]) == (409, "people_on_record")


def test_signing_up_with_the_address_is_the_consent(webinar: Taught) -> None:
    found = applied(webinar, stranger(webinar, "Edda", "ana@x.org"))
    service.count_walk_ins(import_ref=found.public_id)
    ana = of(webinar.activity)[1].person
    with writing() as session:
        session.add(Account(person_id=ana.id, created_at=ana.created_at))
    assert queries.consents_in(queries.import_head(found.public_id)) == {"given": 1}


def counted_by_two(app: APIFlask) -> tuple[list[Any], int]:
    """Let two coordinators count the same report at once; return what each was told, and how many take part then."""
    with app.app_context():
        taught = make_taught("webinar", sessions=1, participants=1)
        found = applied(taught, stranger(taught, "Edda", "ana@x.org"), stranger(taught, "Luz")).public_id
    told = at_once([in_context(app, service.count_walk_ins, import_ref=found)] * 2)
    with app.app_context():
        return told, len(of(taught.activity))


def test_two_who_count_at_once_count_everybody_once(app: APIFlask) -> None:
    told, number = counted_by_two(app)
    assert (sorted(told), number) == ([0, 2], 3)


@on_postgresql
def test_without_the_lock_the_same_race_goes_wrong(app: APIFlask, monkeypatch: pytest.MonkeyPatch) -> None:
    both, found = threading.Barrier(2), queries.walk_ins

    def seen_by_both(report: AttendanceImport) -> Any:
        people = found(report)
        both.wait(20)
        return people

    monkeypatch.setattr(catalogue, "lock", lambda activity_id: db.session.get(Activity, activity_id))
    monkeypatch.setattr(queries, "walk_ins", seen_by_both)
    told, number = counted_by_two(app)
    assert any(isinstance(one, Exception) for one in told) or number > 3
