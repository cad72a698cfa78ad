"""Judging an application as JSON: reading it whole, one's own review, a conflict of interest."""

from typing import Any

from flask import Response, make_response

from ilpes_lms.catalogue import queries as catalogue
from ilpes_lms.enrolment import queries, schemas, service
from ilpes_lms.enrolment.routes.blueprint import api, me, reviewed, reviewer
from ilpes_lms.web import access
from ilpes_lms.web.versions import seen_version, tagged

_AT = "/activities/<activity_ref>/enrolments/<enrolment_ref>"


@api.get("/coordinate/reviews")
@access.requires("enrolment.review")
@api.output(schemas.ReviewDutiesOut)
def reviews() -> schemas.ReviewDutiesOut:
    """List the activities that one helps to coordinate, with how many applications one has yet to judge."""
    activities = catalogue.activities_co_coordinated_by(me())
    return schemas.ReviewDutiesOut.of(activities, queries.to_review(me(), [activity.id for activity in activities]))


@api.get(_AT)
@access.requires("enrolment.review")
@api.output(schemas.ApplicationOut)
def application(activity_ref: str, enrolment_ref: str) -> Response:
    """Read a whole application; the ETag is the version of one's own review."""
    return _whole(activity_ref, enrolment_ref)


@api.put(f"{_AT}/review")
@access.requires("enrolment.review")
@api.input(schemas.ReviewIn)
@api.output(schemas.ApplicationOut)
def review(activity_ref: str, enrolment_ref: str, json_data: schemas.ReviewIn) -> Response:
    """Keep one's own score and private note; If-Match names the version that was seen, "0" where there was none."""
    about = _about(activity_ref, enrolment_ref)
    service.review(**about, score=json_data.score, note=json_data.note, seen=seen_version())
    return _whole(activity_ref, enrolment_ref)


@api.put(f"{_AT}/conflict")
@access.requires("enrolment.review")
@api.input(schemas.ConflictIn)
@api.output(schemas.ApplicationOut)
def declare_conflict(activity_ref: str, enrolment_ref: str, json_data: schemas.ConflictIn) -> Response:
    """Declare that one must not judge this person; one's own review is deleted."""
    service.declare_conflict(**_about(activity_ref, enrolment_ref), reason=json_data.reason)
    return _whole(activity_ref, enrolment_ref)


@api.delete(f"{_AT}/conflict")
@access.requires("enrolment.review")
@api.output(schemas.ApplicationOut)
def take_back_conflict(activity_ref: str, enrolment_ref: str) -> Response:
    """Take the declaration back, as long as nothing was decided about the person."""
    service.take_back_conflict(**_about(activity_ref, enrolment_ref))
    return _whole(activity_ref, enrolment_ref)


def _whole(activity_ref: str, enrolment_ref: str) -> Response:
    applicant = queries.applicant(reviewed(activity_ref).id, enrolment_ref)
    judgement = service.judgement(applicant.enrolment, reviewer())
    answers = queries.answers_of(applicant.enrolment.id)
    told = schemas.ApplicationOut.whole(applicant, answers, judgement)
    return tagged(make_response(told.model_dump(mode="json")), judgement.version)


def _about(activity_ref: str, enrolment_ref: str) -> dict[str, Any]:
    return {"activity_ref": activity_ref, "enrolment_ref": enrolment_ref, "reviewer": reviewer()}
