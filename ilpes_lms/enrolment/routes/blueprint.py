"""The room's blueprint, and what its routes share."""

from typing import Any

from flask import request

from ilpes_lms.catalogue import queries as catalogue
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core.errors import NotFound
from ilpes_lms.enrolment import queries, rules, schemas
from ilpes_lms.enrolment.errors import FileMissing
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.enrolment.rules import Reviewer
from ilpes_lms.web import access
from ilpes_lms.web.api import blueprint

api = blueprint("enrolment")
# A document and what a form puts around it.
LARGEST_UPLOAD = rules.LARGEST_DOCUMENT + 64 * 1024


def me() -> int:
    """Return the person who asks; a caller without one has nothing here."""
    person_id = access.principal().person_id
    if person_id is None:
        raise NotFound
    return person_id


def sent_document() -> tuple[str, bytes]:
    """Return the name of the file that was sent, and no more of it than one byte beyond what is allowed."""
    sent = request.files.get("file")
    if sent is None:
        raise FileMissing(field="file")
    return sent.filename or "", sent.stream.read(rules.LARGEST_DOCUMENT + 1)


def at(activity_ref: str) -> dict[str, Any]:
    """Return which activity is meant and within which divisions the caller may, by the names the services know."""
    return {"activity_ref": activity_ref, "divisions": access.principal().divisions}


def reviewer() -> Reviewer:
    """Return who asks as one who judges applications."""
    who = access.principal()
    return Reviewer(me(), who.divisions if who.may("enrolment.decide") else None)


def reviewed(activity_ref: str) -> Activity:
    """Return an activity whose applications the caller judges."""
    judge = reviewer()
    return catalogue.reviewed_activity(activity_ref, judge.person_id, judge.divisions)


def told(enrolment: Enrolment) -> schemas.EnrolmentOut:
    """Put an enrolment into JSON, with the place in line of who waits."""
    return schemas.EnrolmentOut.of(enrolment, queries.rank(enrolment))
