"""What coordinators ask applicants, as JSON."""

from typing import Any

from ilpes_lms.catalogue import queries as catalogue
from ilpes_lms.enrolment import queries, schemas, service
from ilpes_lms.enrolment.routes.blueprint import api
from ilpes_lms.web import access
from ilpes_lms.web.idempotency import idempotent


@api.get("/coordinate/activities/<activity_ref>/questions")
@access.requires("enrolment.decide")
@api.output(schemas.ManagedQuestionsOut)
def managed_questions(activity_ref: str) -> schemas.ManagedQuestionsOut:
    """List what an activity asks and has asked."""
    return _all(activity_ref)


@api.post("/coordinate/activities/<activity_ref>/questions")
@access.requires("enrolment.decide")
@idempotent
@api.input(schemas.QuestionIn)
@api.output(schemas.ManagedQuestionOut, status_code=201)
def add_question(activity_ref: str, json_data: schemas.QuestionIn) -> schemas.ManagedQuestionOut:
    """Ask applicants one thing more."""
    divisions = access.principal().divisions
    added = service.add_question(activity_ref=activity_ref, divisions=divisions, **json_data.model_dump())
    return schemas.ManagedQuestionOut.of(added)


@api.put("/coordinate/activities/<activity_ref>/questions/<question_ref>")
@access.requires("enrolment.decide")
@api.input(schemas.QuestionChangesIn)
@api.output(schemas.ManagedQuestionOut)
def edit_question(
    activity_ref: str, question_ref: str, json_data: schemas.QuestionChangesIn
) -> schemas.ManagedQuestionOut:
    """Change a question; where people have answered it, only correct its words."""
    edited = service.edit_question(**_where(activity_ref, question_ref), **json_data.model_dump())
    return schemas.ManagedQuestionOut.of(edited)


@api.post("/coordinate/activities/<activity_ref>/questions/<question_ref>/moves")
@access.requires("enrolment.decide")
@idempotent
@api.input(schemas.MoveQuestionIn)
@api.output(schemas.ManagedQuestionsOut, status_code=201)
def move_question(
    activity_ref: str, question_ref: str, json_data: schemas.MoveQuestionIn
) -> schemas.ManagedQuestionsOut:
    """Let a question change places with its neighbour."""
    service.move_question(**_where(activity_ref, question_ref), direction=json_data.direction)
    return _all(activity_ref)


@api.post("/coordinate/activities/<activity_ref>/questions/<question_ref>/stops")
@access.requires("enrolment.decide")
@idempotent
@api.output(schemas.ManagedQuestionOut, status_code=201)
def stop_asking(activity_ref: str, question_ref: str) -> schemas.ManagedQuestionOut:
    """Ask a question no more; its answers stay."""
    return schemas.ManagedQuestionOut.of(service.stop_asking(**_where(activity_ref, question_ref)))


@api.delete("/coordinate/activities/<activity_ref>/questions/<question_ref>/stops")
@access.requires("enrolment.decide")
@api.output(schemas.ManagedQuestionOut)
def ask_again(activity_ref: str, question_ref: str) -> schemas.ManagedQuestionOut:
    """Ask a question that was stopped again."""
    return schemas.ManagedQuestionOut.of(service.ask_again(**_where(activity_ref, question_ref)))


@api.delete("/coordinate/activities/<activity_ref>/questions/<question_ref>")
@access.requires("enrolment.decide")
@api.output({}, status_code=204)
def delete_question(activity_ref: str, question_ref: str) -> str:
    """Take away a question that nobody has answered."""
    service.delete_question(**_where(activity_ref, question_ref))
    return ""


def _where(activity_ref: str, question_ref: str) -> dict[str, Any]:
    divisions = access.principal().divisions
    return {"activity_ref": activity_ref, "question_ref": question_ref, "divisions": divisions}


def _all(activity_ref: str) -> schemas.ManagedQuestionsOut:
    activity = catalogue.managed_outline(activity_ref, access.principal().divisions)
    found = queries.all_questions(activity.id)
    return schemas.ManagedQuestionsOut(items=[schemas.ManagedQuestionOut.of(question) for question in found])
