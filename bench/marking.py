"""Marks over HTTP beside a bare UPDATE of the same rows, committed one by one: in process, and over the same server."""

import json
import random
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache

import prepared
from crew import Crew, dealt
from flask import Flask
from load import Expectation, Load, put
from prepared import Registrant
from results import Figure
from sqlalchemy import Engine, bindparam, create_engine, func, select, text, update

from ilpes_lms.attendance import service
from ilpes_lms.attendance.models import Mark, MarkChange, Outcome
from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.core import clock
from ilpes_lms.core.database import Model, writing
from ilpes_lms.enrolment import service as enrolment

# As many as granian has: `supervisor.web_command` starts each worker with eight.
THREADS = 8
_WARMING = 2
_DAYS_AGO = 2
_ACCEPTED = Expectation(200, b'"version":')
_marks = Model.metadata.tables[Mark.__tablename__]
_UPDATE = (
    update(_marks)
    .where(_marks.c.enrolment_id == bindparam("enrolment"), _marks.c.class_session_id == bindparam("session"))
    .values(mark=bindparam("what"), marked_at=bindparam("at"), version=_marks.c.version + 1)
)


class Miscounted(Exception):
    """The database does not hold the marks that were sent, so the figure would be of nothing."""


@dataclass(frozen=True)
class Roster:
    """A class session with everyone marked, and whoever teaches."""

    session_id: int
    session_ref: str
    enrolments: list[tuple[int, str]]
    teacher: Registrant


@dataclass(frozen=True)
class BareShare:
    """One process's share: these marks, in so many threads with a connection each."""

    database: str
    marks: Sequence[tuple[int, int, str]]

    def prepare(self) -> Callable[[], int]:
        engine = _engine(self.database)
        connections = [engine.connect() for _ in range(THREADS)]
        for connection in connections:
            connection.execute(text("SELECT 1"))
            connection.close()
        return lambda: self._mark_all(engine)

    def _mark_all(self, engine: Engine) -> int:
        hands = [self.marks[number::THREADS] for number in range(THREADS)]
        with ThreadPoolExecutor(THREADS) as pool:
            return sum(pool.map(lambda hand: _mark_each(engine, hand), hands))


@dataclass
class Marking:
    """The ways to mark, against the same database."""

    database: str
    port: int
    bare_port: int
    crew: Crew
    roster: Roster
    engine: Engine = field(init=False)

    def __post_init__(self) -> None:
        self.engine = create_engine(self.database)

    def figures(self, rounds: int) -> list[Figure]:
        """Change every mark of the roster, each way in turn, after rounds that are not counted."""
        name = f"A mark over HTTP, a roster of {len(self.roster.enrolments)}"
        bare = Figure(name, "marks/s", "a bare UPDATE, committed, in process", least=0.2)
        served = Figure(name, "marks/s", "a bare UPDATE, committed, over the same HTTP server", least=0.2)
        for place in range(_WARMING + rounds):
            over_http, in_process, by_server = self._over_http("late"), self._bare("present"), self._served("excused")
            if place >= _WARMING:
                bare.add(over_http, in_process)
                served.add(over_http, by_server)
        return [bare, served]

    def _over_http(self, what: str) -> float:
        headers = {"Authorization": f"Bearer {self.roster.teacher.token}"}
        path, before = f"/api/v1/class-sessions/{self.roster.session_ref}/marks", self._number(MarkChange)
        rate = self._put(self.port, [f"{path}/{ref}" for _id, ref in self._shuffled()], what, headers)
        number = len(self.roster.enrolments)
        if self._number(MarkChange) - before != number or self._number(Outcome) < number:
            raise Miscounted("changes or outcomes are missing")
        return rate

    def _served(self, what: str) -> float:
        path = f"/class-sessions/{self.roster.session_id}/marks"
        return self._put(self.bare_port, [f"{path}/{id_}" for id_, _ref in self._shuffled()], what, {})

    def _put(self, port: int, addresses: Sequence[str], what: str, headers: Mapping[str, str]) -> float:
        body = json.dumps({"mark": what}).encode()
        requests = [put(address, body, **headers) for address in addresses]
        rate = self.crew.rate([Load(port, hand, _ACCEPTED, connections=THREADS) for hand in dealt(requests)])
        self._check(what)
        return rate

    def _bare(self, what: str) -> float:
        marks = [(id_, self.roster.session_id, what) for id_, _ref in self._shuffled()]
        rate = self.crew.rate([BareShare(self.database, hand) for hand in dealt(marks)])
        self._check(what)
        return rate

    def _shuffled(self) -> list[tuple[int, str]]:
        found = list(self.roster.enrolments)
        # Always the same disorder: rows side by side would share a page and a lock.
        random.Random(1).shuffle(found)
        return found

    def _check(self, what: str) -> None:
        there = select(func.count()).where(_marks.c.class_session_id == self.roster.session_id, _marks.c.mark == what)
        with self.engine.connect() as connection:
            found = connection.scalar(there)
        if found != len(self.roster.enrolments):
            raise Miscounted(f"{found} of {len(self.roster.enrolments)} are {what}")

    def _number(self, model: type[Model]) -> int:
        with self.engine.connect() as connection:
            return connection.scalar(select(func.count()).select_from(model)) or 0


def prepared_roster(app: Flask, number: int) -> Roster:
    """Add people and make a roster of them, which the first of them teaches."""
    teacher, *participants = prepared.people(app, number + 1)
    return roster_of(app, teacher, participants)


def roster_of(app: Flask, teacher: Registrant, participants: Sequence[Registrant]) -> Roster:
    """Fill a course with people, name its instructor, and mark everyone present at a class session that has begun."""
    with app.app_context(), writing():
        day = clock.today("America/Santiago") - timedelta(days=_DAYS_AGO)
        course = catalogue.create_activity(
            kind="international_open", titles={"es": "Curso"}, starts_on=day, ends_on=day + timedelta(days=30)
        )
        catalogue.publish(activity_ref=course.public_id)
        catalogue.assign(activity_id=course.id, person_id=teacher.person_id, role="instructor")
        wall = datetime.combine(day, datetime.min.time()).replace(hour=10)
        session = catalogue.add_class_session(activity_id=course.id, starts_wall=wall, minutes=90)
        enrolled = [
            enrolment.enrol_directly(activity_id=course.id, person_id=person.person_id, state="confirmed")
            for person in participants
        ]
        service.mark_all_present(class_session_ref=session.public_id)
        return Roster(session.id, session.public_id, [(each.id, each.public_id) for each in enrolled], teacher)


def _mark_each(engine: Engine, marks: Sequence[tuple[int, int, str]]) -> int:
    with engine.connect() as connection:
        for enrolment_id, session_id, what in marks:
            values = {"enrolment": enrolment_id, "session": session_id, "what": what, "at": clock.now()}
            connection.execute(_UPDATE, values)
            connection.commit()
    return len(marks)


@lru_cache
def _engine(database: str) -> Engine:
    return create_engine(database, pool_size=THREADS)
