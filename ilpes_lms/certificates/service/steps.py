"""What the verbs of certificates have in common: locks taken in one order, serial numbers, changes of state."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Select, select

from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.certificates import queries, rules
from ilpes_lms.certificates.errors import ActivityDidNotTakePlace, UnknownCertificate
from ilpes_lms.certificates.models import Certificate, SerialCounter
from ilpes_lms.core.database import db, inserting
from ilpes_lms.core.errors import NotFound

_LONGEST_NOTE = 400


def locked_activity(activity_ref: str) -> Activity:
    """Lock an activity of which certificates may be issued; raises NotFound, ActivityDidNotTakePlace."""
    activity_id = db.session.scalar(select(Activity.id).where(Activity.public_id == activity_ref))
    if activity_id is None:
        raise NotFound
    activity = catalogue.lock(activity_id)
    if activity.status in ("draft", "cancelled"):
        raise ActivityDidNotTakePlace
    return activity


def locked_with_activity(code: str) -> tuple[Activity | None, Certificate]:
    """Lock a certificate, and before it the activity that it is of, if it is kept."""
    known = queries.by_code(code)
    if known is None:
        raise UnknownCertificate
    activity_id = db.session.scalar(select(Activity.id).where(Activity.public_id == known.activity_ref))
    activity = None if activity_id is None else catalogue.lock(activity_id)
    certificate = locked(code)
    if certificate is None:
        raise UnknownCertificate
    return activity, certificate


def locked(code: str) -> Certificate | None:
    """Lock a certificate and return it as it is now."""
    found: Certificate | None = db.session.scalar(_for_update(select(Certificate).where(Certificate.code == code)))
    return found


def locked_before(code: str) -> Certificate | None:
    """Lock what a certificate is to stand in the place of: the older one of the two first."""
    older = select(Certificate.replaces_id).where(Certificate.code == code).scalar_subquery()
    found: Certificate | None = db.session.scalar(_for_update(select(Certificate).where(Certificate.id == older)))
    return found


def step(certificate: Certificate, state: str, *, note: str) -> None:
    """Take a certificate to another state; raises StepNotPossible."""
    rules.check_step(certificate.state, state)
    certificate.state, certificate.note = state, note[:_LONGEST_NOTE]


def take_serials(year: int, number: int) -> Iterator[str]:
    """Take so many serial numbers of a year; they come back if the unit of work does not end well."""
    first_ever = inserting(SerialCounter).values(year=year, last=0)
    db.session.execute(first_ever.on_conflict_do_nothing(index_elements=["year"]))
    counter = db.session.scalars(_for_update(select(SerialCounter).where(SerialCounter.year == year))).one()
    first = counter.last + 1
    counter.last += number
    return (rules.serial(year, value) for value in range(first, first + number))


def _for_update(statement: Select[Any]) -> Select[Any]:
    return statement.with_for_update().execution_options(populate_existing=True)
