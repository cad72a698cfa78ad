"""A person's own calendar: a month of it, all of it, and whose feed an address is."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager

from ilpes_lms.calendars.errors import UnknownFeed
from ilpes_lms.calendars.models import CalendarBook, CalendarEntry, CalendarFeed
from ilpes_lms.calendars.queries.slots import planned
from ilpes_lms.calendars.rules import Slot, days_of, month_after, uid_of
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core.database import db
from ilpes_lms.core.ids import digest
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.people.models import Account, Person


@dataclass(frozen=True, slots=True)
class Mine:
    """One entry of a person's calendar, with the enrolment it comes from; `cancelled` if it was called off."""

    slot: Slot
    enrolment_ref: str
    cancelled: bool = False


def agenda(person_id: int, month: date, zone: str) -> list[Mine]:
    """Return what a person's calendar shows of a month where they are, what is called off too, in the order of time."""
    found = [mine for mine in _all(person_id) if _is_in(mine.slot, month, zone)]
    return sorted(found, key=lambda mine: (not mine.slot.whole_days, mine.slot.starts_at, mine.slot.uid))


def next_day(person_id: int, after: datetime) -> datetime | None:
    """Return when the first entry of a person's calendar begins that begins at a moment or later."""
    return min((mine.slot.starts_at for mine in _all(person_id) if mine.slot.starts_at >= after), default=None)


def slots_of_person(person_id: int, enrolment_ref: str | None = None) -> list[Mine]:
    """Return all that takes place of a person's activities, or of one, under the numbers their calendar knows."""
    told = _sequences(person_id)
    return [
        replace(mine, slot=replace(mine.slot, sequence=max(mine.slot.sequence, told.get(mine.slot.uid, 0))))
        for mine in _all(person_id)
        if not mine.cancelled and enrolment_ref in (None, mine.enrolment_ref)
    ]


def feed_of(person_id: int) -> CalendarFeed | None:
    """Return a person's feed."""
    return db.session.scalar(select(CalendarFeed).where(CalendarFeed.person_id == person_id))


def owner_of(token: str) -> Person:
    """Return whose feed an address is; raises UnknownFeed for one that is not (or no longer) in force.

    With an account that was disabled its feed is out of force, too.
    """
    statement = (
        select(Person)
        .join(CalendarFeed, CalendarFeed.person_id == Person.id)
        .join(Account, Account.person_id == Person.id)
        .where(CalendarFeed.token_digest == digest(token), Account.disabled_at.is_(None))
    )
    found = db.session.scalar(statement)
    if found is None:
        raise UnknownFeed
    return found


def _all(person_id: int) -> list[Mine]:
    statement = (
        select(Enrolment)
        .join(Enrolment.activity)
        .options(contains_eager(Enrolment.activity).selectinload(Activity.class_sessions))
        .where(Enrolment.person_id == person_id, Enrolment.state == "confirmed")
        .order_by(Enrolment.id)
    )
    return [mine for enrolment in db.session.scalars(statement) for mine in _of(enrolment)]


def _is_in(slot: Slot, month: date, zone: str) -> bool:
    # Whole days are the same days everywhere; a moment is on the day that it is where the reader is.
    first, last = days_of(slot) if slot.whole_days else days_of(replace(slot, zone=zone))
    return first < month_after(month) and last >= month


def _of(enrolment: Enrolment) -> list[Mine]:
    shown = [Mine(slot, enrolment.public_id) for slot in planned(enrolment)]
    return shown + [Mine(slot, enrolment.public_id, cancelled=True) for slot in _called_off(enrolment, shown)]


def _called_off(enrolment: Enrolment, shown: list[Mine]) -> list[Slot]:
    if not shown:
        return []
    return [
        Slot(
            uid=uid_of(session.public_id), starts_at=session.starts_at, ends_at=session.ends_at, zone=session.zone,
            titles=enrolment.activity.titles, activity_ref=enrolment.activity.public_id, title=session.title,
        )
        for session in enrolment.activity.class_sessions
        if session.status == "cancelled"
    ]  # fmt: skip


def _sequences(person_id: int) -> dict[str, int]:
    statement = (
        select(CalendarEntry.uid, func.max(CalendarEntry.sequence))
        .join(CalendarBook, CalendarBook.id == CalendarEntry.book_id)
        .join(Enrolment, Enrolment.id == CalendarBook.enrolment_id)
        .where(Enrolment.person_id == person_id)
        .group_by(CalendarEntry.uid)
    )
    return {row[0]: row[1] for row in db.session.execute(statement)}
