"""What all pages of the room are registered on."""

from apiflask import APIBlueprint

from ilpes_lms.catalogue import queries as catalogue
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core.errors import NotFound
from ilpes_lms.enrolment.rules import Reviewer
from ilpes_lms.web import access

pages = APIBlueprint("enrolment", "ilpes_lms.enrolment", enable_openapi=False)


def me() -> int:
    """Return the person who is signed in."""
    person_id = access.principal().person_id
    if person_id is None:
        raise NotFound
    return person_id


def reviewer() -> Reviewer:
    """Return who is signed in as one who judges applications."""
    who = access.principal()
    return Reviewer(me(), who.divisions if who.may("enrolment.decide") else None)


def reviewed(activity_ref: str) -> Activity:
    """Return an activity whose applications the reader judges."""
    judge = reviewer()
    return catalogue.reviewed_activity(activity_ref, judge.person_id, judge.divisions)
