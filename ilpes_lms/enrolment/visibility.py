"""Whose enrolments a caller may see."""

from ilpes_lms.catalogue import queries as catalogue
from ilpes_lms.core.errors import NotFound
from ilpes_lms.enrolment import queries
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.web import access


def visible(enrolment_ref: str) -> Enrolment:
    """Return one's own enrolment, or one of an activity whose applications the caller judges; others do not exist."""
    who = access.principal()
    found = queries.enrolment(enrolment_ref)
    if found.person_id == who.person_id:
        return found
    if who.person_id is None or not who.may("enrolment.review"):
        raise NotFound
    coordinated = who.divisions if who.may("enrolment.decide") else None
    catalogue.reviewed_activity(found.activity.public_id, who.person_id, coordinated)
    return found
