"""Questions about self check-in."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager, joinedload

from ilpes_lms.attendance.models import CheckInScreen, Mark
from ilpes_lms.attendance.rules import OPENS_BEFORE, check_in_notes
from ilpes_lms.catalogue.models import ClassSession
from ilpes_lms.core.database import db
from ilpes_lms.enrolment.models import Enrolment


def check_in_screen(class_session_id: int) -> CheckInScreen | None:
    """Return a class session's screen as it is now, None where it was never opened."""
    statement = select(CheckInScreen).where(CheckInScreen.class_session_id == class_session_id)
    return db.session.scalar(statement.execution_options(populate_existing=True))


def open_check_ins(person_id: int, now: datetime) -> list[tuple[ClassSession, int, CheckInScreen]]:
    """Return the class sessions at which a person may check in now, with their enrolment's number and the screen."""
    statement = (
        select(ClassSession, Enrolment.id, CheckInScreen)
        .join(CheckInScreen, CheckInScreen.class_session_id == ClassSession.id)
        .join(ClassSession.activity)
        .join(Enrolment, Enrolment.activity_id == ClassSession.activity_id)
        .options(contains_eager(ClassSession.activity))
        .where(
            Enrolment.person_id == person_id,
            Enrolment.state == "confirmed",
            ClassSession.status == "scheduled",
            ClassSession.starts_at <= now + OPENS_BEFORE,
            CheckInScreen.closes_at > now,
        )
        .order_by(ClassSession.starts_at, ClassSession.id)
    )
    return [(row[0], row[1], row[2]) for row in db.session.execute(statement)]


def checked_in_with(class_session_id: int, device: str, address: str) -> int:
    """Return how many checked in to a class session from one device at one address."""
    statement = select(func.count()).where(
        Mark.class_session_id == class_session_id,
        Mark.evidence["device"].as_string() == device,
        Mark.evidence["address"].as_string() == address,
    )
    return db.session.scalar(statement) or 0


def checked_in(class_session_id: int) -> int:
    """Return how many have checked in to a class session themselves."""
    statement = select(func.count()).where(Mark.class_session_id == class_session_id, Mark.source == "check_in")
    return db.session.scalar(statement) or 0


@dataclass(frozen=True, slots=True)
class CheckedIn:
    """A check-in with what about it deserves a look, as `rules.check_in_notes` names it."""

    mark: Mark
    others: int
    notes: tuple[str, ...]


def check_ins(class_session_id: int) -> list[CheckedIn]:
    """Return a class session's check-ins with their people, those that deserve a look first, then by time."""
    statement = (
        select(Mark)
        .options(joinedload(Mark.enrolment).joinedload(Enrolment.person))
        .where(Mark.class_session_id == class_session_id, Mark.source == "check_in")
        .order_by(Mark.marked_at, Mark.id)
    )
    marks = list(db.session.scalars(statement))
    sharing = Counter(map(_place_of, marks))
    found = [_looked_at(mark, sharing[_place_of(mark)] - 1) for mark in marks]
    return sorted(found, key=lambda one: not one.notes)


def _place_of(mark: Mark) -> tuple[str | None, str | None]:
    return mark.evidence.get("device"), mark.evidence.get("address")


def _looked_at(mark: Mark, others: int) -> CheckedIn:
    return CheckedIn(mark, others, check_in_notes(mark.evidence, others))
