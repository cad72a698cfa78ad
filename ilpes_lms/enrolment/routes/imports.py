"""Lists of participants as JSON; the list itself comes as a file of a form."""

from typing import BinaryIO, cast

from ilpes_lms.catalogue import queries as catalogue
from ilpes_lms.enrolment import schemas, service
from ilpes_lms.enrolment.models import ParticipantImport
from ilpes_lms.enrolment.queries import imports as queries
from ilpes_lms.enrolment.routes.blueprint import api
from ilpes_lms.enrolment.rules import imports as rules
from ilpes_lms.web import access
from ilpes_lms.web.idempotency import idempotent
from ilpes_lms.web.security import largest_body

_HERE = "/activities/<activity_ref>/participant-imports"


@api.get(_HERE)
@access.requires("enrolment.decide")
@api.output(schemas.ListsOut)
def participant_imports(activity_ref: str) -> schemas.ListsOut:
    """List the lists that were uploaded last for an activity."""
    activity = catalogue.managed_activity(activity_ref, access.principal().divisions)
    return schemas.ListsOut(items=[schemas.ListOut.of(found) for found in queries.lists_of(activity.id)])


@api.post(_HERE)
@access.requires("enrolment.decide")
@largest_body(rules.MOST_BODY)
@idempotent
@api.input(schemas.ParticipantsIn, location="files")
@api.output(schemas.ListOut, status_code=201)
def upload_participants(activity_ref: str, files_data: schemas.ParticipantsIn) -> schemas.ListOut:
    """Upload a list of participants; it is checked in the background, and nobody is imported yet."""
    file = files_data.file
    uploaded = service.imports.upload(
        activity_ref=activity_ref, divisions=access.principal().divisions, source=cast("BinaryIO", file.stream),
        file_name=file.filename or "",
    )  # fmt: skip
    return schemas.ListOut.of(uploaded)


@api.get(f"{_HERE}/<import_ref>")
@access.requires("enrolment.decide")
@api.output(schemas.ListOut)
def participant_import(activity_ref: str, import_ref: str) -> schemas.ListOut:
    """Say how far a list is, and what the check found."""
    return schemas.ListOut.of(_found(activity_ref, import_ref))


@api.get(f"{_HERE}/<import_ref>/remarks")
@access.requires("enrolment.decide")
@api.input(schemas.RemarksQuery, location="query", arg_name="asked")
@api.output(schemas.RemarksOut)
def import_remarks(activity_ref: str, import_ref: str, asked: schemas.RemarksQuery) -> schemas.RemarksOut:
    """Say what is wrong with a list, row by row."""
    imported = _found(activity_ref, import_ref)
    remarks, after = service.imports.remarks_after(imported, asked.after, asked.limit)
    return schemas.RemarksOut(items=[schemas.RemarkOut.of(one) for one in remarks], next_after=after)


@api.post(f"{_HERE}/<import_ref>/acceptances")
@access.requires("enrolment.decide")
@idempotent
@api.input(schemas.AcceptanceIn)
@api.output(schemas.ListOut, status_code=201)
def accept_participants(activity_ref: str, import_ref: str, json_data: schemas.AcceptanceIn) -> schemas.ListOut:
    """Have a checked list imported, or go on with one that stopped on the way."""
    accepted = service.imports.request_import(
        activity_ref=activity_ref, divisions=access.principal().divisions, import_ref=import_ref, tell=json_data.tell
    )
    return schemas.ListOut.of(accepted)


@api.post(f"{_HERE}/<import_ref>/discards")
@access.requires("enrolment.decide")
@idempotent
@api.output(schemas.ListOut, status_code=201)
def discard_participants(activity_ref: str, import_ref: str) -> schemas.ListOut:
    """Give up a list whose import has not begun."""
    return schemas.ListOut.of(
        service.imports.discard(
            activity_ref=activity_ref, divisions=access.principal().divisions, import_ref=import_ref
        )
    )


def _found(activity_ref: str, import_ref: str) -> ParticipantImport:
    activity = catalogue.managed_activity(activity_ref, access.principal().divisions)
    return queries.list_in(activity.id, import_ref)
