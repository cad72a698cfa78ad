"""Signing in and out; behind each cookie and each bearer token stands a row that can be ended."""

from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy import ColumnElement, update

from ilpes_lms.audit import service as audit
from ilpes_lms.core import actor, clock
from ilpes_lms.core.database import db, transaction
from ilpes_lms.core.errors import NotFound
from ilpes_lms.core.ids import digest, new_token
from ilpes_lms.core.keeping import delete_batch
from ilpes_lms.core.settings import settings
from ilpes_lms.people import letters, queries, rules
from ilpes_lms.people.errors import CredentialsRefused, LinkNotValid, SecondFactorMissing, SecondFactorNeeded
from ilpes_lms.people.keeping import old_sign_ins
from ilpes_lms.people.models import Account, SignIn
from ilpes_lms.people.service import attempts, passwords, proving, second_factors, tokens
from ilpes_lms.people.service.ending import locked

log = structlog.get_logger(__name__)

_LONGEST_LABEL = 200


@dataclass(frozen=True)
class SecondStep:
    """What a browser holds between the password and the code of a second factor; good once, for ten minutes."""

    token: str


def sign_in(*, email: str, password: str, caller: str | None, label: str = "") -> str | SecondStep:
    """Sign in a browser and return the key for its cookie, or what it needs for the second step.

    Raises CredentialsRefused, in the same words and time for an address that is unknown, disabled or not
    confirmed, and TooManyAttempts.
    """
    known, counted = _compared(email, password, caller)
    return _admit(known, counted, label, caller)


def finish_sign_in(*, step: str, code: str, caller: str | None, label: str = "") -> str:
    """Sign in the browser that holds a second step, by a code; return the key for its cookie.

    Raises LinkNotValid when the step was done or is too old, SecondFactorRefused, TooManyAttempts.
    """
    account_id = tokens.seen(step, "second_step").account_id or 0
    counted = second_factors.count_code(account_id, caller)
    return _finish(step, code, counted, label, caller)


def step_is_open(*, step: str) -> bool:
    """Tell whether the second step that a browser holds can still be done."""
    try:
        return tokens.is_open(tokens.seen(step, "second_step"))
    except LinkNotValid:
        return False


def create_token(*, email: str, password: str, caller: str | None, label: str = "", code: str = "") -> str:
    """Sign in a program and return its bearer token; refuses what `sign_in` and `finish_sign_in` refuse.

    Raises SecondFactorNeeded without a code of an account that has a second factor, and SecondFactorMissing for staff
    who must have one and have none.
    """
    known, counted = _compared(email, password, caller)
    if not second_factors.is_asked(known.account_id):
        return _admit_program(known, counted, label, caller)
    attempts.forgive(counted)
    if not code:
        raise SecondFactorNeeded(field="code")
    return _admit_program(known, second_factors.count_code(known.account_id, caller), label, caller, code)


@transaction
def admit(*, account_id: int, label: str = "", caller: str | None = None) -> str | SecondStep:
    """Return what `sign_in` does for someone who has read the mail of an account's address."""
    return let_in(_usable(account_id), label, caller)


@transaction
def open_sign_in(*, account_id: int, label: str = "", kind: str = "browser", caller: str | None = None) -> str:
    """Return the key of a new sign-in for someone who has proved otherwise, in full, who they are."""
    return _open(_usable(account_id), kind, label, caller)


@transaction
def note_seen(*, sign_in_key: str, caller: str | None) -> None:
    """Keep when a sign-in was last used, and over which kind of network."""
    seen = update(SignIn).where(SignIn.secret_digest == digest(sign_in_key), SignIn.ended_at.is_(None))
    db.session.execute(seen.values(last_seen_at=clock.now(), network=rules.network_of(caller)))


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
def let_go_of_sign_ins(before: datetime) -> int:
    """Delete some of the sign-ins that ended or ran out before a moment; return how many."""
    return delete_batch(SignIn, old_sign_ins(before))


def let_in(
    account: Account, label: str, caller: str | None, *, provider_factor: bool = False
) -> str | SecondStep:  # fmt: skip
    """Return the key of a browser's new sign-in, or what it needs for the second step unless a provider did that."""
    if provider_factor or not second_factors.is_asked(account.id):
        return _open(account, "browser", label, caller, provider_factor=provider_factor)
    token = tokens.add(
        "second_step", address=proving.any_address_of(account.id), lasts=rules.SECOND_STEP_LASTS,
        values={"password": _password_mark(account)}, account_id=account.id,
    )  # fmt: skip
    return SecondStep(letters.sealed(token))


def _compared(email: str, password: str, caller: str | None) -> tuple[queries.Credentials, attempts.Counted]:
    counted = attempts.count("sign_in", email=email, caller=caller)
    known = queries.credentials_of(email)
    right = passwords.matches(known.password_hash if known else None, password)
    if known is None or not right:
        log.warning("sign_in_refused", by="password")
        raise CredentialsRefused
    return known, counted


@transaction
def _admit(
    known: queries.Credentials, counted: attempts.Counted, label: str, caller: str | None
) -> str | SecondStep:  # fmt: skip
    account = _unchanged(known)
    attempts.forgive(counted)
    return let_in(account, label, caller)


@transaction
def _admit_program(
    known: queries.Credentials, counted: attempts.Counted, label: str, caller: str | None, code: str = ""
) -> str:
    account = _unchanged(known)
    if code:
        second_factors.accept(account, code, counted)
    elif _owes_second_factor(account):
        raise SecondFactorMissing
    else:
        attempts.forgive(counted)
    return _open(account, "token", label, caller)


@transaction
def _finish(step: str, code: str, counted: attempts.Counted, label: str, caller: str | None) -> str:
    link = tokens.take(step, "second_step")
    account = _usable(link.account_id or 0)
    if link.values["password"] != _password_mark(account):
        raise LinkNotValid
    second_factors.accept(account, code, counted)
    return _open(account, "browser", label, caller)


def _unchanged(known: queries.Credentials) -> Account:
    # Between the comparison and now the account may have been disabled, or its password changed.
    account = locked(known.account_id)
    if account.disabled_at is not None or account.password_hash != known.password_hash:
        raise CredentialsRefused
    return account


def _usable(account_id: int) -> Account:
    account = locked(account_id)
    if account.disabled_at is not None:
        raise CredentialsRefused
    return account


def _owes_second_factor(account: Account) -> bool:
    roles = queries.roles_of(account.person_id)
    return rules.owes_second_factor(roles, has_one=False, required_of=settings().second_factor)


def _password_mark(account: Account) -> str:
    # A step of before a change of the password leads nowhere.
    return digest(account.password_hash or "")


def _open(account: Account, kind: str, label: str, caller: str | None, *, provider_factor: bool = False) -> str:
    key, now = new_token(), clock.now()
    account.last_sign_in_at = now
    db.session.add(
        SignIn(
            account_id=account.id, kind=kind, secret_digest=digest(key), created_at=now, expires_at=_end_of(kind, now),
            label=rules.one_line(label[:_LONGEST_LABEL], longest=_LONGEST_LABEL), last_seen_at=now,
            network=rules.network_of(caller), provider_factor=provider_factor,
        )
    )  # fmt: skip
    with actor.proven(account.public_id):
        audit.record("account.signed_in", "account", account.public_id, kind=kind)
    return key


def _end_of(kind: str, now: datetime) -> datetime:
    return now + (rules.TOKEN_LASTS if kind == "token" else rules.BROWSER_SIGN_IN_LASTS)


def _end(*conditions: ColumnElement[bool]) -> None:
    db.session.execute(update(SignIn).where(SignIn.ended_at.is_(None), *conditions).values(ended_at=clock.now()))
