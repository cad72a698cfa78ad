"""People whom only a meeting's report shows."""

from collections.abc import Collection, Iterator
from typing import TypeVar

from sqlalchemy import ColumnElement, and_, select

from ilpes_lms.core.database import db
from ilpes_lms.enrolment.models import Enrolment, EnrolmentChange
from ilpes_lms.enrolment.queries.imports import Known
from ilpes_lms.enrolment.rules import SEEN
from ilpes_lms.people.models import Account, EmailAddress, Person

_AT_ONCE = 1000
Value = TypeVar("Value", int, str)


def rests_on_a_report() -> ColumnElement[bool]:
    """Return the condition that a participation rests on a report alone: that this is what its last step says."""
    newest = select(EnrolmentChange.reason).where(EnrolmentChange.enrolment_id == Enrolment.id)
    last = newest.order_by(EnrolmentChange.id.desc()).limit(1).scalar_subquery()
    return and_(Enrolment.state == "confirmed", last == SEEN)


def resting_on_a_report(activity_id: int, enrolment_ids: Collection[int] | None = None) -> list[int]:
    """Return the participations of an activity that rest on a report alone: of some enrolments, or all."""
    statement = select(Enrolment.id).where(Enrolment.activity_id == activity_id, rests_on_a_report())
    statement = statement.order_by(Enrolment.id)
    if enrolment_ids is None:
        return list(db.session.scalars(statement))
    return [
        one for some in _parts(enrolment_ids) for one in db.session.scalars(statement.where(Enrolment.id.in_(some)))
    ]


def seen_by_name(activity_id: int, names: Collection[str]) -> dict[str, Known]:
    """Return who was seen in an activity before under these names, as they are searched, and gave no address."""
    reachable = select(EmailAddress.id).where(EmailAddress.person_id == Person.id).exists()
    statement = (
        select(Person.name_key, Person.id, Enrolment.id, Enrolment.state)
        .join(Enrolment, Enrolment.person_id == Person.id)
        .where(Enrolment.activity_id == activity_id, ~reachable)
        .order_by(Enrolment.id.desc())
    )
    return {
        name: Known(person, confirmed_address=False, enrolment_id=number, standing=state)
        for some in _parts(names)
        for name, person, number, state in db.session.execute(statement.where(Person.name_key.in_(some)))
    }


def without_account(activity_id: int) -> frozenset[int]:
    """Return the participations of an activity that rest on a report alone and whose person never signed up."""
    has_account = select(Account.id).where(Account.person_id == Enrolment.person_id).exists()
    seen = resting_on_a_report(activity_id)
    return frozenset(
        one for some in _parts(seen)
        for one in db.session.scalars(select(Enrolment.id).where(Enrolment.id.in_(some), ~has_account))
    )  # fmt: skip


def _parts(values: Collection[Value]) -> Iterator[list[Value]]:
    ordered = sorted(values)
    return (ordered[start : start + _AT_ONCE] for start in range(0, len(ordered), _AT_ONCE))
