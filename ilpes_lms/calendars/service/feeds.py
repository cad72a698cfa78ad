"""A person's feed, and their choice to get calendar entries by mail."""

from sqlalchemy import delete, update

from ilpes_lms.audit import service as audit
from ilpes_lms.calendars import queries, rules
from ilpes_lms.calendars.models import CalendarBook, CalendarFeed
from ilpes_lms.core import clock
from ilpes_lms.core.database import db, transaction
from ilpes_lms.core.ids import digest, new_token
from ilpes_lms.notifications import service as notifications
from ilpes_lms.people.models import Person
from ilpes_lms.people.service import attempts


@transaction
def make_feed(*, person_id: int) -> str:
    """Make a new address for a person's feed and return its secret, which is not kept; the one before is dead."""
    token, person = new_token(), _locked(person_id)
    found = queries.feed_of(person_id)
    if found is None:
        found = CalendarFeed(person_id=person_id)
        db.session.add(found)
    found.token_digest, found.made_at = digest(token), clock.now()
    audit.record("calendars.feed_made", "person", person.public_id)
    return token


@transaction
def stop_feed(*, person_id: int) -> None:
    """Make the address of a person's feed useless."""
    person = _locked(person_id)
    db.session.execute(delete(CalendarFeed).where(CalendarFeed.person_id == person_id))
    audit.record("calendars.feed_stopped", "person", person.public_id)


@transaction
def choose_invitations(*, person_id: int, wanted: bool) -> None:
    """Send a person calendar entries by mail or not; who wants them again is told what they missed."""
    _locked(person_id)
    notifications.wish(person_id=person_id, kind=rules.KIND, wanted=wanted)


@transaction
def tell_missed(person_id: int) -> None:
    """Have a person's books looked at: wherever they said so, they want calendar entries again."""
    mine = CalendarBook.id.in_(queries.books_of(person_id))
    statement = update(CalendarBook).where(mine).values(look_at=clock.now())
    db.session.execute(statement.execution_options(synchronize_session=False))


def owner_calling(token: str, *, caller: str) -> Person:
    """Return whose feed an address is; raises UnknownFeed, and TooManyAttempts where somebody asks too often.

    Honest fetches of a feed are few an hour; each is counted, so that guessing and hammering both end.
    """
    attempts.count("feed", email=digest(token), caller=caller)
    return queries.owner_of(token)


def _locked(person_id: int) -> Person:
    return db.session.get_one(Person, person_id, with_for_update=True, populate_existing=True)
