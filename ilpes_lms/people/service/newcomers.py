"""Many people at once, whom somebody else names: persons without an account, addresses nobody has confirmed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select

from ilpes_lms.core import clock
from ilpes_lms.core.database import db, transaction
from ilpes_lms.core.ids import public_id
from ilpes_lms.core.text import fold
from ilpes_lms.people import rules
from ilpes_lms.people.models import EmailAddress, Person
from ilpes_lms.people.service.persons import LONGEST_NAME_KEY, zone_for

_PERSONS = Person.metadata.tables[Person.__tablename__]
_ADDRESSES = EmailAddress.metadata.tables[EmailAddress.__tablename__]


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """A person as a list names them, every value in the form in which `rules` stores it; the address may be unknown."""

    email: str
    given_names: str
    first_surname: str
    second_surname: str
    sex: str
    country: str | None
    organization_id: int | None
    organization_text: str
    position: str
    sector: str | None
    language: str


@transaction
def add_newcomers(newcomers: Sequence[Newcomer]) -> list[int]:
    """Write persons with their addresses; return their numbers in the same order.

    They have no account: whoever signs up with the address finds themselves. Raises IntegrityError when an
    address got an owner in the meantime.
    """
    if not newcomers:
        return []
    rows = [_person(newcomer) for newcomer in newcomers]
    connection = db.session.connection()
    # Row by row in one go, and asked for their numbers afterwards: one statement with a place for each value of each
    # row, which RETURNING makes, takes the driver longer to read than the database to run.
    connection.execute(insert(_PERSONS), rows)
    refs = [row["public_id"] for row in rows]
    added = connection.execute(select(_PERSONS.c.public_id, _PERSONS.c.id).where(_PERSONS.c.public_id.in_(refs)))
    number: dict[str, int] = {row[0]: row[1] for row in added}
    numbers = [number[ref] for ref in refs]
    addresses = [_address(one, number) for one, number in zip(newcomers, numbers, strict=True) if one.email]
    if addresses:
        connection.execute(insert(_ADDRESSES), addresses)
    return numbers


def _person(newcomer: Newcomer) -> dict[str, Any]:
    name = rules.full_name(newcomer.given_names, newcomer.first_surname, newcomer.second_surname)
    return {
        "public_id": public_id(), "given_names": newcomer.given_names, "first_surname": newcomer.first_surname,
        "second_surname": newcomer.second_surname, "certificate_name": name,
        "name_key": fold(name)[:LONGEST_NAME_KEY], "sex": newcomer.sex, "residence_country": newcomer.country,
        "organization_id": newcomer.organization_id, "organization_text": newcomer.organization_text,
        "position": newcomer.position, "sector": newcomer.sector, "language": newcomer.language,
        "zone": zone_for(newcomer.country), "created_at": clock.now(),
    }  # fmt: skip


def _address(newcomer: Newcomer, person_id: int) -> dict[str, Any]:
    return {
        "person_id": person_id, "address": newcomer.email, "address_key": newcomer.email.casefold(),
        "verified_at": None,
    }  # fmt: skip
