"""The room's blueprint, and what its routes share."""

from typing import Any

from ilpes_lms.core.errors import NotFound
from ilpes_lms.enrolment import queries, schemas
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.web import access
from ilpes_lms.web.api import blueprint

api = blueprint("enrolment")


def me() -> int:
    """Return the person who asks; a caller without one has nothing here."""
    person_id = access.principal().person_id
    if person_id is None:
        raise NotFound
    return person_id


def at(activity_ref: str) -> dict[str, Any]:
    """Return which activity is meant and within which divisions the caller may, by the names the services know."""
    return {"activity_ref": activity_ref, "divisions": access.principal().divisions}


def told(enrolment: Enrolment) -> schemas.EnrolmentOut:
    """Put an enrolment into JSON, with the place in line of who waits."""
    return schemas.EnrolmentOut.of(enrolment, queries.rank(enrolment))
