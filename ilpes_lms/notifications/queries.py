"""Whom a message goes to; the log of messages."""

from dataclasses import dataclass

from sqlalchemy import select

from ilpes_lms.core.database import db
from ilpes_lms.people.models import EmailAddress, Person


@dataclass(frozen=True)
class Recipient:
    """A person as a message needs them; `address` is None without a verified one."""

    name: str
    language: str
    address: str | None


def recipient(person_id: int) -> Recipient | None:
    """Return whom a message to a person reaches, by their first verified address."""
    found = db.session.execute(
        select(Person, EmailAddress.address)
        .outerjoin(EmailAddress, (EmailAddress.person_id == Person.id) & EmailAddress.verified_at.is_not(None))
        .where(Person.id == person_id)
        .order_by(EmailAddress.id)
        .limit(1)
    ).first()
    if found is None:
        return None
    person, address = found
    return Recipient(person.full_name, person.language, address)
