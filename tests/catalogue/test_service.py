"""The catalogue's verbs, on both databases."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from ilpes_lms.audit.models import AuditEntry
from ilpes_lms.catalogue import errors, queries, service
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core import clock
from ilpes_lms.core.database import db, writing
from ilpes_lms.core.errors import NotFound, Stale
from tests.factories.catalogue import make_activity, make_class_session, make_course

pytestmark = pytest.mark.usefixtures("context")
ILPES = frozenset({"ilpes"})
at = datetime.fromisoformat


def test_an_activity_begins_as_a_draft_with_what_is_usual_for_its_kind():
    activity = service.create_activity(
        kind="international_open", titles={"es": " Gobierno abierto "}, starts_on=date(2027, 4, 6)
    )
    assert (activity.status, activity.admission, activity.record) == ("draft", "selection", "people")
    assert activity.titles == {"es": "Gobierno abierto"}
    assert activity.ends_on == date(2027, 4, 6)
    assert activity.published_at is None


def test_hours_and_partners_are_kept_as_they_were_given():
    activity = make_activity(hours=12.5, partners=[("CONEVAL", "co_organizer"), ("CONEVAL", "donor")])
    db.session.expire_all()
    read = queries.published_activity(activity.public_id)
    assert read.hours == Decimal("12.5")
    assert [(p.name, p.role) for p in read.partners] == [("CONEVAL", "co_organizer"), ("CONEVAL", "donor")]


@pytest.mark.parametrize(
    ("field", "value", "refusal"),
    [
        ("kind", "concert", errors.UnknownChoice),
        ("titles", {"es": " "}, errors.TitleMissing),
        ("titles", {"de": "Kurs"}, errors.UnknownLanguage),
        ("country", "XXX", errors.UnknownChoice),
        ("topics", ["astrology"], errors.UnknownChoice),
        ("languages", ["xx"], errors.UnknownChoice),
        ("zone", "America/Nowhere", errors.UnknownChoice),
        ("division", "nobody", errors.UnknownChoice),
        ("eligible_countries", ["CHL", "XX"], errors.UnknownChoice),
        ("admission", "selection", errors.AdmissionNotForKind),
        ("capacity", 0, errors.NotPositive),
        ("hours", -1, errors.NotPositive),
        ("ends_on", date(2027, 4, 5), errors.DatesReversed),
        ("joining_link", "http://meet.example.org/1", errors.LinkNotSafe),
        ("course_id", 4711, errors.UnknownChoice),
    ],
)
def test_a_value_that_cannot_be_is_refused_at_its_field(field, value, refusal):
    values = {"kind": "webinar", "titles": {"es": "Uno"}, "starts_on": date(2027, 4, 6), field: value}
    with pytest.raises(refusal) as refused:
        service.create_activity(**values)
    assert refused.value.field == field
    assert db.session.query(Activity).count() == 0


def test_an_activity_goes_its_way_from_draft_to_archive_and_no_other():
    activity = make_activity(status="draft")
    ref = activity.public_id
    with pytest.raises(errors.StepNotPossible):
        service.close(activity_ref=ref)
    assert service.publish(activity_ref=ref).published_at is not None
    assert service.close(activity_ref=ref).status == "closed"
    assert service.reopen(activity_ref=ref).status == "published"
    service.close(activity_ref=ref)
    assert service.archive(activity_ref=ref).status == "archived"
    with pytest.raises(errors.StepNotPossible):
        service.cancel(activity_ref=ref)


def test_a_deed_is_on_record_with_its_actor():
    activity = make_activity(status="published")
    verbs = db.session.query(AuditEntry.verb, AuditEntry.actor).filter_by(object_id=activity.public_id).all()
    assert [tuple(row) for row in verbs] == [("activity.created", "test"), ("activity.publish", "test")]


def test_an_edit_counts_the_version_and_a_second_one_from_the_old_version_is_stale():
    activity = make_activity(capacity=10)
    seen = activity.version
    edited = service.edit_activity(activity_ref=activity.public_id, version=seen, capacity=20)
    assert (edited.capacity, edited.version) == (20, seen + 1)
    with pytest.raises(Stale):
        service.edit_activity(activity_ref=activity.public_id, version=seen, capacity=30)
    db.session.expire_all()
    assert queries.published_activity(activity.public_id).capacity == 20


def test_an_edit_leaves_alone_what_it_does_not_name():
    activity = make_activity(hours=4, location="Panamá", partners=[("AECID", "donor")])
    edited = service.edit_activity(activity_ref=activity.public_id, version=activity.version, location="Lima")
    assert (edited.hours, [p.name for p in edited.partners]) == (Decimal(4), ["AECID"])


def test_an_edit_may_keep_one_partner_and_change_another():
    activity = make_activity(partners=[("AECID", "donor"), ("CIDE", "academic_partner")])
    partners = [("AECID", "donor"), ("UNAM", "academic_partner")]
    service.edit_activity(activity_ref=activity.public_id, version=activity.version, partners=partners)
    db.session.expire_all()
    assert [p.name for p in queries.published_activity(activity.public_id).partners] == ["AECID", "UNAM"]


def test_counts_do_not_touch_the_version():
    activity = make_activity(capacity=5)
    with writing():
        locked = service.lock(activity.id)
        service.set_counts(locked, confirmed=5, waiting=2)
    db.session.expire_all()
    read = queries.activity_by_id(activity.id)
    assert (read.confirmed_count, read.waiting_count, read.version) == (5, 2, activity.version)


def test_there_cannot_be_fewer_places_than_people_who_have_one():
    activity = make_activity(capacity=5)
    with writing():
        service.set_counts(service.lock(activity.id), confirmed=5, waiting=0)
    with pytest.raises(errors.CapacityBelowConfirmed) as refused:
        service.edit_activity(activity_ref=activity.public_id, version=activity.version, capacity=4)
    assert refused.value.field == "capacity"


def test_a_lock_reads_what_others_have_written_since():
    activity = make_activity(capacity=5)
    with db.engine.begin() as other:
        other.execute(Activity.__table__.update().values(confirmed_count=3))
    with writing():
        assert service.lock(activity.id).confirmed_count == 3


def test_locking_what_does_not_exist_is_not_found():
    with writing(), pytest.raises(NotFound):
        service.lock(4711)


def test_the_search_key_holds_all_titles_the_course_the_partners_and_the_country():
    course = make_course(titles={"es": "Preparación de proyectos"})
    activity = make_activity(
        titles={"es": "Inversión pública", "en": "Public investment"}, course_id=course.id, country="PER",
        partners=[("Agência Espanhola", "donor")],
    )  # fmt: skip
    for word in ("inversion publica", "public investment", "preparacion", "agencia", "peru"):
        assert word in activity.search_key


def test_class_sessions_are_numbered_and_kept_with_their_wall_time():
    activity = make_activity(zone="America/Santiago", starts_on=date(2027, 4, 6))
    first = make_class_session(activity, starts_wall=at("2027-04-06T10:00"), minutes=90)
    second = make_class_session(activity, starts_wall=at("2027-04-13T10:00"), minutes=90)
    assert (first.number, second.number) == (1, 2)
    # The clocks in Chile go back on 3 April 2027, after which noon is 16:00 UTC.
    assert first.starts_at.isoformat() == "2027-04-06T14:00:00+00:00"
    assert first.wall_start == "2027-04-06T10:00"
    assert first.ends_at - first.starts_at == timedelta(minutes=90)


def test_a_class_session_at_an_hour_that_clocks_jump_over_is_kept_at_the_hour_they_show():
    activity = make_activity(zone="America/Santiago")
    session = make_class_session(activity, starts_wall=at("2027-09-05T00:30"), minutes=60)
    assert session.wall_start == "2027-09-05T01:30"


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({"minutes": 0}, errors.NotPositive),
        ({"zone": "Mars/Base"}, errors.UnknownChoice),
        ({"joining_link": "javascript:alert(1)"}, errors.LinkNotSafe),
    ],
)
def test_a_class_session_that_cannot_be_is_refused(values, refusal):
    activity = make_activity()
    with pytest.raises(refusal):
        service.add_class_session(
            **{"activity_id": activity.id, "starts_wall": at("2027-04-06T10:00"), "minutes": 60} | values
        )


def test_a_class_session_to_come_can_be_called_off_and_one_that_has_begun_cannot():
    activity = make_activity()
    coming = make_class_session(activity, starts_in=2)
    past = make_class_session(activity, starts_in=-2)
    assert service.cancel_class_session(class_session_ref=coming.public_id).status == "cancelled"
    with pytest.raises(errors.ClassSessionOver):
        service.cancel_class_session(class_session_ref=past.public_id)


def test_a_headcount_makes_the_activity_known_by_headcount():
    activity = make_activity(status="archived", starts_in=-400)
    service.record_headcount(activity_id=activity.id, women=13, men=15, source="LC/MDCRP.29/3")
    service.record_headcount(activity_id=activity.id, women=14, men=15, source="LC/MDCRP.29/3")
    db.session.expire_all()
    read = queries.published_activity(activity.public_id)
    assert (read.record, read.headcount.women, read.headcount.men) == ("headcount", 14, 15)


def test_a_clone_is_a_draft_on_the_same_weekday_a_year_later_with_its_class_sessions():
    activity = make_activity(
        zone="America/Santiago", starts_on=date(2026, 4, 7), ends_on=date(2026, 4, 28), capacity=30, hours=20,
        position=3, dates_as_published="7-28 April 2026", partners=[("CIDE", "academic_partner")],
    )  # fmt: skip
    make_class_session(activity, starts_wall=at("2026-04-07T10:00"))
    called_off = make_class_session(activity, starts_wall=at("2026-04-14T10:00"))
    db.session.query(type(called_off)).filter_by(id=called_off.id).update({"status": "cancelled"})
    db.session.commit()
    copy = service.clone(activity_ref=activity.public_id)
    assert (copy.status, copy.starts_on, copy.ends_on) == ("draft", date(2027, 4, 6), date(2027, 4, 27))
    assert (copy.capacity, copy.position, copy.dates_as_published) == (30, None, None)
    assert [p.name for p in copy.partners] == ["CIDE"]
    sessions = queries.class_sessions(copy.id)
    assert [(s.number, s.wall_start) for s in sessions] == [(1, "2027-04-06T10:00")]


def test_a_coordinator_of_a_division_sees_and_makes_only_its_activities():
    foreign = make_activity(division="statistics")
    own = make_activity(division="ilpes")
    assert queries.managed_activity(own.public_id, ILPES).id == own.id
    with pytest.raises(NotFound):
        queries.managed_activity(foreign.public_id, ILPES)
    with pytest.raises(NotFound):
        service.cancel(activity_ref=foreign.public_id, divisions=ILPES)
    with pytest.raises(NotFound):
        service.add_class_session(
            activity_ref=foreign.public_id, starts_wall=at("2027-04-06T10:00"), minutes=60, divisions=ILPES
        )
    with pytest.raises(errors.NotYourDivision):
        service.create_activity(
            kind="webinar", titles={"es": "Uno"}, starts_on=date(2027, 4, 6), division="statistics", divisions=ILPES
        )
    with pytest.raises(errors.NotYourDivision):
        service.edit_activity(activity_ref=own.public_id, version=own.version, division="statistics", divisions=ILPES)


def test_a_listener_follows_an_edit_inside_its_transaction(context):
    heard = []
    listeners = context.extensions["ilpes-catalogue-listeners"].edited
    service.when_edited(context, lambda activity: heard.append((activity.public_id, activity.capacity)))
    try:
        activity = make_activity(status="draft", capacity=1)
        service.edit_activity(activity_ref=activity.public_id, version=activity.version, capacity=2)
    finally:
        listeners.pop()
    assert heard == [(activity.public_id, 2)]


def test_two_courses_do_not_share_an_address():
    make_course(titles={"es": "Gobierno abierto"})
    with pytest.raises(errors.SlugTaken):
        make_course(titles={"es": "Gobierno Abierto"})


def test_overlap_is_by_any_common_day():
    inside = make_activity(starts_on=date(2021, 5, 31), ends_on=date(2021, 7, 19))
    make_activity(starts_on=date(2021, 5, 1), ends_on=date(2021, 5, 31))
    make_activity(starts_on=date(2022, 6, 1))
    make_activity(starts_on=date(2021, 8, 1), status="draft")
    make_activity(starts_on=date(2021, 8, 1), status="cancelled")
    found = queries.activities_overlapping(date(2021, 6, 1), date(2022, 5, 31))
    assert [activity.id for activity in found] == [inside.id]


def test_sessions_between_leaves_out_what_does_not_take_place():
    now = clock.now()
    activity = make_activity()
    session = make_class_session(activity, starts_in=1)
    service.cancel_class_session(class_session_ref=make_class_session(activity, starts_in=2).public_id)
    make_class_session(make_activity(status="draft"), starts_in=1)
    found = queries.sessions_between(now, now + timedelta(days=3))
    assert [s.id for s in found] == [session.id]
