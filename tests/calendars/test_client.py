"""Whatever is changed, in whatever order letters arrive: a calendar ends with exactly what is planned."""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from apiflask import APIFlask
from hypothesis import Phase
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from icalendar import Calendar
from sqlalchemy import select, update

from ilpes_lms.calendars import service as calendars
from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.catalogue.models import Activity, ClassSession
from ilpes_lms.core import clock
from ilpes_lms.core.database import db, writing
from ilpes_lms.core.errors import Conflict, Gone, Invalid, NotFound
from ilpes_lms.enrolment import service as enrolment
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.notifications import tasks, transport
from ilpes_lms.notifications.errors import SendingFailed
from ilpes_lms.notifications.models import Message
from ilpes_lms.people.models import Person
from tests.calendars.client import Client, Shown, objects_of
from tests.calendars.libical import LIBRARY, faults
from tests.conftest import empty
from tests.factories.calendars import settle
from tests.factories.catalogue import make_activity, make_class_session
from tests.factories.enrolment import make_someone
from tests.factories.lives import live

ADDRESSES = ("ana@example.org", "luis@example.org")
ZONES = ("America/Santiago", "America/Lima", "Europe/Madrid")
FIRST = clock.today("America/Santiago") + timedelta(days=30)
days, hours, who = st.integers(0, 59), st.integers(7, 19), st.integers(0, len(ADDRESSES) - 1)
which, zones = st.integers(0, 5), st.sampled_from(ZONES)


@dataclass
class Post:
    """The way letters leave: keeps them, and now and then says it failed, before or after it took one."""

    letters: list[EmailMessage] = field(default_factory=list)
    trouble: list[str] = field(default_factory=list)

    def send(self, letter: EmailMessage, address: str, kind: str) -> None:  # noqa: ARG002 - a transport's signature
        trouble = self.trouble.pop() if self.trouble else ""
        if trouble != "refused":
            self.letters.append(letter)
        if trouble:
            raise SendingFailed("Try again later.")

    def close(self) -> None:
        pass


@contextmanager
def may_be_refused() -> Iterator[None]:
    try:
        yield
    except (Conflict, Gone, Invalid, NotFound):
        db.session.rollback()


def deed(**values: st.SearchStrategy[Any]) -> Callable[[Callable[..., None]], Any]:
    """Make a method a rule after which letters are delivered, or not, or also a sweep comes by."""

    def decide(method: Callable[..., None]) -> Any:
        def done(self: "Schedule", then: str, **drawn: Any) -> None:
            method(self, **drawn)
            if then == "sweep":
                settle()
            if then:
                self.deliver()

        done.__name__ = method.__name__
        return rule(then=st.sampled_from(["", "deliver", "sweep"]), **values)(done)

    return decide


class Schedule(RuleBasedStateMachine):
    """A course that coordinators change, two people who come and go, and a post with troubles."""

    app: APIFlask

    def __init__(self) -> None:
        super().__init__()
        self.context = self.app.app_context()
        self.context.push()
        self.post = Post()
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr(transport, "open_transport", self._opened)
        self.said: dict[tuple[str, str, int], tuple[object, ...]] = {}

    @contextmanager
    def _opened(self) -> Iterator[Post]:
        yield self.post

    @initialize(walls=st.lists(st.tuples(days, hours), min_size=2, max_size=4, unique=True))
    def plan(self, walls: list[tuple[int, int]]) -> None:
        activity = make_activity(
            "webinar", starts_on=FIRST, ends_on=FIRST + timedelta(days=90), zone="America/Santiago",
            joining_link="https://meet.example.org/all",
        )  # fmt: skip
        self.activity_ref, self.activity_id = activity.public_id, activity.id
        for day, hour in walls:
            make_class_session(activity, starts_wall=wall(day, hour))
        self.people = [make_someone(email=email).id for email in ADDRESSES]
        for person_id in self.people:
            enrolment.apply(activity_ref=self.activity_ref, person_id=person_id)
        self.deliver()

    @deed(day=days, hour=hours, zone=zones)
    def add(self, day: int, hour: int, zone: str) -> None:
        with may_be_refused():
            catalogue.add_class_session(
                activity_id=self.activity_id, starts_wall=wall(day, hour), minutes=90, zone=zone, title=f"{day}-{hour}"
            )

    @deed(at=which, day=days, hour=hours, minutes=st.sampled_from([60, 90]))
    def move(self, at: int, day: int, hour: int, minutes: int) -> None:
        with may_be_refused():
            catalogue.edit_class_session(class_session_ref=self.one(at), starts_wall=wall(day, hour), minutes=minutes)

    @deed(at=which, zone=zones)
    def change_zone(self, at: int, zone: str) -> None:
        with may_be_refused():
            catalogue.edit_class_session(class_session_ref=self.one(at), zone=zone)

    @deed(at=which, title=st.sampled_from(["A", "B"]))
    def rename(self, at: int, title: str) -> None:
        with may_be_refused():
            catalogue.edit_class_session(class_session_ref=self.one(at), title=title)

    @deed(at=which)
    def cancel(self, at: int) -> None:
        with may_be_refused():
            catalogue.cancel_class_session(class_session_ref=self.one(at))

    @deed(at=which)
    def remove(self, at: int) -> None:
        with may_be_refused():
            catalogue.remove_class_session(class_session_ref=self.one(at))

    @deed(shift=st.integers(-7, 7), move=st.booleans())
    def change_dates(self, shift: int, *, move: bool) -> None:
        activity = db.session.get_one(Activity, self.activity_id)
        starts_on = activity.starts_on + timedelta(days=shift)
        with may_be_refused():
            catalogue.edit_activity(
                activity_ref=self.activity_ref, version=activity.version, starts_on=starts_on,
                ends_on=starts_on + timedelta(days=90), move_class_sessions=move,
            )  # fmt: skip

    @deed(dice=st.integers(0, 9))
    def cancel_activity(self, dice: int) -> None:
        if dice == 0:
            with may_be_refused():
                catalogue.cancel(activity_ref=self.activity_ref)

    @deed(number=who)
    def leave(self, number: int) -> None:
        found = self.enrolment(number)
        with may_be_refused():
            if found:
                enrolment.withdraw(enrolment_ref=found.public_id, person_id=found.person_id)

    @deed(number=who)
    def come(self, number: int) -> None:
        with may_be_refused():
            enrolment.apply(activity_ref=self.activity_ref, person_id=self.people[number])

    @deed(number=who, language=st.sampled_from(["es", "en", "pt", "fr"]), zone=zones)
    def move_house(self, number: int, language: str, zone: str) -> None:
        with writing() as session:
            session.execute(update(Person).where(Person.id == self.people[number]).values(language=language, zone=zone))

    @deed(number=who, wanted=st.booleans())
    def choose(self, number: int, *, wanted: bool) -> None:
        calendars.choose_invitations(person_id=self.people[number], wanted=wanted)

    @deed(trouble=st.sampled_from(["refused", "unsure"]))
    def have_trouble(self, trouble: str) -> None:
        self.post.trouble.append(trouble)

    def deliver(self) -> None:
        # What is tried again later is tried again now.
        with writing() as session:
            session.execute(update(Message).where(Message.state == "queued").values(due_at=clock.now()))
        before = len(self.post.letters)
        tasks.deliver()
        for letter in self.post.letters[before:]:
            self._check(letter)

    def teardown(self) -> None:
        try:
            if hasattr(self, "activity_ref"):
                self.finish()
        finally:
            self.patch.undo()
            db.session.rollback()
            self.context.pop()
            empty(self.app)

    def finish(self) -> None:
        """Let everybody have what they are owed, then compare, letters as they came and in any order."""
        for number in range(len(ADDRESSES)):
            calendars.choose_invitations(person_id=self.people[number], wanted=True)
        self.post.trouble.clear()
        for _ in range(3):
            self.deliver()
            settle()
        quiet = len(self.post.letters)
        self.deliver()
        assert len(self.post.letters) == quiet, "once all is told, nothing is told again"
        for number, address in enumerate(ADDRESSES):
            mine = [letter for letter in self.post.letters if letter["To"].addresses[0].addr_spec == address]
            orders = [mine, list(reversed(mine)), random.Random(len(mine)).sample(mine, len(mine))]
            for order in orders:
                client = Client(address)
                for letter in order:
                    client.receive(letter)
                shown = {uid: seen(entry) for uid, entry in client.entries.items()}
                assert shown == self.expected(number)

    def expected(self, number: int) -> dict[str, tuple[object, ...]]:
        """Return what a person's calendar must show, from the tables themselves."""
        db.session.expire_all()
        found, activity = self.enrolment(number), db.session.get_one(Activity, self.activity_id)
        if found is None or found.state != "confirmed" or activity.status == "cancelled":
            return {}
        sessions = db.session.scalars(select(ClassSession).where(ClassSession.activity_id == activity.id)).all()
        if not sessions:
            return {f"{activity.public_id}@ilpes-lms": (activity.starts_on, activity.ends_on + timedelta(days=1), "")}
        return {
            f"{one.public_id}@ilpes-lms": (one.starts_at, one.ends_at, one.title)
            for one in sessions
            if one.status == "scheduled"
        }

    def enrolment(self, number: int) -> Enrolment | None:
        mine = (Enrolment.person_id == self.people[number], Enrolment.activity_id == self.activity_id)
        return db.session.scalar(select(Enrolment).where(*mine))

    def one(self, number: int) -> str:
        """Return one of the class sessions; where there is none, one that is not found."""
        refs = list(db.session.scalars(select(ClassSession.public_id).order_by(ClassSession.id)))
        return refs[number % len(refs)] if refs else "x" * 26

    def _check(self, letter: EmailMessage) -> None:
        """Hold that a letter is in order, asks nobody without a place, and says of one number one thing only."""
        address = letter["To"].addresses[0].addr_spec
        found = self.enrolment(ADDRESSES.index(address))
        for text, method in objects_of(letter):
            assert LIBRARY is None or faults(text) == []
            assert method == "CANCEL" or (found and found.state == "confirmed")
            (event,) = Calendar.from_ical(text).walk("VEVENT")
            key = (address, str(event["UID"]), int(event["SEQUENCE"]))
            says = (method, event.decoded("DTSTART"), event.decoded("DTEND"), event.decoded("DTSTAMP"))
            assert self.said.setdefault(key, says) == says


def seen(entry: Shown) -> tuple[object, ...]:
    return entry.begins, entry.ends, entry.summary.partition(": ")[2]


def wall(day: int, hour: int) -> datetime:
    return datetime(FIRST.year, FIRST.month, FIRST.day, hour) + timedelta(days=day)  # noqa: DTZ001 - wall time


def test_whatever_is_changed_a_calendar_ends_with_what_is_planned(app: APIFlask) -> None:
    live(app, Schedule, examples=12, steps=25, phases=(Phase.generate,))


@pytest.mark.slow
def test_whatever_is_changed_for_long(app: APIFlask) -> None:
    live(app, Schedule, examples=80, steps=50)
