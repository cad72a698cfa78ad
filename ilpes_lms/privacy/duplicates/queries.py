"""Everybody on record as far as records are compared, and the pairs that were found."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import aliased, contains_eager, selectinload

from ilpes_lms.attendance.models import ReportedPerson
from ilpes_lms.core.database import db
from ilpes_lms.core.pagination import Page, page_of
from ilpes_lms.core.text import fold
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.people.models import EmailAddress, Organization, Person
from ilpes_lms.people.rules import Known, full_name
from ilpes_lms.privacy.duplicates.errors import PairUnknown
from ilpes_lms.privacy.duplicates.models import TwinPair
from ilpes_lms.privacy.duplicates.rules import Record

PAGE_SIZE = 25
_AT_ONCE = 2000
_STANDS = (Person.forgotten_at.is_(None), Person.merged_into_id.is_(None))


def records() -> Iterator[Record]:
    """Return all who are on record, neither erased nor merged, without holding more than some of them at a time."""
    reported = _reported()
    statement = (
        select(
            Person.id, Person.given_names, Person.first_surname, Person.second_surname, Person.certificate_name,
            Person.organization_text, Organization.name, Person.position, Person.residence_country, Person.nationality,
            EmailAddress.address_key,
        )
        .outerjoin(Organization, Organization.id == Person.organization_id)
        .outerjoin(EmailAddress, EmailAddress.person_id == Person.id)
        .where(*_STANDS)
        .order_by(Person.id)
        .execution_options(yield_per=_AT_ONCE)
    )  # fmt: skip
    for number, rows in groupby(db.session.execute(statement), key=lambda row: row.id):
        yield _record(list(rows), tuple(reported.get(number, ())))


def pairs(cursor: str | None = None) -> Page[TwinPair]:
    """Return a page of the pairs that nobody has decided about, the likeliest first."""
    first, second = aliased(Person), aliased(Person)
    statement = (
        select(TwinPair)
        .join(TwinPair.first.of_type(first))
        .join(TwinPair.second.of_type(second))
        .options(
            contains_eager(TwinPair.first.of_type(first)).selectinload(first.emails),
            contains_eager(TwinPair.second.of_type(second)).selectinload(second.emails),
        )
        .where(TwinPair.dismissed_at.is_(None))
    )
    for person in (first, second):
        statement = statement.where(person.forgotten_at.is_(None), person.merged_into_id.is_(None))
    return page_of(statement, keys=[TwinPair.strength, TwinPair.id], cursor=cursor, size=PAGE_SIZE, descending=True)


def pair(pair_ref: str) -> TwinPair:
    """Return a pair with its people; raises PairUnknown."""
    statement = select(TwinPair).where(TwinPair.public_id == pair_ref)
    found = db.session.scalar(statement.options(selectinload(TwinPair.first), selectinload(TwinPair.second)))
    if found is None:
        raise PairUnknown
    return found


def known_pairs() -> Sequence[TwinPair]:
    """Return all pairs, decided about or not."""
    return db.session.scalars(select(TwinPair).order_by(TwinPair.id)).all()


def _record(rows: Sequence[Row[*tuple[Any, ...]]], reported: tuple[str, ...]) -> Record:
    """Return a person from rows that differ by address alone."""
    one, addresses = rows[0], tuple(row.address_key for row in rows if row.address_key)
    known = Known(
        fold(one.name or one.organization_text), fold(one.position), one.residence_country or "", one.nationality or "",
        has_address=bool(addresses),
    )  # fmt: skip
    name = full_name(one.given_names, one.first_surname, one.second_surname)
    return Record(one.id, name, one.certificate_name, known, addresses, reported)


def _reported() -> dict[int, set[str]]:
    """Return the addresses under which reports showed people whom somebody then recognized as somebody else here."""
    statement = (
        select(Enrolment.person_id, ReportedPerson.email)
        .join(Enrolment, Enrolment.id == ReportedPerson.enrolment_id)
        .where(ReportedPerson.standing == "decided", ReportedPerson.email != "")
    )
    found: dict[int, set[str]] = defaultdict(set)
    for number, address in db.session.execute(statement):
        found[number].add(address)
    return found
