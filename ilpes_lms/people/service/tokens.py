"""Links sent by mail: for one purpose, once, until a time."""

from datetime import timedelta
from typing import Any

from sqlalchemy import delete, or_, select, update

from ilpes_lms.core import clock
from ilpes_lms.core.database import db, transaction
from ilpes_lms.people import letters, rules
from ilpes_lms.people.errors import LinkNotValid
from ilpes_lms.people.models import OneTimeToken

_KEPT_AFTERWARDS = timedelta(days=7)


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


def take(sealed: str, purpose: str) -> OneTimeToken:
    """Use a token up, and with it all others for the same purpose and address; raises LinkNotValid."""
    token_ref = letters.unsealed(sealed, purpose)
    token = db.session.scalar(
        select(OneTimeToken)
        .where(OneTimeToken.public_id == token_ref, OneTimeToken.purpose == purpose)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if token is None or not is_open(token):
        raise LinkNotValid
    use_up(purpose, token.address_key)
    return token


def use_up(purpose: str, address_key: str) -> None:
    """Make every open token for a purpose and an address useless."""
    db.session.execute(
        update(OneTimeToken)
        .where(OneTimeToken.purpose == purpose, OneTimeToken.address_key == address_key, OneTimeToken.used_at.is_(None))
        .values(used_at=clock.now())
    )


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
def forget_old() -> None:
    """Delete tokens that were used or ran out a week ago, with what was typed at sign-ups nobody confirmed."""
    before = clock.now() - _KEPT_AFTERWARDS
    db.session.execute(delete(OneTimeToken).where(or_(OneTimeToken.used_at < before, OneTimeToken.expires_at < before)))
