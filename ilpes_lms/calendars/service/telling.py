"""A letter is about to be sent: what it tells its reader's calendar is decided now, and written down."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ilpes_lms.calendars import queries, rules
from ilpes_lms.calendars.models import CalendarBook, CalendarEntry
from ilpes_lms.calendars.rules import Slot, Step, Told
from ilpes_lms.core import clock
from ilpes_lms.core.database import db, inserting, transaction
from ilpes_lms.enrolment.models import Enrolment


@dataclass(frozen=True, slots=True)
class Telling:
    """One thing that a letter tells a calendar: an entry under a number, which stands or is called off."""

    slot: Slot
    sequence: int
    standing: bool
    at: datetime


@transaction
def tell(*, enrolment_ref: str, person_id: int | None, message_id: str) -> list[Telling]:
    """Return what a letter tells its reader's calendar: whatever it does not show as it is planned now.

    Another attempt at the same letter tells the same, or what it has become by then; another letter does not tell it
    again, unless this one was given up. Nothing to those who want no calendar entries.
    """
    enrolment = _enrolment(enrolment_ref)
    if enrolment is None or enrolment.person_id != person_id:
        return []
    book = _locked_book(enrolment)
    if book is None or not queries.invites(person_id):
        return []
    book.standing = enrolment.state == "confirmed"
    slots = {slot.uid: slot for slot in queries.planned(enrolment)}
    entries = {entry.uid: entry for entry in queries.entries_of([book.id])[book.id]}
    _take_over(entries, message_id)
    for step in rules.owed(slots.values(), told(entries), clock.now()):
        entries[step.uid] = _written(step, entries.get(step.uid) or _new(book, step), message_id)
    db.session.flush()
    mine = sorted((e for e in entries.values() if e.message_id == message_id), key=lambda e: (e.starts_at, e.uid))
    return [telling_of(entry, enrolment, slots.get(entry.uid)) for entry in mine]


def told(entries: dict[str, CalendarEntry]) -> dict[str, Told]:
    """Return entries as the rules compare them."""
    return {
        uid: Told(entry.sequence, entry.standing, entry.fingerprint, entry.ends_at) for uid, entry in entries.items()
    }


def telling_of(entry: CalendarEntry, enrolment: Enrolment, slot: Slot | None = None) -> Telling:
    """Return what was told of an entry; of what is called off, or out of the plan by now, as it was."""
    shown = slot if slot and entry.standing else _as_it_was(entry, enrolment)
    return Telling(shown, entry.sequence, entry.standing, entry.told_at)


def _enrolment(ref: str) -> Enrolment | None:
    statement = select(Enrolment).where(Enrolment.public_id == ref).options(joinedload(Enrolment.activity))
    return db.session.scalar(statement.execution_options(populate_existing=True))


def _locked_book(enrolment: Enrolment) -> CalendarBook | None:
    """Return somebody's book for an activity, locked; one begins when there is something to tell them."""
    found = _book(enrolment.id)
    if found is None and enrolment.state == "confirmed":
        # Another letter to the same person may have begun it a moment ago.
        new = inserting(CalendarBook).values(enrolment_id=enrolment.id, standing=True, rounds=0)
        db.session.execute(new.on_conflict_do_nothing(index_elements=["enrolment_id"]))
        found = _book(enrolment.id)
    return found


def _book(enrolment_id: int) -> CalendarBook | None:
    statement = select(CalendarBook).where(CalendarBook.enrolment_id == enrolment_id)
    return db.session.scalar(statement.with_for_update().execution_options(populate_existing=True))


def _take_over(entries: dict[str, CalendarEntry], message_id: str) -> None:
    now = clock.now()
    lost = queries.stranded({entry.message_id for entry in entries.values()} - {message_id})
    for entry in entries.values():
        if entry.message_id in lost and entry.ends_at > now:
            entry.message_id = message_id


def _new(book: CalendarBook, step: Step) -> CalendarEntry:
    entry = CalendarEntry(book_id=book.id, uid=step.uid)
    db.session.add(entry)
    return entry


def _written(step: Step, entry: CalendarEntry, message_id: str) -> CalendarEntry:
    entry.sequence, entry.standing = step.sequence, step.slot is not None
    entry.told_at, entry.message_id = clock.now(), message_id
    if slot := step.slot:
        entry.starts_at, entry.ends_at, entry.zone = slot.starts_at, slot.ends_at, slot.zone
        entry.whole_days, entry.title, entry.fingerprint = slot.whole_days, slot.title, slot.fingerprint
    return entry


def _as_it_was(entry: CalendarEntry, enrolment: Enrolment) -> Slot:
    return Slot(
        uid=entry.uid, starts_at=entry.starts_at, ends_at=entry.ends_at, zone=entry.zone, title=entry.title,
        titles=enrolment.activity.titles, activity_ref=enrolment.activity.public_id, whole_days=entry.whole_days,
    )  # fmt: skip
