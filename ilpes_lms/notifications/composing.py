"""From a message in hand to a letter that may leave: still due? to whom, in which words, with what goes along."""

import traceback
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from email.message import EmailMessage
from typing import Any

import structlog
from sqlalchemy.exc import DBAPIError

from ilpes_lms.core import clock
from ilpes_lms.core.database import db
from ilpes_lms.core.settings import settings
from ilpes_lms.notifications import digests, enclosures, letter, notes, queries, rules
from ilpes_lms.notifications.declining import stop_url, test_url
from ilpes_lms.notifications.errors import NothingToEnclose, NotYet, SendingFailed, Undeliverable
from ilpes_lms.notifications.kinds import Kind, kind_named
from ilpes_lms.notifications.rendering import Draft, InForce, render
from ilpes_lms.notifications.reports import OUR_HEADER

log = structlog.get_logger(__name__)

_MASK = "••••••"


@dataclass(frozen=True)
class Claim:
    """The right to send a message until the lease ends; the moment itself tells one claim from another."""

    id: int
    public_id: str
    lease: datetime


@dataclass(frozen=True)
class Parcel:
    """A message in hand: what its row says, and the renewed claim."""

    claim: Claim
    kind: str
    values: dict[str, Any]
    person_id: int | None
    address: str | None
    language: str | None
    message_id: str
    attempts: int
    note: str
    created_at: datetime
    again_of_id: int | None


@dataclass(frozen=True)
class Ready:
    """A message written and addressed; `marked` says that nothing arrived at the address lately.

    `items` are those that a summary of the day holds or leaves out.
    """

    draft: Draft
    mail: EmailMessage
    address: str
    marked: bool
    items: tuple[digests.Item, ...] = ()


class NotNeeded(Exception):
    """Nobody should get this message any more; the arguments say why, and what became of those in a summary."""


class Waits(Exception):
    """The message waits for the summary of the day; the argument is when that is due."""


def write(parcel: Parcel, in_force: InForce) -> Ready:
    """Return the letter that a message becomes now.

    Raises NotNeeded, Waits, NotYet or SendingFailed where it becomes none.
    """
    try:
        return _written(parcel, in_force)
    except (SendingFailed, NotNeeded, Waits, NotYet, DBAPIError):
        raise
    except Exception as error:
        where = traceback.extract_tb(error.__traceback__)[-1]
        # Not the error's own words: they may hold a person's data.
        log.warning(
            "message_unwritable", message=parcel.claim.public_id, kind=parcel.kind,
            error=type(error).__name__, where=f"{where.filename}:{where.lineno}",
        )  # fmt: skip
        raise SendingFailed(notes.UNWRITABLE, type(error).__name__) from error
    finally:
        # What was read is read: no snapshot is held while the mail server is spoken to.
        db.session.commit()


def _written(parcel: Parcel, in_force: InForce) -> Ready:
    kind = kind_named(parcel.kind)
    if kind is None:
        raise Undeliverable(notes.UNKNOWN_KIND)
    not_yet = _ask_the_kind(parcel, kind)
    person = queries.recipient(parcel.person_id, parcel.address) if parcel.person_id else None
    address = parcel.address or (person.address if person else None)
    if not address:
        raise NotNeeded(notes.NO_ADDRESS)
    bounced_since = person.bounced_since if person else queries.bounced_since(address)
    if bounced_since and _is_in_vain(parcel, bounced_since):
        raise NotNeeded(notes.BOUNCED_BEFORE)
    if not kind.essential and person and parcel.person_id and not kind.is_test(parcel.values):
        _ask_the_person(parcel, kind, person, parcel.person_id)
    if not_yet:
        raise not_yet
    if kind.name == digests.KIND and person and parcel.person_id:
        return _summary(parcel, kind, person, address, in_force)
    return _composed(parcel, kind, person, address, in_force, marked=bounced_since is not None)


def _ask_the_kind(parcel: Parcel, kind: Kind) -> NotYet | None:
    try:
        is_due = kind.is_due(parcel.values, parcel.person_id)
    except NotYet as not_yet:
        # Said after the person was asked: the summary of the day comes at an hour that they chose themselves.
        return not_yet
    if not is_due:
        raise NotNeeded(notes.NOT_DUE)
    return None


def _ask_the_person(parcel: Parcel, kind: Kind, person: queries.Recipient, person_id: int) -> None:
    """Leave a message out that a person does not want, or put it into the one a day that they want instead of many."""
    daily = person.digest_hour is not None and kind.name != digests.KIND and parcel.again_of_id is None
    if queries.declined(person_id, kind.name, *([digests.KIND] if daily else [])):
        raise NotNeeded(notes.DECLINED)
    if daily and person.digest_hour is not None:
        at = digests.next_hour(person.digest_hour, person.zone, clock.now())
        if digests.fits(kind, parcel.values, person_id, at):
            raise Waits(at)


def _summary(
    parcel: Parcel, kind: Kind, person: queries.Recipient, address: str, in_force: InForce
) -> Ready:  # fmt: skip
    items = digests.items_of(parcel.claim.id, parcel.person_id or 0, person.language, person.name, in_force)
    told = [item for item in items if item.state == rules.SENT]
    if not told:
        raise NotNeeded(digests.EMPTY, *items)
    with_items = replace(parcel, values={"items": told})
    ready = _composed(with_items, kind, person, address, in_force, marked=person.bounced_since is not None)
    return replace(ready, items=tuple(items))


def _is_in_vain(parcel: Parcel, bounced_since: datetime) -> bool:
    # Who gave an address since, or asks for the message again, has reason to think that it works by now.
    asked_since = parcel.created_at > bounced_since and bool(parcel.address or parcel.again_of_id)
    return not asked_since


def _composed(
    parcel: Parcel, kind: Kind, person: queries.Recipient | None, address: str, in_force: InForce, *, marked: bool
) -> Ready:  # fmt: skip
    language = parcel.language or (person.language if person else "es")
    name = person.name if person else ""
    stop = _stop_of(parcel, kind, person) if person and not kind.essential else None
    enclosed = _enclosed(parcel, name, address, language)
    draft = render(
        kind, parcel.values, language=language, person_name=name, unsubscribe_url=stop, in_force=in_force
    )  # fmt: skip
    mail = letter.compose(
        draft, message_id=parcel.message_id, sender=settings().mail_from, name=name,
        address=address, language=language, unsubscribe_url=stop, calendar=enclosed,
    )  # fmt: skip
    mail[OUR_HEADER] = parcel.claim.public_id
    return Ready(draft, mail, letter.mail_address(address), marked)


def _stop_of(parcel: Parcel, kind: Kind, person: queries.Recipient) -> str:
    return test_url() if kind.is_test(parcel.values) else stop_url(person.ref, kind.name)


def _enclosed(parcel: Parcel, name: str, address: str, language: str) -> Sequence[enclosures.CalendarPart]:
    occasion = enclosures.Occasion(
        kind=parcel.kind, values=parcel.values, message_id=parcel.message_id, person_id=parcel.person_id, name=name,
        address=address, language=language,
    )  # fmt: skip
    try:
        return enclosures.enclosed(occasion)
    except NothingToEnclose as nothing:
        raise NotNeeded(notes.NOT_DUE) from nothing


def masked(text: str, draft: Draft) -> str:
    """Return what the log keeps of a text: without what only its recipient may read."""
    for secret in draft.secrets:
        text = text.replace(secret, _MASK)
    return text
