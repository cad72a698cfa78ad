"""Another e-mail address: asked for with the password, confirmed by the new one, and undone by the old one."""

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from ilpes_lms.audit import service as audit
from ilpes_lms.core import actor, clock
from ilpes_lms.core.database import db, savepoint, transaction, violates
from ilpes_lms.core.ids import public_id
from ilpes_lms.people import letters, queries, rules
from ilpes_lms.people.errors import AddressTaken, AddressTheSame, LinkNotValid
from ilpes_lms.people.models import Account, EmailAddress, FormerAddress, OneTimeToken
from ilpes_lms.people.service import attempts, ending, proving, tokens


def request_address_change(*, account_id: int, email: str, password: str, caller: str | None) -> None:
    """Write to a new address so that its owner can confirm it, and to the old one so that its owner can object.

    Whoever asks can't tell from this whether the new address is somebody's: its owner is written so, as at sign-up.
    Raises AddressNotValid, AddressTheSame, PasswordWrong, TooManyAttempts.
    """
    new = rules.address(email)
    counted = proving.prove_password(account_id=account_id, password=password, caller=caller)
    attempts.count("change_email", email=f"account {account_id}", caller=caller)
    _request(account_id, new, counted)


def change_address(*, token: str) -> str:
    """Return the address that a link would make an account's own; raises LinkNotValid."""
    return _open_link(token, "change_email").address_key


@transaction
def confirm_address(*, token: str, sign_in_key: str = "") -> None:
    """Give an account the address whose owner pressed the button, and end its sign-ins but for the one of the key.

    The old address is kept as a former one, which leads nowhere. Raises LinkNotValid, AddressTaken.
    """
    account = ending.locked(tokens.seen(token, "change_email").account_id or 0)
    link = tokens.take(token, "change_email")
    row = _own_address(account, link.values["from"])
    if account.disabled_at is not None or row is None:
        raise LinkNotValid
    db.session.add(FormerAddress(person_id=account.person_id, address=row.address, left_at=clock.now()))
    _readdress(row, link.values["to"])
    tokens.use_up_of_account("reset_password", account.id)
    ending.end_all_sign_ins(account_id=account.id, except_key=sign_in_key)
    _record("account.address_changed", account)


@transaction
def object_to_change(*, token: str) -> None:
    """Stop the change of an address that its owner did not want, or undo it.

    All sign-ins end and the password is gone: somebody else knew it. Raises LinkNotValid, AddressTaken.
    """
    account = ending.locked(tokens.seen(token, "object_email").account_id or 0)
    link = tokens.take(token, "object_email")
    changed, old = queries.token(link.values["change"]), link.values["from"]
    tokens.use_up_of_account("change_email", account.id)
    row = _own_address(account, link.values["to"]) if changed else None
    if row is not None:
        _readdress(row, old)
        db.session.execute(
            delete(FormerAddress).where(FormerAddress.person_id == account.person_id, FormerAddress.address == old)
        )
    elif _own_address(account, old) is None:
        raise LinkNotValid
    account.password_hash = None
    ending.end_all_sign_ins(account_id=account.id)
    _record("account.address_change_stopped", account)


def objection_behind(*, token: str) -> str:
    """Return the address that an objection keeps; raises LinkNotValid."""
    return _open_link(token, "object_email").address_key


@transaction
def _request(account_id: int, new: str, counted: attempts.Counted) -> None:
    attempts.forgive(counted)
    account = ending.locked(account_id)
    old = proving.any_address_of(account_id)
    if rules.address_key(new) == rules.address_key(old):
        raise AddressTheSame(field="email")
    owner = _row(new)
    if owner is not None:
        _tell_owner(owner)
        return
    values = {"from": old, "to": new}
    change = tokens.add(
        "change_email", address=new, lasts=rules.ADDRESS_CHANGE_LASTS, values=values, account_id=account_id
    )
    values = {**values, "change": change.public_id}
    objection = tokens.add(
        "object_email", address=old, lasts=rules.OBJECTION_LASTS, values=values, account_id=account_id
    )
    _post("people.change_email", change, account, new)
    _post("people.object_email", objection, account, old)


def _tell_owner(owner: EmailAddress) -> None:
    if queries.has_usable_account(owner.person_id):
        letters.post(
            "people.address_known", key=f"people.address_known:{public_id()}", values={}, person_id=owner.person_id
        )


def _post(kind: str, token: OneTimeToken, account: Account, address: str) -> None:
    values = {"token": token.public_id}
    letters.post(kind, key=f"{kind}:{token.public_id}", values=values, person_id=account.person_id, address=address)


def _readdress(row: EmailAddress, address: str) -> None:
    try:
        with savepoint():
            row.address, row.address_key, row.verified_at = address, rules.address_key(address), clock.now()
            db.session.flush()
    except IntegrityError as error:
        if violates(error, "uq_email_addresses_address_key", "email_addresses.address_key"):
            raise AddressTaken(field="email") from error
        raise


def _own_address(account: Account, address: str) -> EmailAddress | None:
    row = _row(address)
    return row if row is not None and row.person_id == account.person_id else None


def _row(address: str) -> EmailAddress | None:
    statement = select(EmailAddress).where(EmailAddress.address_key == rules.address_key(address))
    return db.session.scalar(statement.execution_options(populate_existing=True))


def _open_link(token: str, purpose: str) -> OneTimeToken:
    found = tokens.seen(token, purpose)
    if not tokens.is_open(found):
        raise LinkNotValid
    return found


def _record(verb: str, account: Account) -> None:
    with actor.proven(account.public_id):
        audit.record(verb, "account", account.public_id)
