"""The transaction of a registration, straight through SQLAlchemy Core: what the database asks, and nothing else.

Lock the activity, read its places, write the enrolment, its first step, the audit entry and the message to the
person, update the counts, commit. The application does more: it finds out who asks, whether they may, and says
what became of it.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, Row, bindparam, create_engine, func, insert, select, text, update

from ilpes_lms.audit.models import AuditEntry
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core import clock
from ilpes_lms.core.database import Model
from ilpes_lms.core.ids import public_id
from ilpes_lms.enrolment.models import Enrolment, EnrolmentChange
from ilpes_lms.notifications.models import Message

Locked = Row[*tuple[Any, ...]]
_LIVE = ("applied", "waitlisted", "offered", "confirmed")
_activities, _enrolments, _changes, _audit, _messages = (
    Model.metadata.tables[model.__tablename__] for model in (Activity, Enrolment, EnrolmentChange, AuditEntry, Message)
)

_LOCK = (
    select(_activities.c.id, _activities.c.capacity, _activities.c.record)
    .where(_activities.c.public_id == bindparam("ref"))
    .with_for_update()
)
_PLACES = (
    select(
        _enrolments.c.state, func.count(), func.max(_enrolments.c.place_number),
        func.max(_enrolments.c.waiting_position),
    )
    .where(_enrolments.c.activity_id == bindparam("activity"), _enrolments.c.state.in_(_LIVE))
    .group_by(_enrolments.c.state)
)  # fmt: skip
_ENROL = insert(_enrolments).returning(_enrolments.c.id)
_STEP = insert(_changes).returning(_changes.c.id)
_RECORD = insert(_audit)
_TELL = insert(_messages)
_COUNT = (
    update(_activities)
    .where(_activities.c.id == bindparam("activity"))
    .values(confirmed_count=bindparam("confirmed"), waiting_count=bindparam("waiting"))
)


@dataclass(frozen=True)
class Wish:
    """One person who wants a place in one activity."""

    activity_ref: str
    person_id: int
    account_ref: str


class Standing(NamedTuple):
    """What a wish comes to, and the activity's counts with it."""

    state: str
    place: int | None
    position: int | None
    confirmed: int
    waiting: int


@dataclass(frozen=True)
class PlainShare:
    """One process's share: these wishes, in so many threads with a connection each."""

    database: str
    wishes: Sequence[Wish]
    threads: int

    def prepare(self) -> Callable[[], int]:
        engine = _engine(self.database, self.threads)
        _connect_all(engine, self.threads)
        return lambda: self._register_all(engine)

    def _register_all(self, engine: Engine) -> int:
        hands = [self.wishes[number :: self.threads] for number in range(self.threads)]
        with ThreadPoolExecutor(self.threads) as pool:
            return sum(pool.map(lambda hand: _register_each(engine, hand), hands))


def _register_each(engine: Engine, wishes: Sequence[Wish]) -> int:
    with engine.connect() as connection:
        for wish in wishes:
            _register(connection, wish)
            connection.commit()
    return len(wishes)


def _register(connection: Connection, wish: Wish) -> None:
    activity = connection.execute(_LOCK, {"ref": wish.activity_ref}).one()
    standing = _standing(connection, activity)
    ref, change = _write(connection, activity, wish, standing)
    _record(connection, wish, standing.state, ref)
    _tell(connection, wish, standing.state, ref, change)
    counts = {"confirmed": standing.confirmed, "waiting": standing.waiting}
    connection.execute(_COUNT, {"activity": activity.id, **counts})


def _standing(connection: Connection, activity: Locked) -> Standing:
    rows = connection.execute(_PLACES, {"activity": activity.id}).all()
    number = {row[0]: row[1] for row in rows}
    confirmed, waiting = number.get("confirmed", 0), number.get("waitlisted", 0)
    if activity.capacity is None or confirmed < activity.capacity:
        return Standing("confirmed", confirmed + 1, None, confirmed + 1, waiting)
    last = max((row[3] or 0 for row in rows), default=0)
    return Standing("waitlisted", None, last + 1, confirmed, waiting + 1)


def _write(connection: Connection, activity: Locked, wish: Wish, standing: Standing) -> tuple[str, int]:
    ref, now, placed = public_id(), clock.now(), standing.place is not None
    values = {
        "public_id": ref, "activity_id": activity.id, "activity_record": activity.record, "person_id": wish.person_id,
        "state": standing.state, "place_number": standing.place, "waiting_position": standing.position,
        "offer_expires_at": None, "motivation": "", "applied_at": now, "confirmed_at": now if placed else None,
        "sex": "female" if placed else None, "country": "CHL" if placed else None, "sector": None,
        "organization_name": None,
    }  # fmt: skip
    enrolment = connection.execute(_ENROL, values).scalar_one()
    step = {"enrolment_id": enrolment, "from_state": None, "to_state": standing.state, "at": now, "reason": ""}
    return ref, connection.execute(_STEP, {**step, "actor": wish.account_ref}).scalar_one()


def _record(connection: Connection, wish: Wish, state: str, ref: str) -> None:
    values = {
        "at": clock.now(), "actor": wish.account_ref, "verb": f"enrolment.{state}", "object_type": "enrolment",
        "object_id": ref, "details": {"activity": wish.activity_ref, "before": None},
    }  # fmt: skip
    connection.execute(_RECORD, values)


def _tell(connection: Connection, wish: Wish, state: str, ref: str, change: int) -> None:
    kind, now, message = f"enrolment.{state}", clock.now(), public_id()
    values = {
        "public_id": message, "key": f"{kind}:{ref}:{change}", "kind": kind, "person_id": wish.person_id,
        "activity_ref": wish.activity_ref, "address": None, "language": None,
        "values": {"enrolment": ref, "change": change}, "message_id": f"<{message}@courses.example.org>",
        "state": "queued", "due_at": now, "lease_until": None, "attempts": 0, "subject": "", "text": "", "sent_to": "",
        "sent_at": None, "note": "", "created_at": now,
    }  # fmt: skip
    connection.execute(_TELL, values)


@lru_cache
def _engine(database: str, threads: int) -> Engine:
    return create_engine(database, pool_size=threads)


def _connect_all(engine: Engine, threads: int) -> None:
    connections = [engine.connect() for _ in range(threads)]
    for connection in connections:
        connection.execute(text("SELECT 1"))
        connection.close()
