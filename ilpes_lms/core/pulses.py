"""Signs of life: the scheduler and every worker write theirs into the database, where whoever looks sees them stop."""

import os
import socket
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import CheckConstraint, String, UniqueConstraint, delete, func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, mapped_column

from ilpes_lms.core import clock
from ilpes_lms.core.database import Model, UTCDateTime, db, inserting, writing

log = structlog.get_logger(__name__)

SCHEDULER, WORKER = "scheduler", "worker"
PARTS = (SCHEDULER, WORKER)
# So long may a part be silent: a broker that does not answer or a busy database holds one up for less.
LONGEST_SILENCE = timedelta(seconds=90)
_EVERY_SECONDS = 15
_FORGOTTEN_AFTER = timedelta(days=1)
_LONGEST_NAME = 100


class Pulse(Model):
    """The last sign of life of one process."""

    __tablename__ = "pulses"
    __table_args__ = (
        UniqueConstraint("part", "name", name="uq_pulses_part_name"),
        CheckConstraint("part IN ('scheduler', 'worker')", name="part"),
    )

    part: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(_LONGEST_NAME))
    at: Mapped[datetime]


@dataclass
class Heart:
    """The heart of this process: beats as often as it is asked to, and writes only now and then."""

    part: str
    wrote_at: float | None = None

    def beat(self) -> None:
        now = time.monotonic()
        if self.wrote_at is None or now - self.wrote_at >= _EVERY_SECONDS:
            self.wrote_at = now
            give(self.part, f"{socket.gethostname()}:{os.getpid()}")


def give(part: str, name: str) -> None:
    """Write a sign of life; one that can't be written is missed like any other, and stops nothing."""
    try:
        with writing() as session:
            now = clock.now()
            given = inserting(Pulse).values(part=part, name=name[:_LONGEST_NAME], at=now)
            session.execute(given.on_conflict_do_update(index_elements=["part", "name"], set_={"at": now}))
            session.execute(delete(Pulse).where(Pulse.at < now - _FORGOTTEN_AFTER))
    except SQLAlchemyError as fault:
        log.warning("pulse_not_written", part=part, error=type(fault).__name__)
    finally:
        db.session.remove()


def last() -> dict[str, datetime]:
    """Return the last sign of life of each part that gave one lately."""
    newest = func.max(Pulse.at, type_=UTCDateTime())
    return {row[0]: row[1] for row in db.session.execute(select(Pulse.part, newest).group_by(Pulse.part))}


def alive() -> frozenset[str]:
    """Return the parts that gave a sign of life lately."""
    now = clock.now()
    return frozenset(part for part, at in last().items() if now - at <= LONGEST_SILENCE)
