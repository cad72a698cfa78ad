"""Lists of participants: how far they are, and what they meet in the database."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import joinedload

from ilpes_lms.core.database import db
from ilpes_lms.core.errors import NotFound
from ilpes_lms.enrolment.models import Enrolment, ParticipantImport
from ilpes_lms.enrolment.rules import imports as rules
from ilpes_lms.enrolment.rules.standings import Places
from ilpes_lms.people.models import EmailAddress

_MOST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Known:
    """Whom an address belongs to, whether they confirmed it, and how they stand in an activity."""

    person_id: int
    confirmed_address: bool
    enrolment_id: int | None
    standing: str | None


def list_in(activity_id: int, import_ref: str) -> ParticipantImport:
    """Return a list of an activity; one of another activity does not exist."""
    found = db.session.scalar(
        select(ParticipantImport)
        .where(ParticipantImport.public_id == import_ref, ParticipantImport.activity_id == activity_id)
        .options(joinedload(ParticipantImport.activity))
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound
    return found


def lists_of(activity_id: int) -> Sequence[ParticipantImport]:
    """Return the lists that were uploaded last for an activity, the newest first."""
    statement = select(ParticipantImport).where(ParticipantImport.activity_id == activity_id)
    return db.session.scalars(statement.order_by(ParticipantImport.id.desc()).limit(_MOST_SHOWN)).all()


def lists_to_work_on(now: datetime) -> list[int]:
    """Return the lists that nobody works on although there is something to do, the oldest first."""
    nobodys = or_(ParticipantImport.lease_until.is_(None), ParticipantImport.lease_until < now)
    statement = select(ParticipantImport.id).where(ParticipantImport.state.in_(rules.IN_WORK), nobodys)
    return list(db.session.scalars(statement.order_by(ParticipantImport.id)))


def is_needed(file_key: str) -> bool:
    """Tell whether a list, or a report of one, still needs a kept file."""
    needs = or_(ParticipantImport.file_key == file_key, ParticipantImport.report_key == file_key)
    return db.session.scalar(select(ParticipantImport.id).where(needs).limit(1)) is not None


def untouched_since(moment: datetime) -> Select[int, datetime]:
    """Find the lists of which something is still kept though nothing has happened to them since then."""
    kept = or_(ParticipantImport.file_key != "", ParticipantImport.report_key.is_not(None))
    rests = and_(ParticipantImport.updated_at < moment, ParticipantImport.state.not_in(rules.IN_WORK))
    return select(ParticipantImport.id, ParticipantImport.updated_at.label("since")).where(rests, kept)


def owners(activity_id: int, keys: Collection[str]) -> dict[str, Known]:
    """Return who owns these addresses, by the form in which they are looked up."""
    here = and_(Enrolment.person_id == EmailAddress.person_id, Enrolment.activity_id == activity_id)
    rows = db.session.execute(
        select(
            EmailAddress.address_key, EmailAddress.person_id, EmailAddress.verified_at, Enrolment.id, Enrolment.state
        )
        .outerjoin(Enrolment, here)
        .where(EmailAddress.address_key.in_(keys))
    )
    return {key: Known(person, verified is not None, number, state) for key, person, verified, number, state in rows}


def free_place_numbers(activity_id: int, places: Places, count: int) -> list[int]:
    """Return the lowest place numbers that nobody holds; true only as long as the activity is locked."""
    if places.free_number == places.held + 1:
        return list(range(places.free_number, places.free_number + count))
    statement = select(Enrolment.place_number).where(
        Enrolment.activity_id == activity_id, Enrolment.place_number.is_not(None)
    )
    taken = set(db.session.scalars(statement))
    free = (number for number in range(1, len(taken) + count + 1) if number not in taken)
    return [next(free) for _ in range(count)]
