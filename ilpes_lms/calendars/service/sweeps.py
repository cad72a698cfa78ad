"""What has changed without a letter of its own: noticed by comparing, told once by a message of this room's."""

from collections.abc import Collection, Sequence

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload, selectinload

from ilpes_lms.calendars import queries, rules
from ilpes_lms.calendars.models import CalendarBook, CalendarEdition, CalendarEntry
from ilpes_lms.calendars.service.telling import told
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core import clock
from ilpes_lms.core.database import db, savepoint, transaction
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.notifications import service as notifications
from ilpes_lms.notifications.service import Wish

_AT_ONCE = 200
# Nothing that was read before is used after these changes.
_QUIET = {"synchronize_session": False}


def notice() -> None:
    """Mark the books that may be behind: those of activities with another schedule, and of who came or left."""
    yesterday = clock.today("UTC") - rules.A_DAY
    for activity, seen in queries.followed(yesterday):
        edition = rules.edition(queries.slots_of(activity) if rules.is_shown("confirmed", activity.status) else [])
        if edition != seen:
            _new_edition(activity.id, seen, edition)
    _notice_standings()


@transaction
def collect() -> int:
    """Write to those whose calendar is behind; return how many books were looked at.

    Whoever is being written to already is looked at again later: that letter may tell it, or have been written before.
    """
    now = clock.now()
    books = _to_look_at()
    enrolments = _enrolments([book.enrolment_id for book in books])
    entries = queries.entries_of([book.id for book in books])
    lost = queries.stranded({entry.message_id for of_book in entries.values() for entry in of_book})
    busy = queries.under_way([_key(enrolments[book.enrolment_id], book) for book in books])
    people = {enrolment.person_id for enrolment in enrolments.values()}
    unwilling, written_to = queries.declined_among(people), queries.written_to(people)
    wishes = []
    for book in books:
        enrolment = enrolments[book.enrolment_id]
        book.standing, book.look_at = enrolment.state == "confirmed", None
        if enrolment.person_id in unwilling or not _is_behind(enrolment, entries[book.id], lost):
            continue
        if _key(enrolment, book) in busy or (enrolment.person_id, enrolment.activity.public_id) in written_to:
            book.look_at = now + rules.SETTLING
            continue
        book.rounds += 1
        wishes.append(_wish(enrolment, book))
    db.session.flush()
    notifications.send_all(wishes)
    return len(books)


@transaction
def _new_edition(activity_id: int, seen: str | None, edition: str) -> None:
    """Keep that an activity's schedule is another one and have its books looked at; once, if two notice it at once."""
    if seen is None:
        try:
            with savepoint() as inner:
                inner.add(CalendarEdition(activity_id=activity_id, digest=edition))
        except IntegrityError:
            return
    else:
        mine = (CalendarEdition.activity_id == activity_id, CalendarEdition.digest == seen)
        change = update(CalendarEdition).where(*mine).values(digest=edition).returning(CalendarEdition.id)
        if db.session.execute(change, execution_options=_QUIET).first() is None:
            return
    of_activity = select(Enrolment.id).where(Enrolment.activity_id == activity_id)
    behind = (CalendarBook.enrolment_id.in_(of_activity), CalendarBook.look_at.is_(None))
    later = update(CalendarBook).where(*behind).values(look_at=clock.now() + rules.SETTLING)
    db.session.execute(later, execution_options=_QUIET)


@transaction
def _notice_standings() -> None:
    """Have the books looked at of those who have lost or left their place, at once, or have it again.

    A letter goes to who gets a place, so it is given time to tell.
    """
    now = clock.now()
    current = select(Enrolment.id).join(Activity, Activity.id == Enrolment.activity_id)
    current = current.where(Activity.ends_on >= clock.today("UTC") - rules.A_DAY)
    gone = CalendarBook.enrolment_id.in_(current.where(Enrolment.state != "confirmed"))
    back = CalendarBook.enrolment_id.in_(current.where(Enrolment.state == "confirmed"))
    leaving, returning = (CalendarBook.standing.is_(True), gone), (CalendarBook.standing.is_(False), back)
    left = update(CalendarBook).where(*leaving).values(standing=False, look_at=now)
    came = update(CalendarBook).where(*returning).values(standing=True, look_at=now + rules.SETTLING)
    for change in (left, came):
        db.session.execute(change, execution_options=_QUIET)


def _to_look_at() -> Sequence[CalendarBook]:
    statement = select(CalendarBook).where(CalendarBook.look_at <= clock.now()).order_by(CalendarBook.id)
    fresh = statement.limit(_AT_ONCE).with_for_update(skip_locked=True).execution_options(populate_existing=True)
    return db.session.scalars(fresh).all()


def _enrolments(ids: Sequence[int]) -> dict[int, Enrolment]:
    statement = select(Enrolment).where(Enrolment.id.in_(ids)).execution_options(populate_existing=True)
    whole = joinedload(Enrolment.activity).options(selectinload(Activity.class_sessions))
    return {found.id: found for found in db.session.scalars(statement.options(whole))}


def _is_behind(enrolment: Enrolment, entries: list[CalendarEntry], lost: Collection[str]) -> bool:
    """Tell whether a calendar shows something else than is planned, or never got what it was to be told."""
    now = clock.now()
    if any(entry.message_id in lost and entry.ends_at > now for entry in entries):
        return True
    return bool(rules.owed(queries.planned(enrolment), told({entry.uid: entry for entry in entries}), now))


def _key(enrolment: Enrolment, book: CalendarBook) -> str:
    return f"{rules.KIND}:{enrolment.public_id}:{book.rounds}"


def _wish(enrolment: Enrolment, book: CalendarBook) -> Wish:
    key = _key(enrolment, book)
    return Wish(
        kind=rules.KIND, key=key, values={"enrolment": enrolment.public_id, "key": key},
        person_id=enrolment.person_id, address=book.address, activity_ref=enrolment.activity.public_id,
    )  # fmt: skip
