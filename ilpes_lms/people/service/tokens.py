"""Links sent by mail: for one purpose, once, until a time."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from ilpes_lms.core import clock
from ilpes_lms.core.database import db, transaction
from ilpes_lms.core.keeping import delete_batch
from ilpes_lms.people import deeds, letters, queries, rules
from ilpes_lms.people.errors import LinkNotValid
from ilpes_lms.people.keeping import old_links
from ilpes_lms.people.models import OneTimeToken


def add(
    purpose: str, *, address: str, lasts: timedelta, values: dict[str, Any], account_id: int | None = None
) -> OneTimeToken:
    """Write a token within the open unit of work."""
    now = clock.now()
    token = OneTimeToken(
        purpose=purpose, address_key=rules.address_key(address), account_id=account_id, values=values,
        created_at=now, expires_at=now + lasts,
    )  # fmt: skip
    db.session.add(token)
    db.session.flush()
    return token


def seen(sealed: str, purpose: str) -> OneTimeToken:
    """Return the token that a link holds, used or not, without locking it; raises LinkNotValid."""
    found = queries.token(letters.unsealed(sealed, purpose))
    if found is None or found.purpose != purpose:
        raise LinkNotValid
    return found


def take(sealed: str, purpose: str) -> OneTimeToken:
    """Use a token up, and with it all others for the same purpose and address; raises LinkNotValid.

    Those that carry another deed stay open: somebody who asked for two things confirms each by its own link.
    """
    wanted = seen(sealed, purpose)
    alike = _locked(purpose, wanted.address_key)
    if not is_open(wanted):
        raise LinkNotValid
    for one in alike:
        if one.used_at is None and _what_for(one) in (None, _what_for(wanted)):
            one.used_at = clock.now()
    db.session.flush()
    return wanted


def use_up_of_account(purpose: str, account_id: int) -> None:
    """Make every open token of an account for a purpose useless."""
    db.session.execute(
        update(OneTimeToken)
        .where(OneTimeToken.purpose == purpose, OneTimeToken.account_id == account_id, OneTimeToken.used_at.is_(None))
        .values(used_at=clock.now())
    )


def is_open(token: OneTimeToken) -> bool:
    """Tell whether a token can still be used."""
    return token.used_at is None and token.expires_at > clock.now()


@transaction
def let_go_of_links(before: datetime) -> int:
    """Delete some of the tokens used or run out before a moment, with what was typed at sign-ups nobody confirmed."""
    return delete_batch(OneTimeToken, old_links(before))


def _locked(purpose: str, address_key: str) -> list[OneTimeToken]:
    """Return the tokens of an address, fresh, locked in one order, so that two of its links wait for each other."""
    statement = select(OneTimeToken).where(OneTimeToken.purpose == purpose, OneTimeToken.address_key == address_key)
    statement = statement.order_by(OneTimeToken.id).with_for_update().execution_options(populate_existing=True)
    return list(db.session.scalars(statement))


def _what_for(token: OneTimeToken) -> tuple[str, dict[str, Any]] | None:
    carried = deeds.carried_by(token)
    return (carried.name, carried.about) if carried else None
