"""From the wish to have an account to having one, and to a new password."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from ilpes_lms.audit import service as audit
from ilpes_lms.core import actor, clock
from ilpes_lms.core.database import db, transaction
from ilpes_lms.core.errors import DomainError, refusal_of
from ilpes_lms.core.ids import public_id
from ilpes_lms.people import deeds, letters, queries, rules
from ilpes_lms.people.deeds import Carried, Outcome
from ilpes_lms.people.errors import LinkNotValid
from ilpes_lms.people.models import Account, EmailAddress, OneTimeToken
from ilpes_lms.people.service import attempts, consents, ending, passwords, persons, proving, sign_ins, tokens

# What tells of somebody who signs up whose a password is.
_ABOUT = ("given_names", "first_surname", "second_surname", "organization")


@dataclass(frozen=True)
class Confirmed:
    """An account whose address was confirmed, where its owner was going, and what came of a deed that went along.

    `signs_in` says that the confirmation made the account usable; the link of one that was usable before does its
    deed and lets nobody in.
    """

    account_id: int
    person_id: int
    next_path: str | None
    carried: Carried | None = None
    outcome: Outcome | None = None
    signs_in: bool = True


@dataclass(frozen=True)
class Confirmation:
    """What a confirmation link would do: make an account usable, do a deed; or what it has done."""

    address: str
    makes_account: bool
    used: bool
    carried: Carried | None
    outcome: Outcome | None = None


def sign_up(
    *, email: str, password: str, given_names: str, first_surname: str, second_surname: str = "",
    country: str | None, sex: str, organization: str = "", language: str, zone: str | None = None, consent: bool,
    next_path: str | None = None, caller: str | None = None, asked: deeds.Asked | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Write to an address so that its owner can confirm the account; nobody is added before.

    Whoever asks can't tell from this whether the address is known: an owner who has an account is written so.
    Returns what was prepared for the deed that goes along, nothing without one.
    """
    profile = persons.Profile(
        given_names=given_names, first_surname=first_surname, second_surname=second_surname, country=country, sex=sex,
        organization=organization, language=language,
    )  # fmt: skip
    if zone:
        profile["zone"] = zone
    for fault in faults_of_sign_up({"consent": consent, "email": email, "password": password, **profile}):
        raise fault
    profile["zone"] = zone or persons.zone_for(country)
    address = rules.address(email)
    attempts.count("sign_up", email=address, caller=caller)
    wish = {"address": address, "password_hash": passwords.hashed(password), "profile": dict(profile),
            "notice_version": rules.PRIVACY_NOTICE_VERSION, "next_path": next_path}  # fmt: skip
    return _write_to(address, wish, language, asked)


def faults_of_sign_up(wish: Mapping[str, Any]) -> list[DomainError]:
    """Return all that is wrong with what is given of a sign-up, each by the name of its field."""
    checks = {
        "consent": lambda: rules.check_consent(agreed=wish["consent"]),
        "email": lambda: rules.address(wish["email"]),
        "password": lambda: rules.check_password(
            wish["password"], email=wish.get("email", ""), about=[str(wish.get(name) or "") for name in _ABOUT]
        ),
    }
    refusals = (refusal_of(check) for name, check in checks.items() if name in wish)
    return [*(refusal for refusal in refusals if refusal), *persons.faults_of_profile(wish)]


@transaction
def confirm_email(*, token: str) -> Confirmed:
    """Make the account that a confirmation link stands for, and do the deed that goes along; raises LinkNotValid."""
    link = tokens.seen(token, "confirm_email")
    carried = deeds.carried_by(link)
    if carried:
        carried.deed.lock(carried)
    wish = tokens.take(token, "confirm_email").values
    known = _address_row(wish["address"])
    account, signs_in = _account_for(wish, known, carried)
    with actor.proven(account.public_id):
        outcome = carried.deed.do(carried, account.person_id, wish["address"]) if carried else None
    return Confirmed(account.id, account.person_id, wish["next_path"], carried, outcome, signs_in)


def confirmation_behind(*, token: str) -> Confirmation:
    """Return what a confirmation link would do, or what a used one has done; raises LinkNotValid."""
    link = tokens.seen(token, "confirm_email")
    carried, known = deeds.carried_by(link), _address_row(link.values["address"])
    makes_account = _makes_account(link, known)
    if link.used_at is not None and carried and known:
        done = carried.deed.outcome(carried, known.person_id)
        return Confirmation(link.address_key, makes_account=False, used=True, carried=carried, outcome=done)
    if not tokens.is_open(link) or not (makes_account or carried):
        raise LinkNotValid
    return Confirmation(link.address_key, makes_account=makes_account, used=False, carried=carried)


def request_reset(*, email: str, caller: str | None = None) -> None:
    """Write a link for a new password to an address, if an account is there to get it; the answer is the same."""
    attempts.count("reset", email=email, caller=caller)
    _write_reset(email)


def reset_password(*, token: str, password: str) -> int:
    """Set a new password by a link, end every sign-in, and return the account's number; raises LinkNotValid."""
    address_behind(token=token, purpose="reset_password")
    _check_password(tokens.seen(token, "reset_password").account_id or 0, password)
    return _reset(token, passwords.hashed(password))


def change_password(
    *, account_id: int, current: str, password: str, caller: str | None = None, label: str = "", kind: str = "browser"
) -> str:
    """Set a new password, end every sign-in, this one too, and return the key of a new one."""
    counted = proving.prove_password(account_id=account_id, password=current, caller=caller, field="current")
    _check_password(account_id, password)
    return _change(account_id, passwords.hashed(password), counted, label=label, kind=kind, caller=caller)


def prove(*, account_id: int, password: str, caller: str | None = None) -> None:
    """Refuse whoever does not know the account's password; raises PasswordWrong, TooManyAttempts."""
    counted = proving.prove_password(account_id=account_id, password=password, caller=caller)
    attempts.forgive(counted)


@transaction
def set_password(*, account_id: int, password: str) -> None:
    """Set a password in the name of an administrator at the console; ends every sign-in."""
    _check_password(account_id, password)
    _replace_password(ending.locked(account_id), passwords.hashed(password))


def _check_password(account_id: int, password: str) -> None:
    person = queries.person_of_account(account_id)
    about = (person.full_name, person.organization_name)
    rules.check_password(password, email=proving.any_address_of(account_id), about=about)


def address_behind(*, token: str, purpose: str) -> str:
    """Return the address that a link was sent to; raises LinkNotValid when the link can't be used."""
    found = queries.token(letters.unsealed(token, purpose))
    if found is None or found.purpose != purpose or not tokens.is_open(found):
        raise LinkNotValid
    return found.address_key


@transaction
def _write_to(address: str, wish: dict[str, Any], language: str, asked: deeds.Asked | None) -> dict[str, Any]:
    carried = deeds.prepared(asked, address) if asked else None
    wish |= deeds.written(carried)
    known = _address_row(address)
    account = queries.account_of(known.person_id) if known else None
    if account is None or known is None or _may_still_be_claimed(account, known):
        token = tokens.add("confirm_email", address=address, lasts=rules.CONFIRMATION_LASTS, values=wish)
        kind = carried.deed.letter if carried else "people.confirm_email"
        _post_link(kind, token, address=address, language=language)
    elif account.disabled_at is None:
        _write_to_owner(account, known, carried)
    return carried.prepared if carried else {}


def _write_to_owner(account: Account, known: EmailAddress, carried: Carried | None) -> None:
    if carried is None:
        letters.post(
            "people.address_known", key=f"people.address_known:{public_id()}", values={}, person_id=account.person_id
        )
        return
    wish = {"address": known.address, "next_path": None, **deeds.written(carried)}
    token = tokens.add(
        "confirm_email", address=known.address, lasts=rules.CONFIRMATION_LASTS, values=wish, account_id=account.id
    )
    _post_link(carried.deed.known_letter, token, person_id=account.person_id, address=known.address)


def _post_link(kind: str, token: OneTimeToken, **to: Any) -> None:
    letters.post(kind, key=f"{kind}:{token.public_id}", values={"token": token.public_id}, **to)


def _may_still_be_claimed(account: Account, known: EmailAddress) -> bool:
    # Someone whom others entered, with an invitation for example, has no password yet.
    return account.disabled_at is None and (account.password_hash is None or known.verified_at is None)


def _makes_account(link: OneTimeToken, known: EmailAddress | None) -> bool:
    if "profile" not in link.values:
        return False
    account = queries.account_of(known.person_id) if known else None
    return account is None or known is None or _may_still_be_claimed(account, known)


def _account_for(
    wish: dict[str, Any], known: EmailAddress | None, carried: Carried | None
) -> tuple[Account, bool]:  # fmt: skip
    """Return the account that a link is for, and whether the link makes it usable.

    A deed is also done for an account that was usable before; a link without one is then good for nothing.
    """
    usable = _usable(known) if carried and known else None
    if usable:
        return usable, False
    if "profile" not in wish:
        raise LinkNotValid
    account = _made_usable(known, wish) if known else _made(wish)
    consents.note(account.person_id, wish["notice_version"])
    with actor.proven(account.public_id):
        audit.record("account.confirmed", "account", account.public_id)
    return account, True


def _usable(known: EmailAddress) -> Account | None:
    account = queries.account_of(known.person_id)
    if account is None or account.disabled_at is not None or _may_still_be_claimed(account, known):
        return None
    return account


def _made(wish: dict[str, Any]) -> Account:
    person = persons.add_person(wish["address"], verified=True, **wish["profile"])
    return persons.add_account(person, wish["password_hash"])


def _made_usable(known: EmailAddress, wish: dict[str, Any]) -> Account:
    account = queries.account_of(known.person_id)
    account = ending.locked(account.id) if account else persons.add_account(known.person, None)
    if not _may_still_be_claimed(account, known):
        raise LinkNotValid
    known.verified_at = clock.now()
    persons.write_profile(known.person, wish["profile"])
    account.password_hash = wish["password_hash"]
    return account


@transaction
def _write_reset(email: str) -> None:
    known = _address_row(email)
    account = queries.account_of(known.person_id) if known else None
    if known is None or account is None or account.disabled_at is not None:
        return
    token = tokens.add(
        "reset_password", address=known.address, lasts=rules.RESET_LASTS, values={}, account_id=account.id
    )
    _post_link("people.reset_password", token, person_id=known.person_id, address=known.address)


@transaction
def _reset(sealed: str, password_hash: str) -> int:
    token = tokens.take(sealed, "reset_password")
    account = ending.locked(token.account_id or 0)
    known = _address_row(token.address_key)
    if account.disabled_at is not None or known is None or known.person_id != account.person_id:
        raise LinkNotValid
    # Who reads the mail of an address has confirmed it.
    known.verified_at = known.verified_at or clock.now()
    attempts.forgive_account("sign_in", email=known.address)
    _replace_password(account, password_hash)
    return account.id


@transaction
def _change(
    account_id: int, password_hash: str, counted: attempts.Counted, *, label: str, kind: str, caller: str | None
) -> str:
    attempts.forgive(counted)
    account = ending.locked(account_id)
    _replace_password(account, password_hash)
    return sign_ins.open_sign_in(account_id=account.id, label=label, kind=kind, caller=caller)


def _replace_password(account: Account, password_hash: str) -> None:
    account.password_hash = password_hash
    ending.end_all_sign_ins(account_id=account.id)
    tokens.use_up_of_account("reset_password", account.id)
    with actor.proven(account.public_id):
        audit.record("account.password_changed", "account", account.public_id)


def _address_row(email: str) -> EmailAddress | None:
    key = rules.address_key(email)
    return db.session.scalar(select(EmailAddress).where(EmailAddress.address_key == key))
