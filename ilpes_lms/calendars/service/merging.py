"""Two records of one person become one: there is one feed, and one mailbox to which letters go from then on.

Of two enrolments in one activity, each was told to a mailbox of its own; both may be read by one calendar, where an
entry has one UID. So what was set aside is called off at the mailbox that is left, and then what stays is told once
more, under numbers after that: in whatever order letters come, what stands is shown.
"""

from collections.abc import Iterator, Mapping

from sqlalchemy import select

from ilpes_lms.calendars import queries
from ilpes_lms.calendars.models import CalendarBook, CalendarEntry, CalendarFeed
from ilpes_lms.core import clock, moving
from ilpes_lms.core.database import db
from ilpes_lms.core.moving import Move
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.people.models import EmailAddress

_BOOKS, _ENTRIES = CalendarBook.__tablename__, CalendarEntry.__tablename__
# What no entry says, so that it is told again.
_NOTHING = ""


def merge_persons(gone: int, stays: int, aside: Mapping[int, int]) -> list[Move]:
    """Plan what moves: the feed, unless who stays has one; the other one then shows nothing any more.

    What calendars were told of enrolments set aside is made ready for the sweep, which calls it off.
    """
    left = _mailbox_left(gone, stays) if aside else None
    of_pairs = (move for ended, going_on in aside.items() for move in _of_pair(ended, going_on, left))
    return [*moving.pointing(CalendarFeed, "person_id", gone, stays, unless_alike=()), *of_pairs]


def _mailbox_left(gone: int, stays: int) -> EmailAddress | None:
    """Return the address to which one of two persons was written, and nobody will be: letters go to the older one."""
    confirmed = select(EmailAddress).where(
        EmailAddress.person_id.in_((gone, stays)), EmailAddress.verified_at.is_not(None)
    )
    addresses = db.session.scalars(confirmed.order_by(EmailAddress.id)).all()
    return next((one for one in addresses if one.person_id != addresses[0].person_id), None)


def _of_pair(ended: int, going_on: int, left: EmailAddress | None) -> Iterator[Move]:
    book, other = _book(ended), _book(going_on)
    if book is None or left is None:
        return
    if other:
        yield Move(_BOOKS, book.id, "address", None, left.address)
        yield Move(_BOOKS, other.id, "standing", other.standing, False)
        yield from _renumbered(book, other)
    elif db.session.get_one(Enrolment, ended).person_id == left.person_id:
        yield Move(_BOOKS, book.id, "address", None, left.address)
    else:
        # Told at the mailbox that is written to from now on, where it goes on as the other one.
        yield Move(_BOOKS, book.id, "enrolment_id", ended, going_on)


def _renumbered(book: CalendarBook, other: CalendarBook) -> Iterator[Move]:
    """Let what both were told be called off under a number that is new to both, and told again after that."""
    entries, now = queries.entries_of([book.id, other.id]), clock.now()
    ending = {entry.uid: entry for entry in entries[book.id] if entry.standing and entry.ends_at > now}
    for entry in entries[other.id]:
        if last := ending.get(entry.uid):
            newest = max(last.sequence, entry.sequence)
            yield from _changed(last, "sequence", newest)
            yield from _changed(entry, "sequence", newest + 1)
            yield from _changed(entry, "fingerprint", _NOTHING)


def _changed(entry: CalendarEntry, column: str, becomes: object) -> Iterator[Move]:
    if getattr(entry, column) != becomes:
        yield Move(_ENTRIES, entry.id, column, getattr(entry, column), becomes)


def _book(enrolment_id: int) -> CalendarBook | None:
    return db.session.scalar(select(CalendarBook).where(CalendarBook.enrolment_id == enrolment_id))
