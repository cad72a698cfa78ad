"""The living programme: consistent, complete, repeatable, and silent towards most of its people."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from ilpes_lms.attendance.models import AttendanceImport, Mark, Outcome
from ilpes_lms.catalogue.models import Activity, ClassSession, Material
from ilpes_lms.catalogue.queries import published
from ilpes_lms.certificates.models import Certificate
from ilpes_lms.core import clock, files
from ilpes_lms.core.database import Model, db
from ilpes_lms.core.settings import institute_day
from ilpes_lms.demo import service
from ilpes_lms.demo.accounts import ACCOUNTS
from ilpes_lms.demo.errors import NotInProduction
from ilpes_lms.demo.service.offer import CONTACT
from ilpes_lms.enrolment import queries as enrolment_queries
from ilpes_lms.enrolment import rules as enrolment_rules
from ilpes_lms.enrolment.models import (
    ApplicationAnswer,
    ApplicationQuestion,
    ConflictOfInterest,
    Enrolment,
    Invitation,
    NominationQuota,
    ParticipantImport,
    PlaceRule,
    Review,
)
from ilpes_lms.enrolment.service import imports
from ilpes_lms.notifications.models import Message
from ilpes_lms.people import queries as people
from ilpes_lms.people import service as people_service
from ilpes_lms.people.models import EmailAddress, Person
from ilpes_lms.statistics import service as statistics
from ilpes_lms.statistics.models import Compilation
from tests.pace import paced


def rows() -> dict[str, int]:
    """Return how many rows each table has."""
    return {
        table.name: db.session.scalar(select(func.count()).select_from(table)) or 0
        for table in Model.metadata.sorted_tables
    }


def living() -> list[Activity]:
    wanted = select(Activity).where(Activity.contact == CONTACT).options(selectinload(Activity.class_sessions))
    return list(db.session.scalars(wanted.order_by(Activity.id)))


def test_the_demonstration_is_whole_and_agrees_with_itself(context) -> None:
    service.load_report()
    with paced() as pace:
        assert service.load_programme() == 32
    assert pace.seconds < 20
    check_the_catalogue_has_82_activities()
    check_counts_are_rows()
    check_every_state_is_there_with_its_history()
    check_marks_and_outcomes()
    check_every_audience_has_something_to_see()
    check_applications_have_answers_and_letters()
    check_a_committee_is_at_work()
    check_a_report_was_taken_in()
    check_a_webinar_lasts_as_long_as_it_says()
    check_what_is_begun_and_kept()
    check_only_a_few_are_written_to()
    check_statistics_count_the_programme()
    before = rows()
    assert (service.load_report(), service.load_programme()) == (0, 0)
    assert rows() == before


def check_the_catalogue_has_82_activities() -> None:
    public = select(func.count()).select_from(Activity).where(published(), Activity.status != "cancelled")
    assert db.session.scalar(public) == 82
    activities = living()
    assert {activity.status for activity in activities} == {"draft", "published", "closed", "cancelled"}
    today = clock.today("America/Santiago")
    for kind in ("international_open", "national_restricted", "other_division", "webinar"):
        of_kind = [activity for activity in activities if activity.kind == kind and activity.status == "published"]
        assert any(activity.starts_on > today for activity in of_kind), kind
        assert any(activity.starts_on <= today + timedelta(days=1) for activity in of_kind), kind
    assert {activity.admission for activity in activities} == {"open", "selection", "nomination", "invitation"}


def check_counts_are_rows() -> None:
    counted = select(Enrolment.activity_id, Enrolment.state, func.count()).group_by(
        Enrolment.activity_id, Enrolment.state
    )
    found = {(activity, state): number for activity, state, number in db.session.execute(counted)}
    for activity in living():
        assert activity.confirmed_count == found.get((activity.id, "confirmed"), 0)
        assert activity.waiting_count == found.get((activity.id, "waitlisted"), 0)
        held = activity.confirmed_count + found.get((activity.id, "offered"), 0)
        assert activity.capacity is None or held <= activity.capacity


def check_every_state_is_there_with_its_history() -> None:
    enrolments = db.session.scalars(select(Enrolment).options(selectinload(Enrolment.changes))).all()
    assert {one.state for one in enrolments} == set(enrolment_rules.STATES)
    for one in enrolments:
        assert [step.to_state for step in one.changes][-1] == one.state
        assert [step.from_state for step in one.changes][1:] == [step.to_state for step in one.changes][:-1]
        assert (one.confirmed_at is None) == (one.state not in {"confirmed", "withdrawn"})
        assert one.applied_at <= clock.now()
    assert {state for (state,) in db.session.execute(select(Invitation.state).distinct())} == {"sent", "accepted"}
    assert db.session.scalar(select(func.count()).select_from(NominationQuota)) == 3


def check_marks_and_outcomes() -> None:
    marks = db.session.scalars(select(Mark).options(joinedload(Mark.enrolment), joinedload(Mark.class_session))).all()
    assert {mark.mark for mark in marks} == {"present", "late", "excused", "absent"}
    for mark in marks:
        assert mark.enrolment.state == "confirmed"
        assert mark.class_session.activity_id == mark.enrolment.activity_id
        assert mark.class_session.ends_at < clock.now()
    decided = set(db.session.scalars(select(Outcome.enrolment_id)))
    assert decided == {mark.enrolment_id for mark in marks}
    for activity in living():
        for session in activity.class_sessions:
            assert activity.starts_on <= clock.wall_time(session.starts_at, session.zone).date() <= activity.ends_on
    over = select(ClassSession.activity_id).where(ClassSession.ends_at < clock.now())
    marked = {mark.enrolment.activity_id for mark in marks}
    assert set(db.session.scalars(over)) - marked, "one roster that nobody has filled yet"


def check_every_audience_has_something_to_see() -> None:
    signed = {account.audience: people.person_by_email(account.email) for account in ACCOUNTS}
    for account in ACCOUNTS:
        assert people_service.sign_in(email=account.email, password=account.password, caller="test")
    roles = {audience: people.roles_of(person.id) for audience, person in signed.items()}
    assert roles == {
        "participant": set(), "instructor": set(), "coordinator": {"coordinator"}, "focal point": {"focal_point"},
        "statistics reader": {"statistics_reader"}, "auditor": {"auditor"}, "administrator": {"administrator"},
    }  # fmt: skip
    own = select(Enrolment.state).where(Enrolment.person_id == signed["participant"].id)
    assert set(db.session.scalars(own)) == {"applied", "waitlisted", "offered", "confirmed"}
    certificates = select(Certificate.state, Certificate.kind).where(Certificate.person_id == signed["participant"].id)
    assert sorted(db.session.execute(certificates).all()) == [("issued", "completion"), ("issued", "participation")]
    assert set(db.session.scalars(select(Certificate.state))) == {"issued", "revoked"}
    at_work = select(ClassSession.id).where(ClassSession.starts_at <= clock.now(), ClassSession.ends_at > clock.now())
    assert len(db.session.scalars(at_work).all()) >= 2
    quota = db.session.scalar(select(NominationQuota).where(NominationQuota.focal_point_email.like("focal.point@%")))
    assert quota.organization_id == signed["focal point"].organization_id


def check_applications_have_answers_and_letters() -> None:
    asking = set(db.session.scalars(select(ApplicationQuestion.activity_id)))
    applied = list(db.session.scalars(select(Enrolment.id).where(Enrolment.activity_id.in_(asking))))
    answers = list(db.session.scalars(select(ApplicationAnswer)))
    assert (len(asking), {answer.enrolment_id for answer in answers}) == (2, set(applied))
    letters = [answer for answer in answers if answer.file_key]
    assert len(letters) == 6
    assert files.fetch(letters[0].file_key or "").startswith(b"%PDF-")
    participant = people.person_by_email(ACCOUNTS[0].email)
    assert participant is not None
    assert len(enrolment_queries.drafts_of(participant.id)) == 1
    assert db.session.scalar(select(func.count()).select_from(Material)) == 6


def check_a_committee_is_at_work() -> None:
    reviews = db.session.scalars(select(Review)).all()
    assert len({review.reviewer_id for review in reviews}) == 2
    assert {bool(review.note) for review in reviews} == {True, False}
    assert all(review.score is not None for review in reviews)
    conflict = db.session.scalars(select(ConflictOfInterest)).one()
    assert conflict.reason
    assert [review.reviewer_id == conflict.reviewer_id for review in reviews if review.enrolment_id
            == conflict.enrolment_id] == [False]  # fmt: skip
    assert len(set(db.session.scalars(select(PlaceRule.kind)))) == 3


def check_a_report_was_taken_in() -> None:
    report = db.session.scalars(select(AttendanceImport)).one()
    assert (report.state, report.faults) == ("applied", [])
    assert Counter(one.standing for one in report.people)["open"] == 3
    assert set(db.session.scalars(select(Mark.source))) == {"hand", "import"}


def check_what_is_begun_and_kept() -> None:
    checked = db.session.scalars(select(ParticipantImport)).one()
    assert (checked.state, checked.total, checked.added) == ("ready", 6, 0)
    assert {remark.stops for remark in imports.remarks_of(checked)} == {True, False}
    kept = db.session.scalars(select(Compilation)).one()
    assert (kept.state, kept.result["totals"]["participations"]) == ("done", 4328)
    course = next(a for a in living() if a.confirmed_count and a.titles["es"].startswith("Prospectiva"))
    assert len(enrolment_queries.with_needs(course.id)) == 1


def check_a_webinar_lasts_as_long_as_it_says() -> None:
    for activity in living():
        if activity.kind == "webinar" and activity.class_sessions:
            minutes = sum(session.minutes for session in activity.class_sessions)
            assert activity.hours == Decimal(minutes) / 60, activity.titles


def check_only_a_few_are_written_to() -> None:
    addresses = db.session.scalars(select(EmailAddress.address)).all()
    assert all(address.endswith("@example.org") for address in addresses)
    assert 140 <= len(addresses) <= 170
    messages = db.session.scalars(select(Message)).all()
    assert 20 <= len(messages) <= 60
    assert all(message.address is None or message.address.endswith("@example.org") for message in messages)
    assert db.session.scalar(select(func.count()).select_from(Person)) == len(addresses)


def check_statistics_count_the_programme() -> None:
    today = institute_day()
    totals = statistics.compute(today - timedelta(days=120), today)["totals"]
    begun = [a for a in living() if a.starts_on <= today and a.status in ("published", "closed")]
    assert totals["activities"] == len(begun)
    assert totals["participations"] == sum(activity.confirmed_count for activity in begun)
    assert 0 < totals["persons"] < totals["participations"]


def test_production_gets_no_demonstration_accounts(app) -> None:
    settings = app.config["SETTINGS"]
    app.config["SETTINGS"] = replace(settings, environment="production")
    try:
        with app.app_context(), pytest.raises(NotInProduction):
            service.load_programme()
        refused = app.test_cli_runner().invoke(args=["demo", "load"])
        assert refused.exit_code == 1
        assert "no demonstration accounts" in refused.stderr
        assert app.test_cli_runner().invoke(args=["demo", "load", "--report-only"]).exit_code == 0
    finally:
        app.config["SETTINGS"] = settings
    with app.app_context():
        assert rows()["persons"] == 0
        assert rows()["activities"] == 52


def test_a_load_that_fails_leaves_nothing_and_can_be_repeated(app, monkeypatch) -> None:
    with app.app_context():
        with monkeypatch.context() as broken:
            broken.setattr("ilpes_lms.demo.service.programme.add_population", lambda _chance: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                service.load_programme()
        assert rows()["activities"] == rows()["persons"] == 0
