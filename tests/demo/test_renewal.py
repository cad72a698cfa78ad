"""The living programme stays living: on any day there is a class session to mark, and something to come."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from apiflask import APIFlask
from sqlalchemy import func, select

from ilpes_lms.attendance import service as attendance
from ilpes_lms.attendance.models import Mark
from ilpes_lms.attendance.queries import Viewer
from ilpes_lms.catalogue import rules
from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.catalogue.models import Activity, ClassSession
from ilpes_lms.core import clock
from ilpes_lms.core.database import db
from ilpes_lms.demo import service
from ilpes_lms.demo.service.offer import ZONE
from ilpes_lms.demo.service.renewal import living
from ilpes_lms.desks.queries import teaching_desk
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.people import queries as people
from ilpes_lms.people.models import Person
from tests.factories.enrolment import enrol, make_someone

LOADED = datetime(2027, 4, 6, 12, tzinfo=ZoneInfo(ZONE))


@pytest.fixture
def loaded(app: APIFlask) -> Iterator[APIFlask]:
    """The programme as it was loaded on a Tuesday at noon."""
    with app.app_context():
        with time_machine.travel(LOADED, tick=False):
            assert service.load_programme() == 32
        yield app


def later(**delay: float) -> time_machine.travel:
    return time_machine.travel(LOADED + timedelta(**delay), tick=False)


def markable_today() -> list[ClassSession]:
    """Return the class sessions of today that the demonstration's instructor finds on the desk and may mark."""
    instructor = people.person_by_email("instructor@example.org")
    assert instructor
    desk = teaching_desk(Viewer(person_id=instructor.id), clock.now())
    return [one.class_session for one in desk.today if one.class_session.starts_at <= clock.now()]


def to_come() -> set[str]:
    """Return the kinds of which something published is to come."""
    statement = select(Activity.kind).where(Activity.status == "published", Activity.starts_on > clock.today(ZONE))
    return set(db.session.scalars(statement))


def number_of(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def participants(activity: Activity) -> list[Enrolment]:
    statement = select(Enrolment).where(Enrolment.activity_id == activity.id, Enrolment.state == "confirmed")
    return list(db.session.scalars(statement.order_by(Enrolment.id)))


def marks(session: ClassSession) -> int:
    return db.session.scalar(select(func.count()).where(Mark.class_session_id == session.id)) or 0


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "moment", ["2027-04-10 12:00", "2027-04-11 23:59", "2027-04-07 00:10"],
    ids=["Saturday", "a minute before midnight on a Sunday", "just after midnight"],
)  # fmt: skip
def test_whenever_it_is_loaded_the_instructor_finds_a_class_session_to_mark(app: APIFlask, moment: str) -> None:
    at = datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo(ZONE))
    with app.app_context(), time_machine.travel(at, tick=False):
        service.load_programme()
        sessions = markable_today()
        assert len(sessions) >= 2
        first = participants(sessions[0].activity)[0]
        attendance.mark(
            class_session_ref=sessions[0].public_id, enrolment_ref=first.public_id, mark="present", minutes=None
        )


def test_each_day_has_its_webinar_and_a_programme_that_is_over_is_followed_by_a_fresh_one(loaded: APIFlask) -> None:
    persons = number_of(Person)
    with later(hours=11, minutes=30):
        assert service.load_programme() == 0, "the same day"
    with later(days=4, hours=11, minutes=30):
        assert markable_today() == []
        assert service.load_programme() == 1
        (session,) = markable_today()
        assert session.activity.kind == "webinar"
        assert service.load_programme() == 0, "once a day"
    with later(days=40):
        assert to_come() < set(rules.KINDS)
        assert service.load_programme() > 20
        assert to_come() == set(rules.KINDS)
        assert markable_today()
        assert service.load_programme() == 0, "once a day"
    with later(days=41):
        assert service.load_programme() == 1
    assert number_of(Person) == persons


def test_what_people_typed_in_meanwhile_stays_as_it_is(loaded: APIFlask) -> None:
    with later(minutes=30):
        begun = next(s for s in markable_today() if s.activity.kind == "webinar")
        unmarked = next(s for s in markable_today() if s.activity.kind != "webinar")
        marked, newcomer = participants(begun.activity)[0], enrol(unmarked.activity, make_someone())
        attendance.mark(class_session_ref=begun.public_id, enrolment_ref=marked.public_id, mark="late", minutes=None)
        copy = catalogue.clone(activity_ref=begun.activity.public_id, starts_on=clock.today(ZONE) + timedelta(days=9))
        renamed = next(a for a in living() if a.kind == "webinar" and a.starts_on > clock.today(ZONE))
        catalogue.edit_activity(
            activity_ref=renamed.public_id, version=renamed.version, titles={"es": "Otro título"}, joining_link=None
        )
        invented = len(participants(unmarked.activity)) - 1
        ids = (begun.activity_id, copy.id, renamed.id)
    with later(days=40):
        service.load_programme()
        assert (marks(begun), marks(unmarked)) == (1, invented), "a roster somebody began is left, the other is filled"
        assert db.session.scalar(select(func.count()).where(Mark.enrolment_id == newcomer.id)) == 0
        webinar, draft, edited = (db.session.get_one(Activity, number) for number in ids)
        assert (webinar.starts_on, webinar.status) == (LOADED.date(), "closed")
        assert (draft.status, draft.confirmed_count) == ("draft", 0)
        assert (edited.titles, edited.status) == ({"es": "Otro título"}, "published")
