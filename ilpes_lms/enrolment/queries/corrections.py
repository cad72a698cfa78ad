"""What was corrected of what an enrolment says of a person."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from ilpes_lms.core.database import db
from ilpes_lms.enrolment.models import AttributeCorrection, Enrolment, EnrolmentChange
from ilpes_lms.people.models import Account, Person


@dataclass(frozen=True)
class Corrected:
    """One correction, and the name of who made it if a person did."""

    correction: AttributeCorrection
    by: str | None


def corrections(enrolment_id: int) -> Sequence[AttributeCorrection]:
    """Return an enrolment's corrections, oldest first."""
    statement = select(AttributeCorrection).where(AttributeCorrection.enrolment_id == enrolment_id)
    return db.session.scalars(statement.order_by(AttributeCorrection.id)).all()


def corrections_by(enrolment_id: int) -> list[Corrected]:
    """Return an enrolment's corrections with who made them, oldest first."""
    rows = db.session.execute(
        select(AttributeCorrection, Person)
        .outerjoin(Account, Account.public_id == AttributeCorrection.actor)
        .outerjoin(Person, Person.id == Account.person_id)
        .where(AttributeCorrection.enrolment_id == enrolment_id)
        .order_by(AttributeCorrection.id)
    )
    return [Corrected(correction, person.full_name if person else None) for correction, person in rows]


def corrected_fields(enrolment_id: int) -> frozenset[str]:
    """Return which fields of an enrolment were corrected."""
    statement = select(AttributeCorrection.field).where(AttributeCorrection.enrolment_id == enrolment_id)
    return frozenset(db.session.scalars(statement))


def attributes_version(enrolment: Enrolment) -> int:
    """Return a number that grows whenever what an enrolment says of a person may have changed: by a step, corrected."""
    steps = select(func.count()).where(EnrolmentChange.enrolment_id == enrolment.id).scalar_subquery()
    corrected = select(func.count()).where(AttributeCorrection.enrolment_id == enrolment.id).scalar_subquery()
    return db.session.scalar(select(steps + corrected)) or 0
