"""Questions about what people did to marks."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import contains_eager

from ilpes_lms.attendance.models import MarkChange
from ilpes_lms.catalogue.models import ClassSession
from ilpes_lms.core.database import db
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.people.models import Account, Person


@dataclass(frozen=True, slots=True)
class LastDeed:
    """What somebody did last at a class session: how many marks it changed, and of a single one whose and to what."""

    deed: str
    number: int
    change: MarkChange


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a mark, with the names of who made it and of who took it back, as far as they are people."""

    change: MarkChange
    by: str | None
    undone_by: str | None


def last_deed(class_session: ClassSession, actor: str) -> LastDeed | None:
    """Return what somebody did last at a class session and has not taken back, None where there is nothing."""
    theirs = (
        MarkChange.class_session_id == class_session.id,
        MarkChange.actor == actor,
        MarkChange.undone_at.is_(None),
    )
    newest = select(MarkChange.deed).where(*theirs).order_by(MarkChange.id.desc()).limit(1).scalar_subquery()
    same = (*theirs, MarkChange.deed == newest)
    statement = (
        select(MarkChange, select(func.count()).select_from(MarkChange).where(*same).scalar_subquery())
        .join(MarkChange.enrolment)
        .join(Enrolment.person)
        .options(contains_eager(MarkChange.enrolment).contains_eager(Enrolment.person))
        .where(*same)
        .order_by(MarkChange.id.desc())
        .limit(1)
    )
    row = db.session.execute(statement).first()
    return LastDeed(row[0].deed, row[1], row[0]) if row else None


def history(class_session: ClassSession, enrolment_ref: str) -> list[Change]:
    """Return what people did to a participant's mark at a class session, the last first."""
    statement = (
        select(MarkChange)
        .join(MarkChange.enrolment)
        .where(MarkChange.class_session_id == class_session.id, Enrolment.public_id == enrolment_ref)
        .order_by(MarkChange.id.desc())
    )
    changes = list(db.session.scalars(statement))
    names = _names({ref for change in changes for ref in (change.actor, change.undone_by) if ref})
    return [Change(change, names.get(change.actor), names.get(change.undone_by or "")) for change in changes]


def changed_by(class_session: ClassSession, enrolment_ref: str) -> tuple[str | None, datetime] | None:
    """Return who changed a mark last, if it was a person, and when."""
    changes = history(class_session, enrolment_ref)
    if not changes:
        return None
    last = changes[0]
    return (last.undone_by, last.change.undone_at) if last.change.undone_at else (last.by, last.change.at)


def _names(refs: Collection[str]) -> dict[str, str]:
    """Return the names of those who acted, whether their account or they themselves are named."""
    if not refs:
        return {}
    statement = (
        select(Account.public_id, Person)
        .select_from(Person)
        .outerjoin(Account, Account.person_id == Person.id)
        .where(or_(Account.public_id.in_(refs), Person.public_id.in_(refs)))
    )
    found = db.session.execute(statement).all()
    return {ref: person.full_name for account_ref, person in found for ref in (account_ref, person.public_id) if ref}
