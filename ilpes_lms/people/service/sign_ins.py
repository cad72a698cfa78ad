"""Signing in and out; behind each cookie and each bearer token stands a row that can be ended."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, update

from ilpes_lms.audit import service as audit
from ilpes_lms.core import actor, clock
from ilpes_lms.core.database import db, transaction
from ilpes_lms.core.errors import NotFound
from ilpes_lms.core.ids import digest, new_token
from ilpes_lms.people import queries, rules
from ilpes_lms.people.errors import CredentialsRefused
from ilpes_lms.people.models import Account, SignIn
from ilpes_lms.people.service import attempts, passwords

_KEPT_AFTERWARDS = timedelta(days=90)
_LONGEST_LABEL = 200


def sign_in(*, email: str, password: str, caller: str | None, label: str = "") -> str:
    """Sign in a browser and return the key for its cookie.

    Raises CredentialsRefused, in the same words and time for an address that is unknown, disabled or not
    confirmed, and TooManyAttempts.
    """
    return _enter("browser", email, password, caller, label)


def create_token(*, email: str, password: str, caller: str | None, label: str = "") -> str:
    """Sign in a program and return its bearer token; refuses what `sign_in` refuses."""
    return _enter("token", email, password, caller, label)


@transaction
def open_sign_in(*, account_id: int, label: str = "", kind: str = "browser") -> str:
    """Return the key of a new sign-in for someone who has proved otherwise who they are."""
    account = locked(account_id)
    if account.disabled_at is not None:
        raise CredentialsRefused
    return _open(account, kind, label)


@transaction
def sign_out(*, sign_in_key: str) -> None:
    """End the sign-in that a cookie or a bearer token stands for."""
    _end(SignIn.secret_digest == digest(sign_in_key))


@transaction
def end_sign_in(*, account_id: int, sign_in_ref: str) -> None:
    """End one of an account's sign-ins; raises NotFound when it has no such one in force."""
    if sign_in_ref not in {found.public_id for found in queries.sign_ins_of(account_id)}:
        raise NotFound
    _end(SignIn.public_id == sign_in_ref)


@transaction
def end_all_sign_ins(*, account_id: int, except_key: str = "") -> None:
    """End every sign-in of an account, but for one if its key is given."""
    _end(SignIn.account_id == account_id, SignIn.secret_digest != digest(except_key))


@transaction
def forget_old() -> None:
    """Delete sign-ins that ended or ran out months ago."""
    before = clock.now() - _KEPT_AFTERWARDS
    db.session.execute(delete(SignIn).where((SignIn.ended_at < before) | (SignIn.expires_at < before)))


def locked(account_id: int) -> Account:
    """Return an account, locked and fresh; raises NotFound."""
    account = db.session.get(Account, account_id, with_for_update=True, populate_existing=True)
    if account is None:
        raise NotFound
    return account


def _enter(kind: str, email: str, password: str, caller: str | None, label: str) -> str:
    counted = attempts.count("sign_in", email=email, caller=caller)
    known = queries.credentials_of(email)
    right = passwords.matches(known.password_hash if known else None, password)
    if known is None or not right:
        raise CredentialsRefused
    return _admit(known, counted, kind, label)


@transaction
def _admit(known: queries.Credentials, counted: attempts.Counted, kind: str, label: str) -> str:
    account = locked(known.account_id)
    # Between the comparison and now the account may have been disabled, or its password changed.
    if account.disabled_at is not None or account.password_hash != known.password_hash:
        raise CredentialsRefused
    attempts.forgive(counted)
    return _open(account, kind, label)


def _open(account: Account, kind: str, label: str) -> str:
    key, now = new_token(), clock.now()
    account.last_sign_in_at = now
    db.session.add(
        SignIn(
            account_id=account.id, kind=kind, secret_digest=digest(key), created_at=now, expires_at=_end_of(kind, now),
            label=rules.one_line(label[:_LONGEST_LABEL], longest=_LONGEST_LABEL),
        )
    )  # fmt: skip
    with actor.proven(account.public_id):
        audit.record("account.signed_in", "account", account.public_id, kind=kind)
    return key


def _end_of(kind: str, now: datetime) -> datetime:
    return now + (rules.TOKEN_LASTS if kind == "token" else rules.BROWSER_SIGN_IN_LASTS)


def _end(*conditions: ColumnElement[bool]) -> None:
    db.session.execute(update(SignIn).where(SignIn.ended_at.is_(None), *conditions).values(ended_at=clock.now()))
