"""Who is signed in proves once more who they are, before what a stolen browser must not do."""

from sqlalchemy import select

from ilpes_lms.core.database import db
from ilpes_lms.core.errors import NotFound
from ilpes_lms.people.errors import PasswordWrong
from ilpes_lms.people.models import Account, EmailAddress, Person
from ilpes_lms.people.service import attempts, passwords


def prove_password(*, account_id: int, password: str, caller: str | None, field: str = "password") -> attempts.Counted:
    """Count an attempt and compare the present password; raises PasswordWrong, TooManyAttempts.

    Whoever signs in by a provider alone has none, and proves nothing here.
    """
    counted = attempts.count("sign_in", email=any_address_of(account_id), caller=caller)
    account = db.session.get(Account, account_id)
    if account is None:
        raise NotFound
    if account.password_hash is not None and not passwords.matches(account.password_hash, password):
        raise PasswordWrong(field=field)
    return counted


def any_address_of(account_id: int) -> str:
    """Return an address of an account, a confirmed one if there is one; raises NotFound."""
    address = db.session.scalar(
        select(EmailAddress.address)
        .join(Person, EmailAddress.person_id == Person.id)
        .join(Account, Account.person_id == Person.id)
        .where(Account.id == account_id)
        .order_by(EmailAddress.verified_at.is_(None), EmailAddress.id)
        .limit(1)
    )
    if address is None:
        raise NotFound
    return address
