"""The calendar foretells what the collector writes; and what holds whatever people change in between."""

import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from apiflask import APIFlask
from sqlalchemy import select

from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.catalogue.models import Activity, ClassSession
from ilpes_lms.core import clock
from ilpes_lms.core.database import db, writing
from ilpes_lms.core.errors import DomainError
from ilpes_lms.enrolment import service as enrolment
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.people.models import Person
from ilpes_lms.reminders import queries, rules, service
from tests.factories.catalogue import make_class_session
from tests.factories.enrolment import enrol, make_offer, make_quota, make_someone
from tests.factories.notifications import messages
from tests.factories.reminders import certified, course_on, drafting, participant, rule, teacher

ZONES = ("America/Santiago", "America/Sao_Paulo", "America/New_York", "America/Asuncion", "Europe/Madrid", "Asia/Tokyo")
FIRST_DAY = date(2027, 4, 6)
NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)
# Of the sweeps, so many come after something was changed.
_SHARE = 0.4


@pytest.fixture(autouse=True)
def _march(app: APIFlask) -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


def a_programme() -> None:
    """Arrange activities with somebody for every default rule."""
    with_places = {"kind": "international_open", "admission": "selection"}
    closes = clock.end_of_day(date(2027, 3, 9), "America/Santiago")
    for number, zone in enumerate(ZONES):
        course = course_on(date(2027, 3, 10 + number), zone=zone, applications_close_at=closes, **with_places)
        make_class_session(course, starts_wall=datetime(2027, 3, 19, 15), zone=zone)  # noqa: DTZ001 - wall time
        for each in ZONES:
            participant(course, zone=each)
        certified(enrol(course, make_someone(zone=zone)), course)
        teacher(course, zone=zone)
        drafting(course, zone=zone)
        make_offer(course)
        service.set_rule(activity_ref=course.public_id, terms=rule("activity_ends"), code="activity_ends")
    make_quota(course_on(FIRST_DAY, kind="national_restricted", admission="nomination"), closes_in=12)


def test_the_calendar_of_three_weeks_is_what_the_collector_then_writes(app: APIFlask) -> None:
    with app.app_context():
        a_programme()
        end = NOON + timedelta(weeks=3)
        foretold = {one.key: one.at for one in queries.foreseen(queries.underway(NOON), NOON, end)}
        db.session.remove()
    # At the foretold moments, and often enough in between for whatever nobody foretold.
    in_between = {NOON + timedelta(hours=6 * number) for number in range(4 * 21 + 1)}
    for moment in sorted(in_between | set(foretold.values())):
        with time_machine.travel(moment, tick=False), app.app_context():
            service.collect_due()
    assert {m.key: m.created_at for m in messages(app) if m.kind.startswith("reminders.")} == foretold
    kinds = Counter(m.kind.removeprefix("reminders.") for m in messages(app) if m.kind.startswith("reminders."))
    assert set(kinds) == {
        "application_closes", "offer_lapses", "activity_starts", "class_session_tomorrow", "activity_ends",
        "marks_missing", "nominations_unfilled", "profile_incomplete", "certificate_waiting",
    }  # fmt: skip


def test_the_calendar_is_read_in_the_same_few_statements_however_many_people(
    app: APIFlask, statements: list[str]
) -> None:
    with app.app_context():
        a_programme()
        del statements[:]
        found = queries.calendar(queries.underway(NOON), weeks=4, zone="America/Santiago", now=NOON)
        assert len(statements) == 6
        assert sum(line.recipients for line in found.lines) == len(found.planned) > 100


def test_names_come_in_pages_that_hold_everybody_once(app: APIFlask) -> None:
    with app.app_context():
        course = course_on(FIRST_DAY, hour=None)
        for _ in range(120):
            participant(course)
        found = queries.calendar(queries.underway(NOON), weeks=8, zone="America/Santiago", now=NOON)
        (line,) = found.lines
        assert (line.recipients, line.day) == (120, date(2027, 4, 3))
        names, cursor = [], None
        for _ in range(3):
            page = queries.copies(found.of_line(line), cursor)
            names += [one.planned.subject for one in page.items]
            cursor = page.next_cursor
        assert cursor is None
        assert len(set(names)) == len(names) == 120


def test_a_pause_moves_the_calendar(app: APIFlask) -> None:
    with app.app_context():
        course = course_on(FIRST_DAY, hour=None)
        participant(course)
        service.pause(until=datetime(2027, 4, 4, 15, tzinfo=UTC), activity_ref=course.public_id)
        found = queries.calendar(queries.underway(NOON), weeks=8, zone="America/Santiago", now=NOON)
        assert [line.first for line in found.lines] == [datetime(2027, 4, 4, 15, tzinfo=UTC)]


class Edits:
    """What coordinators and participants do between two sweeps, at random but so that it can be done again."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.course = course_on(
            date(2027, 3, 10), zone=self.chance.choice(ZONES), kind="webinar", ends_on=date(2027, 4, 30)
        ).id
        for day in (12, 15, 18):
            self._add(day)
        for zone in ZONES:
            participant(self.activity, zone=zone)

    @property
    def activity(self) -> Activity:
        return db.session.get_one(Activity, self.course)

    def one(self) -> None:
        """Do one thing; what the rules of other rooms refuse is not done."""
        deeds = (self._move, self._plan, self._plan, self._cancel, self._withdraw, self._join, self._set_rule)
        deed = self.chance.choice(deeds)
        try:
            deed()
        except DomainError:
            db.session.rollback()

    def _add(self, day: int) -> None:
        wall = datetime.combine(date(2027, 3, day), time(self.chance.randrange(24)))
        make_class_session(self.activity, starts_wall=wall, zone=self.activity.zone)

    def _plan(self) -> None:
        self._add(self.chance.randrange(9, 21))

    def _session(self) -> ClassSession:
        statement = select(ClassSession).where(
            ClassSession.activity_id == self.course, ClassSession.starts_at > clock.now()
        )
        return self.chance.choice(list(db.session.scalars(statement)) or [ClassSession(public_id="none")])

    def _move(self) -> None:
        with writing() as session:
            found = self._session()
            if found.public_id != "none":
                moved = clock.wall_time(found.starts_at, found.zone) + timedelta(hours=self.chance.randrange(-40, 60))
                begins = clock.at_place(moved, found.zone)
                if begins > clock.now():
                    found.starts_at, found.ends_at = begins, begins + timedelta(hours=1)
                    found.wall_start = moved.isoformat(timespec="minutes")
                    session.flush()

    def _cancel(self) -> None:
        catalogue.cancel_class_session(class_session_ref=self._session().public_id)

    def _withdraw(self) -> None:
        places = list(db.session.scalars(select(Enrolment).where(Enrolment.state == "confirmed")))
        if len(places) > 2:
            gone = self.chance.choice(places)
            enrolment.withdraw(enrolment_ref=gone.public_id, person_id=gone.person_id)

    def _join(self) -> None:
        participant(self.activity, zone=self.chance.choice(ZONES))

    def _set_rule(self) -> None:
        terms = rule("class_session_tomorrow", amount=self.chance.randrange(3), hour=self.chance.randrange(24))
        service.set_rule(activity_ref=self.activity.public_id, terms=terms, code="class_session_tomorrow")


@pytest.mark.parametrize("seed", range(2))
def test_whatever_is_changed_between_sweeps_each_gets_one_reminder_a_day_before_it_and_never_at_night(
    app: APIFlask, seed: int
) -> None:
    with app.app_context():
        edits = Edits(seed)
    moment = datetime(2027, 3, 8, tzinfo=UTC)
    begun: dict[str, datetime] = {}
    while moment < datetime(2027, 3, 20, tzinfo=UTC):
        with time_machine.travel(moment, tick=False), app.app_context():
            if edits.chance.random() < _SHARE:
                edits.one()
            known = {m.key for m in messages(app)}
            days = queries.of_activity(edits.activity, moment).days
            confirmed = set(db.session.scalars(select(Enrolment.public_id).where(Enrolment.state == "confirmed")))
            service.collect_due()
            new = [m for m in messages(app) if m.key not in known and m.kind == "reminders.class_session_tomorrow"]
            for message in new:
                begun[message.key] = days[message.values["day"]][0].starts_at
                assert message.values["enrolment"] in confirmed
        moment += timedelta(hours=2, minutes=20)
    with app.app_context():
        zones = {person.id: person.zone for person in db.session.scalars(select(Person))}
    found = [m for m in messages(app) if m.kind == "reminders.class_session_tomorrow"]
    assert len(found) > 10
    assert max(Counter((m.person_id, m.values["day"]) for m in found).values()) == 1
    quiet = rules.Quiet(21, 8)
    for message in found:
        assert message.created_at < begun[message.key]
        assert not quiet.holds(message.created_at, zones[message.person_id or 0])


def test_a_class_session_moved_within_its_day_is_no_new_occasion_and_to_another_day_is(app: APIFlask) -> None:
    zone = ZoneInfo("America/Santiago")
    with app.app_context():
        course = course_on(FIRST_DAY, ends_on=date(2027, 4, 30))
        participant(course)
        reference, number = course.public_id, course.id
        service.switch(activity_ref=reference, rule="activity_starts", enabled=False)

    def after(moved: datetime | None, at: datetime) -> int:
        with app.app_context(), writing() as session:
            one = session.scalars(select(ClassSession).where(ClassSession.activity_id == number)).one()
            if moved:
                one.starts_at, one.ends_at = moved, moved + timedelta(hours=1)
                one.wall_start = moved.astimezone(zone).strftime("%Y-%m-%dT%H:%M")
        with time_machine.travel(at, tick=False), app.app_context():
            return service.collect_due()

    assert after(None, datetime(2027, 4, 5, 10, tzinfo=zone)) == 1
    assert after(datetime(2027, 4, 6, 17, tzinfo=zone), datetime(2027, 4, 5, 10, 1, tzinfo=zone)) == 0
    assert after(datetime(2027, 4, 8, 17, tzinfo=zone), datetime(2027, 4, 5, 10, 2, tzinfo=zone)) == 0
    assert after(None, datetime(2027, 4, 7, 10, tzinfo=zone)) == 1
