"""What people's calendars were told, and which of them have to be compared with what is planned."""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from ilpes_lms.calendars.models import CalendarBook, CalendarEdition, CalendarEntry
from ilpes_lms.calendars.rules import KIND, LETTERS
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core.database import db
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.notifications import queries as notifications
from ilpes_lms.notifications.models import DeclinedKind, Message
from ilpes_lms.notifications.rules import FAILED, QUEUED, SENDING, SKIPPED


def entries_of(book_ids: Collection[int]) -> dict[int, list[CalendarEntry]]:
    """Return what was told, by book, in the order it takes place."""
    statement = select(CalendarEntry).where(CalendarEntry.book_id.in_(book_ids))
    found: dict[int, list[CalendarEntry]] = {book_id: [] for book_id in book_ids}
    for entry in db.session.scalars(statement.order_by(CalendarEntry.starts_at, CalendarEntry.id)):
        found[entry.book_id].append(entry)
    return found


def stranded(message_ids: Collection[str]) -> set[str]:
    """Return which of these letters never arrived, so that what they were to tell goes with another one."""
    lost = select(Message.message_id).where(Message.message_id.in_(message_ids), Message.state.in_((FAILED, SKIPPED)))
    return set(db.session.scalars(lost))


def told_by(key: str) -> list[CalendarEntry]:
    """Return what a message of a key tells, in the order it takes place."""
    statement = select(CalendarEntry).join(Message, Message.message_id == CalendarEntry.message_id)
    return list(db.session.scalars(statement.where(Message.key == key).order_by(CalendarEntry.starts_at)))


def is_elsewhere(enrolment_id: int) -> bool:
    """Tell whether an enrolment was set aside by a merge, and told at an address that leads to another record now."""
    book = select(CalendarBook.id).where(CalendarBook.enrolment_id == enrolment_id, CalendarBook.address.is_not(None))
    return db.session.scalar(book) is not None


def followed(today: date) -> list[tuple[Activity, str | None]]:
    """Return the activities that are not over and are in somebody's calendar, each with the edition last looked at."""
    in_calendars = select(Enrolment.activity_id).join(CalendarBook, CalendarBook.enrolment_id == Enrolment.id)
    statement = (
        select(Activity, CalendarEdition.digest)
        .outerjoin(CalendarEdition, CalendarEdition.activity_id == Activity.id)
        .where(Activity.ends_on >= today, Activity.id.in_(in_calendars))
        .options(selectinload(Activity.class_sessions))
    )
    return [(activity, digest) for activity, digest in db.session.execute(statement)]


def under_way(keys: Collection[str]) -> set[str]:
    """Return which of these messages are still to be sent."""
    statement = select(Message.key).where(Message.key.in_(keys), Message.state.in_((QUEUED, SENDING)))
    return set(db.session.scalars(statement))


def written_to(person_ids: Collection[int]) -> set[tuple[int | None, str | None]]:
    """Return to whom of these people a letter is under way that will tell their calendar, and about which activity."""
    statement = select(Message.person_id, Message.activity_ref).where(
        Message.person_id.in_(person_ids), Message.kind.in_(LETTERS), Message.state.in_((QUEUED, SENDING))
    )
    return {(row[0], row[1]) for row in db.session.execute(statement)}


def declined_among(person_ids: Collection[int]) -> set[int]:
    """Return who of these people want no calendar entries by mail."""
    statement = select(DeclinedKind.person_id).where(DeclinedKind.kind == KIND, DeclinedKind.person_id.in_(person_ids))
    return set(db.session.scalars(statement))


def invites(person_id: int) -> bool:
    """Tell whether a person gets calendar entries by mail."""
    return not notifications.declined(person_id, KIND)


def books_of(person_id: int) -> Sequence[int]:
    """Return the numbers of a person's books."""
    statement = select(CalendarBook.id).join(Enrolment, Enrolment.id == CalendarBook.enrolment_id)
    return db.session.scalars(statement.where(Enrolment.person_id == person_id)).all()
