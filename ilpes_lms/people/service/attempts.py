"""Slow down guessing: attempts are counted in the database, so that it holds without Redis."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select

from ilpes_lms.core import clock
from ilpes_lms.core.database import db, transaction, writing
from ilpes_lms.core.ids import digest
from ilpes_lms.core.keeping import delete_batch
from ilpes_lms.core.settings import settings
from ilpes_lms.people import rules
from ilpes_lms.people.errors import TooManyAttempts
from ilpes_lms.people.keeping import old_attempts
from ilpes_lms.people.models import Attempt


@dataclass(frozen=True)
class Counted:
    """An attempt that was let through; `forgive` it when it turns out to be honest."""

    account_key: str
    row_ids: tuple[int, ...]


def count(action: str, *, email: str, caller: str | None) -> Counted:
    """Count an attempt against an address and against who calls; raises TooManyAttempts.

    Each attempt is committed before all are counted, so of many at the same time no more than the limit pass.
    A refused one is not kept: it does not prolong the wait.
    """
    keys = _keys(action, email, caller)
    counted = _add(tuple(keys))
    exceeded = [limit for key, limit in keys.items() if _number(key, limit) > limit.attempts]
    if exceeded:
        _remove(counted.row_ids)
        raise TooManyAttempts(within=max(limit.within for limit in exceeded))
    return counted


def allowed(action: str, *, email: str, caller: str | None) -> bool:
    """Count an attempt if the limits let it through, and tell whether they do."""
    try:
        count(action, email=email, caller=caller)
    except TooManyAttempts:
        return False
    return True


def forgive(counted: Counted) -> None:
    """Forget an attempt that succeeded, and the failed ones on the same account before it."""
    with writing() as session:
        session.execute(delete(Attempt).where(Attempt.key == counted.account_key))
        session.execute(delete(Attempt).where(Attempt.id.in_(counted.row_ids)))


@transaction
def forgive_account(action: str, *, email: str) -> None:
    """Forget the attempts against an address, when its owner has proved to be there."""
    db.session.execute(delete(Attempt).where(Attempt.key == _key(f"{action}.account", rules.address_key(email))))


@transaction
def let_go_of_attempts(before: datetime) -> int:
    """Delete some of the attempts made before a moment; return how many. No limit looks back that far."""
    return delete_batch(Attempt, old_attempts(before))


@transaction
def forget_of(addresses: Collection[str]) -> None:
    """Delete the attempts that are counted against addresses."""
    scopes = [scope for scope in rules.LIMITS if scope.endswith(".account")]
    keys = [_key(scope, rules.address_key(address)) for scope in scopes for address in addresses]
    db.session.execute(delete(Attempt).where(Attempt.key.in_(keys)))


def _keys(action: str, email: str, caller: str | None) -> dict[str, rules.Limit]:
    keys = {_key(f"{action}.account", rules.address_key(email)): rules.LIMITS[f"{action}.account"]}
    if caller is not None:
        keys[_key(f"{action}.caller", caller)] = rules.LIMITS[f"{action}.caller"]
    return keys


def _key(scope: str, value: str) -> str:
    # Keyed by the application's secret, because addresses can be tried one by one against a plain digest.
    return digest(f"{settings().secret_key}:{scope}:{value}")


@transaction
def _add(keys: tuple[str, ...]) -> Counted:
    attempts = [Attempt(key=key, at=clock.now()) for key in keys]
    db.session.add_all(attempts)
    db.session.flush()
    return Counted(keys[0], tuple(attempt.id for attempt in attempts))


@transaction
def _remove(row_ids: tuple[int, ...]) -> None:
    db.session.execute(delete(Attempt).where(Attempt.id.in_(row_ids)))


def _number(key: str, limit: rules.Limit) -> int:
    since = clock.now() - limit.within
    found = db.session.scalar(select(func.count()).select_from(Attempt).where(Attempt.key == key, Attempt.at > since))
    return found or 0
