"""The second factor of an account: a secret that a telephone makes codes of, and codes on paper for when it is lost."""

from dataclasses import dataclass

import pyotp
import structlog
from sqlalchemy import delete, func, select, update

from ilpes_lms.audit import service as audit
from ilpes_lms.core import actor, clock, vault
from ilpes_lms.core.database import db, transaction
from ilpes_lms.core.errors import NotFound
from ilpes_lms.core.ids import digest, public_id
from ilpes_lms.people import letters, queries, rules
from ilpes_lms.people.errors import SecondFactorNotBegun, SecondFactorRefused, SecondFactorThere
from ilpes_lms.people.models import Account, RecoveryCode, RoleGrant, SecondFactor
from ilpes_lms.people.service import attempts, ending, proving

log = structlog.get_logger(__name__)

PURPOSE = "second_factor"


@dataclass(frozen=True)
class Setup:
    """What a telephone needs to make codes: the secret as text, and as an address that a QR code holds."""

    secret: str
    uri: str


@transaction
def begin_second_factor(*, account_id: int) -> Setup:
    """Make a secret, not asked for before it is confirmed; another that was begun is forgotten.

    Raises SecondFactorThere.
    """
    ending.locked(account_id)
    factor = queries.second_factor_of(account_id)
    if factor and factor.confirmed_at:
        raise SecondFactorThere
    if factor is None:
        factor = SecondFactor(account_id=account_id, created_at=clock.now())
        db.session.add(factor)
    secret = pyotp.random_base32()
    factor.secret, factor.last_step, factor.created_at = vault.seal(secret, PURPOSE), 0, clock.now()
    return _setup(account_id, secret)


def second_factor_begun(*, account_id: int) -> Setup | None:
    """Return what was begun and waits to be confirmed, None if nothing does."""
    factor = queries.second_factor_of(account_id)
    if factor is None or factor.confirmed_at:
        return None
    return _setup(account_id, vault.unseal(factor.secret, PURPOSE))


def confirm_second_factor(
    *, account_id: int, code: str, password: str, caller: str | None, sign_in_key: str
) -> list[str]:
    """Ask for codes from now on, end all other sign-ins, and return the recovery codes, which are shown this once.

    Raises SecondFactorNotBegun, SecondFactorThere, PasswordWrong, SecondFactorRefused, TooManyAttempts.
    """
    counted = _counted(account_id, password, caller)
    return _confirm(account_id, code, counted, sign_in_key)


def renew_recovery_codes(*, account_id: int, code: str, password: str, caller: str | None) -> list[str]:
    """Return new recovery codes and make the old ones useless; raises what `remove_second_factor` does."""
    counted = _counted(account_id, password, caller)
    return _renew(account_id, code, counted)


def remove_second_factor(*, account_id: int, code: str, password: str, caller: str | None) -> None:
    """Ask for no codes any more; raises NotFound, PasswordWrong, SecondFactorRefused, TooManyAttempts."""
    counted = _counted(account_id, password, caller)
    _remove(account_id, code, counted)


@transaction
def reset_second_factor(*, person_id: int, reason: str) -> None:
    """Take somebody's second factor away, in the name of an administrator, and end their sign-ins.

    Raises NotFound, ReasonMissing.
    """
    why = rules.given_reason(reason)
    found = queries.account_of(person_id)
    account = ending.locked(found.id if found else 0)
    if not forget_second_factor(account.id):
        raise NotFound
    ending.end_all_sign_ins(account_id=account.id)
    audit.record("account.second_factor_reset", "account", account.public_id, reason=why)
    _tell("second_factor_removed", account)


def is_asked(account_id: int) -> bool:
    """Tell whether whoever signs in to an account needs a code as well."""
    factor = queries.second_factor_of(account_id)
    return factor is not None and factor.confirmed_at is not None


def staff_without_second_factor() -> tuple[int, int]:
    """Return how many accounts of staff can be signed in to, and how many of these have no second factor."""
    confirmed = select(SecondFactor.account_id).where(SecondFactor.confirmed_at.is_not(None))
    without = func.count(Account.id.distinct()).filter(Account.id.not_in(confirmed))
    found = select(func.count(Account.id.distinct()), without).join(
        RoleGrant, RoleGrant.person_id == Account.person_id
    )  # fmt: skip
    staff = found.where(
        RoleGrant.role.in_(rules.STAFF), queries.granted_at(clock.now()), Account.disabled_at.is_(None)
    )  # fmt: skip
    number, bare = db.session.execute(staff).one()
    return number, bare


def count_code(account_id: int, caller: str | None) -> attempts.Counted:
    """Count a code that is tried against an account; raises TooManyAttempts."""
    return attempts.count("second_factor", email=f"account {account_id}", caller=caller)


def accept(account: Account, code: str, counted: attempts.Counted) -> None:
    """Take a code, each once, in the transaction that locked the account; raises SecondFactorRefused."""
    factor = queries.second_factor_of(account.id)
    if factor is None:
        raise SecondFactorRefused(field="code")
    if not _takes(factor, code):
        _use_recovery_code(factor, code)
    attempts.forgive(counted)


def forget_second_factor(account_id: int) -> bool:
    """Delete an account's second factor with its recovery codes, and tell whether there was one."""
    factor = queries.second_factor_of(account_id)
    if factor is None:
        return False
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.factor_id == factor.id))
    db.session.delete(factor)
    db.session.flush()
    return True


def _setup(account_id: int, secret: str) -> Setup:
    name = proving.any_address_of(account_id)
    return Setup(secret, pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=rules.SECOND_FACTOR_ISSUER))


def _counted(account_id: int, password: str, caller: str | None) -> attempts.Counted:
    attempts.forgive(proving.prove_password(account_id=account_id, password=password, caller=caller))
    return count_code(account_id, caller)


@transaction
def _confirm(account_id: int, code: str, counted: attempts.Counted, sign_in_key: str) -> list[str]:
    account = ending.locked(account_id)
    factor = queries.second_factor_of(account_id)
    if factor is None:
        raise SecondFactorNotBegun
    if factor.confirmed_at:
        raise SecondFactorThere
    if not _takes(factor, code):
        raise SecondFactorRefused(field="code")
    attempts.forgive(counted)
    factor.confirmed_at = clock.now()
    ending.end_all_sign_ins(account_id=account.id, except_key=sign_in_key)
    _record("second_factor_set_up", account)
    return _new_codes(factor)


@transaction
def _renew(account_id: int, code: str, counted: attempts.Counted) -> list[str]:
    account = ending.locked(account_id)
    accept(account, code, counted)
    _record("recovery_codes_renewed", account)
    return _new_codes(_confirmed(account_id))


@transaction
def _remove(account_id: int, code: str, counted: attempts.Counted) -> None:
    account = ending.locked(account_id)
    _confirmed(account_id)
    accept(account, code, counted)
    forget_second_factor(account_id)
    _record("second_factor_removed", account)


def _confirmed(account_id: int) -> SecondFactor:
    factor = queries.second_factor_of(account_id)
    if factor is None or factor.confirmed_at is None:
        raise NotFound
    return factor


def _takes(factor: SecondFactor, code: str) -> bool:
    secret = vault.unseal(factor.secret, PURPOSE)
    step = rules.accepted_step(secret, code, clock.now(), after=factor.last_step)
    if step is not None:
        factor.last_step = step
    return step is not None


def _use_recovery_code(factor: SecondFactor, code: str) -> None:
    one = update(RecoveryCode).where(
        RecoveryCode.factor_id == factor.id, RecoveryCode.used_at.is_(None),
        RecoveryCode.code_digest == digest(rules.recovery_code(code)),
    )  # fmt: skip
    used = db.session.execute(one.values(used_at=clock.now()).returning(RecoveryCode.id)).first()
    if used is None:
        log.warning("sign_in_refused", by="code")
        raise SecondFactorRefused(field="code")


def _new_codes(factor: SecondFactor) -> list[str]:
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.factor_id == factor.id))
    codes = rules.new_recovery_codes()
    db.session.add_all(
        RecoveryCode(factor_id=factor.id, code_digest=digest(rules.recovery_code(code))) for code in codes
    )
    return codes


def _record(deed: str, account: Account) -> None:
    with actor.proven(account.public_id):
        audit.record(f"account.{deed}", "account", account.public_id)
    _tell(deed, account)


def _tell(deed: str, account: Account) -> None:
    # Whoever did it: the owner of a stolen account learns of it by mail.
    letters.post(f"people.{deed}", key=f"people.{deed}:{public_id()}", values={}, person_id=account.person_id)
