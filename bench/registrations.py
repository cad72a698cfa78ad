"""Registrations over HTTP beside the same transaction run straight through SQLAlchemy Core."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import prepared
from crew import Crew, dealt
from flask import Flask
from load import Expectation, Load, post
from plain import PlainShare, Wish
from prepared import Registrant
from results import Figure
from sqlalchemy import Engine, Select, create_engine, func, select

from ilpes_lms.audit.models import AuditEntry
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.enrolment.models import Enrolment, EnrolmentChange
from ilpes_lms.notifications.models import Message

# As many as granian has: `supervisor.web_command` starts each worker with eight.
THREADS = 8
_WARMING = 2
_ACCEPTED = Expectation(201, b'"state":')


class Miscounted(Exception):
    """The database does not hold what the registrations should have left, so the figure would be of nothing."""


@dataclass(frozen=True)
class Shape:
    """How registrations fall on activities."""

    name: str
    activities: int
    capacity: int
    bound: float


SPREAD = Shape("Registrations over HTTP, spread over 50 activities", 50, 30, 0.25)
HOT = Shape("Registrations over HTTP, all in one activity of 50 places", 1, 50, 0.3)


@dataclass
class Registrations:
    """The two ways to register, against the same database."""

    app: Flask
    database: str
    port: int
    crew: Crew
    people: Sequence[Registrant]
    engine: Engine = field(init=False)

    def __post_init__(self) -> None:
        self.engine = create_engine(self.database)

    def figure(self, shape: Shape, rounds: int) -> Figure:
        """Measure one shape, the two ways in turn, after rounds that are not counted."""
        figure = Figure(shape.name, "registrations/s", "the same transaction through SQLAlchemy Core", shape.bound)
        # Connections prepare a statement at its sixth use; a server is measured as it runs, not as it starts.
        for _ in range(_WARMING):
            self._both(shape)
        for _ in range(rounds):
            figure.add(*self._both(shape))
        return figure

    def _both(self, shape: Shape) -> tuple[float, float]:
        return self._counted(shape, self._over_http), self._counted(shape, self._through_core)

    def _counted(self, shape: Shape, way: Callable[[Sequence[str]], float]) -> float:
        refs = prepared.activities(self.app, shape.activities, capacity=shape.capacity)
        rate = way(refs)
        self._check(shape, refs)
        return rate

    def _over_http(self, refs: Sequence[str]) -> float:
        requests = [
            post(f"/api/v1/activities/{ref}/enrolments", b"{}", Authorization=f"Bearer {person.token}")
            for ref, person in self._pairs(refs)
        ]
        return self.crew.rate([Load(self.port, hand, _ACCEPTED, connections=THREADS) for hand in dealt(requests)])

    def _through_core(self, refs: Sequence[str]) -> float:
        wishes = [Wish(ref, person.person_id, person.account_ref) for ref, person in self._pairs(refs)]
        return self.crew.rate([PlainShare(self.database, hand, THREADS) for hand in dealt(wishes)])

    def _pairs(self, refs: Sequence[str]) -> list[tuple[str, Registrant]]:
        pairs = [(refs[place % len(refs)], person) for place, person in enumerate(self.people)]
        # Always the same disorder: people do not come activity by activity.
        random.Random(len(refs)).shuffle(pairs)
        return pairs

    def _check(self, shape: Shape, refs: Sequence[str]) -> None:
        """Compare what the database holds with what was asked: nobody lost, nothing oversold, everyone told."""
        each = len(self.people) // shape.activities
        expected = (min(each, shape.capacity), max(each - shape.capacity, 0))
        with self.engine.connect() as connection:
            found: list[Any] = [tuple(row) for row in connection.execute(_standings(refs))]
            # Both ways leave the same rows, so neither is spared a write.
            written = [connection.scalar(statement) for statement in _written(refs)]
        if found != [(*expected, *expected)] * len(refs) or written != [each * len(refs)] * len(written):
            raise Miscounted(f"{each} registrations for each of {len(refs)} left {found[:3]} and {written} rows")


def _standings(refs: Sequence[str]) -> Select[*tuple[Any, ...]]:
    """Ask how many the activities' own counts say have places and wait, and how many do."""
    confirmed = func.count().filter(Enrolment.state == "confirmed")
    waiting = func.count().filter(Enrolment.state == "waitlisted")
    return (
        select(Activity.confirmed_count, Activity.waiting_count, confirmed, waiting)
        .join(Enrolment, Enrolment.activity_id == Activity.id)
        .where(Activity.public_id.in_(refs))
        .group_by(Activity.id)
    )


def _written(refs: Sequence[str]) -> list[Select[int]]:
    """Ask how many enrolments, first steps, audit entries and messages there are."""
    enrolments = select(Enrolment.id, Enrolment.public_id).join(Activity).where(Activity.public_id.in_(refs)).subquery()
    return [
        select(func.count()).select_from(enrolments),
        select(func.count()).where(EnrolmentChange.enrolment_id == enrolments.c.id),
        select(func.count()).where(AuditEntry.object_id == enrolments.c.public_id),
        select(func.count()).where(Message.activity_ref.in_(refs)),
    ]
