"""What the outbox keeps of who is erased: nothing; of letters to others, all but the name; of old ones, no text."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, Text, cast, delete, exists, func, or_, select, update

from ilpes_lms.core.database import UTCDateTime, db, transaction
from ilpes_lms.core.keeping import batch, delete_batch
from ilpes_lms.core.redaction import redact
from ilpes_lms.notifications import rules
from ilpes_lms.notifications.models import BouncedAddress, BounceReport, DeclinedKind, DigestChoice, Message
from ilpes_lms.people import queries as people
from ilpes_lms.people.models import EmailAddress

_TEXTS = ("values", "subject", "text", "note")


@transaction
def forget(person_id: int) -> int:
    """Delete the messages to a person and their choices, and take their name out of messages to others."""
    traces = people.traces_of(person_id)
    keys = traces.address_keys
    reached = (func.lower(column).in_(keys) for column in (Message.address, Message.sent_to))
    own = list(db.session.scalars(select(Message.id).where(or_(Message.person_id == person_id, *reached))))
    for link in (Message.again_of_id, Message.digest_id):
        db.session.execute(update(Message).where(link.in_(own)).values({link.key: None}))
    db.session.execute(delete(BounceReport).where(BounceReport.message_id.in_(own)))
    db.session.execute(delete(Message).where(Message.id.in_(own)))
    for model in (DeclinedKind, DigestChoice):
        db.session.execute(delete(model).where(model.person_id == person_id))
    db.session.execute(delete(BouncedAddress).where(BouncedAddress.address_key.in_(keys)))
    return len(own) + redact(Message, _TEXTS, traces.words) + redact(BounceReport, ("reason",), traces.words)


def old_texts(before: datetime) -> Select[int, datetime]:
    """Find the messages that were over before a moment and whose text is kept."""
    over: Any = func.coalesce(Message.sent_at, Message.due_at, type_=UTCDateTime())
    kept = or_(Message.subject != "", Message.text != "", cast(Message.values, Text) != "{}")
    return select(Message.id, over.label("since")).where(Message.state.in_(rules.OVER), over < before, kept)


def old_reports(before: datetime) -> Select[int, datetime]:
    """Find the reports that came before a moment of messages that did not arrive."""
    return select(BounceReport.id, BounceReport.at.label("since")).where(BounceReport.at < before)


def old_marks(before: datetime) -> Select[int, datetime]:
    """Find the marks of before a moment that an address fails which nobody on record has."""
    nobodys = ~exists().where(EmailAddress.address_key == BouncedAddress.address_key)
    return select(BouncedAddress.id, BouncedAddress.since.label("since")).where(BouncedAddress.since < before, nobodys)


@transaction
def let_go_of_texts(before: datetime) -> int:
    """Keep of some of the messages that were over before a moment no more than that they were; return how many."""
    ids = batch(Message, old_texts(before))
    gone = update(Message).where(Message.id.in_(ids))
    db.session.execute(gone.values(subject="", text="", values={}, erased=True))
    return len(ids)


@transaction
def let_go_of_reports(before: datetime) -> int:
    """Delete some of the reports of messages that did not arrive; that an address fails stays. Return how many."""
    return delete_batch(BounceReport, old_reports(before))


@transaction
def let_go_of_marks(before: datetime) -> int:
    """Delete some of the marks that an address fails which nobody on record has; return how many."""
    return delete_batch(BouncedAddress, old_marks(before))
