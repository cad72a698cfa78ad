"""Applications as JSON: whether one may, what is asked, what is written so far, the files."""

from typing import Any

from flask.typing import ResponseReturnValue

from ilpes_lms.catalogue import queries as catalogue
from ilpes_lms.core import files
from ilpes_lms.enrolment import queries, schemas, service
from ilpes_lms.enrolment.routes.blueprint import LARGEST_UPLOAD, api, me, sent_document
from ilpes_lms.enrolment.visibility import visible
from ilpes_lms.web import access
from ilpes_lms.web.api import a_file
from ilpes_lms.web.downloads import as_attachment
from ilpes_lms.web.security import largest_body


@api.get("/activities/<activity_ref>/eligibility")
@access.public
@api.output(schemas.EligibilityOut)
def eligibility(activity_ref: str) -> schemas.EligibilityOut:
    """Tell whether the caller may apply, and why not; without a token, whether anybody may."""
    person_id = access.principal().person_id
    if person_id is None:
        activity = catalogue.published_activity(activity_ref)
        return schemas.EligibilityOut.of(service.explain(activity, None, None), None, {})
    beginning = service.begin(activity_ref=activity_ref, person_id=person_id)
    return schemas.EligibilityOut.of(beginning.refused, beginning.eligibility, beginning.lacking)


@api.get("/activities/<activity_ref>/questions")
@access.public
@api.output(schemas.QuestionsOut)
def questions(activity_ref: str) -> schemas.QuestionsOut:
    """List what applicants are asked."""
    asked = queries.questions(catalogue.published_activity(activity_ref).id)
    return schemas.QuestionsOut(items=[schemas.QuestionOut.of(question) for question in asked])


@api.get("/activities/<activity_ref>/draft")
@access.signed_in
@api.output(schemas.DraftOut)
def draft(activity_ref: str) -> schemas.DraftOut:
    """Show what is written so far; who applied before finds what they wrote then."""
    return schemas.DraftOut.of(service.begin(activity_ref=activity_ref, person_id=me()))


@api.put("/activities/<activity_ref>/draft")
@access.signed_in
@api.input(schemas.DraftIn)
@api.output(schemas.DraftOut)
def save_draft(activity_ref: str, json_data: schemas.DraftIn) -> schemas.DraftOut:
    """Keep what is written so far."""
    values: dict[str, Any] = {"activity_ref": activity_ref, "person_id": me()}
    service.save_draft(
        **values, motivation=json_data.motivation, said=json_data.answers, forget=json_data.forget
    )  # fmt: skip
    return schemas.DraftOut.of(service.begin(**values))


@api.delete("/activities/<activity_ref>/draft")
@access.signed_in
@api.output({}, status_code=204)
def discard_draft(activity_ref: str) -> str:
    """Throw away what is written so far."""
    service.discard_draft(activity_ref=activity_ref, person_id=me())
    return ""


@api.put("/activities/<activity_ref>/draft/files/<question_ref>")
@access.signed_in
@largest_body(LARGEST_UPLOAD)
@api.output(schemas.FileOut)
@api.doc(description="A form with one part `file`: a PDF of at most 5 MB. The token is the answer to the question.")
def keep_file(activity_ref: str, question_ref: str) -> schemas.FileOut:
    """Keep a letter for the application that is being written."""
    name, content = sent_document()
    token = service.keep_file(
        activity_ref=activity_ref, person_id=me(), question_ref=question_ref, name=name, content=content
    )
    return schemas.FileOut(token=token)


@api.get("/activities/<activity_ref>/accessibility-needs")
@access.signed_in
@api.output(schemas.NeedsOut)
def accessibility_needs(activity_ref: str) -> schemas.NeedsOut:
    """List what participants need, to those who are named for the activity."""
    activity = catalogue.staffed_activity(activity_ref, me())
    return schemas.NeedsOut(items=[schemas.NeedOut.of(found) for found in queries.with_needs(activity.id)])


@api.get("/me/drafts")
@access.signed_in
@api.output(schemas.DraftsOut)
def my_drafts() -> schemas.DraftsOut:
    """List all that is begun and not sent."""
    return schemas.DraftsOut(items=[schemas.DraftOut.stored(found) for found in queries.drafts_of(me())])


@api.get("/enrolments/<enrolment_ref>/files/<answer_ref>")
@access.signed_in
@api.doc(responses=a_file("application/pdf"))
def application_file(enrolment_ref: str, answer_ref: str) -> ResponseReturnValue:
    """Get a letter: one's own, or one of an activity that one coordinates."""
    answer = queries.answer_with_file(visible(enrolment_ref).id, answer_ref)
    return as_attachment(files.fetch(answer.file_key or ""), answer.file_name)
