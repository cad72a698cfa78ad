"""One's own data as JSON."""

from typing import Any

from flask import request
from flask_babel import gettext

from ilpes_lms.people import queries as people
from ilpes_lms.people.rules import PRIVACY_NOTICE_VERSION
from ilpes_lms.privacy import exporters, formats, notices, queries, schemas, service
from ilpes_lms.privacy.retention.queries import days_by_kind
from ilpes_lms.web import access
from ilpes_lms.web.api import blueprint

api = blueprint("privacy")


@api.get("/me/data")
@access.signed_in
@api.output(schemas.MyDataOut)
def my_data() -> dict[str, Any]:
    """Take along all that is stored about you."""
    return formats.taken_along(exporters.export(access.principal().person_id or 0))


@api.get("/me/erasure")
@access.signed_in
@api.output(schemas.ErasureOut)
def my_erasure() -> dict[str, Any]:
    """Return when you asked to be erased, and until when you can take it back; null where you did not."""
    found = queries.erasure_asked(access.principal().person_id or 0)
    return {"asked_at": found.asked_at if found else None, "due_at": found.due_at if found else None}


@api.put("/me/erasure")
@access.signed_in
@api.input(schemas.EraseIn)
@api.output(schemas.ErasureOut)
def ask_for_erasure(json_data: schemas.EraseIn) -> Any:
    """Ask to be erased, by your password; asked twice, the first time counts."""
    me = access.principal()
    return service.ask(
        person_id=me.person_id or 0, account_id=me.account_id or 0, password=json_data.password,
        caller=request.remote_addr,
    )  # fmt: skip


@api.delete("/me/erasure")
@access.signed_in
@api.output({}, status_code=204)
def take_erasure_back() -> Any:
    """Take the wish to be erased back; without one nothing changes."""
    service.take_back(person_id=access.principal().person_id or 0)
    return ""


@api.get("/people/<person_ref>/erasure")
@access.requires("people.manage")
@api.output(schemas.ForeseenOut)
def foresee_erasure(person_ref: str) -> dict[str, Any]:
    """Return what would go if a person were erased, and what would stay; nothing changes."""
    person_id = people.person_by_ref(person_ref).id
    return {"goes": exporters.numbers(person_id), "stays": queries.what_stays(person_id)}


@api.put("/people/<person_ref>/erasure")
@access.requires("people.manage")
@api.input(schemas.EraseForIn)
@api.output(schemas.ErasedOut)
def erase_person(person_ref: str, json_data: schemas.EraseForIn) -> dict[str, Any]:
    """Erase a person at once and for good, as an administrator who has checked who asks for it, and says why."""
    return {"rooms": service.forget(person_ref=person_ref, reason=json_data.reason)}


@api.get("/privacy-notice")
@access.public
@api.output(schemas.NoticeOut)
def notice() -> dict[str, Any]:
    """Return which version of the privacy notice is in force, what each changed, and for how many days what is kept."""
    versions = [{"version": each.name, "changes": list(map(gettext, each.changes))} for each in notices.VERSIONS]
    return {"in_force": PRIVACY_NOTICE_VERSION, "versions": versions, "days": days_by_kind()}
