"""Class sessions as JSON."""

from typing import Any

from flask import Response, jsonify, request

from ilpes_lms.catalogue import queries, schemas, service
from ilpes_lms.catalogue.models import ClassSession
from ilpes_lms.catalogue.routes.blueprint import api
from ilpes_lms.catalogue.schemas.patterns import PatternIn, PatternOut
from ilpes_lms.catalogue.viewer import scheduler
from ilpes_lms.web import access
from ilpes_lms.web.idempotency import idempotent
from ilpes_lms.web.versions import seen_version, tagged


@api.post("/activities/<ref>/class-sessions")
@access.requires("catalogue.schedule")
@idempotent
@api.input(schemas.ClassSessionIn)
@api.output(schemas.ClassSessionOut, status_code=201)
def add_class_session(ref: str, json_data: schemas.ClassSessionIn) -> dict[str, Any]:
    """Add a class session, given by the clocks of its place."""
    made = service.add_class_session(activity_ref=ref, **scheduler(), **json_data.model_dump())
    return session_in_json(made)


@api.post("/activities/<ref>/class-sessions/patterns")
@access.requires("catalogue.schedule")
@idempotent
@api.input(PatternIn)
@api.output(PatternOut, status_code=201)
def add_pattern(ref: str, json_data: PatternIn) -> dict[str, Any]:
    """Add class sessions that come again, each once however often it is asked for; `dry_run` only shows them."""
    activity = queries.scheduled_outline(ref, **scheduler())
    plan = service.plan(activity, json_data.pattern, zone=json_data.zone, holidays=json_data.holidays)
    made = [] if json_data.dry_run else _pattern_added(ref, json_data)
    return {"zone": plan.zone, "days": plan.days, "tag": plan.tag, "added": [session.public_id for session in made]}


@api.patch("/class-sessions/<class_session_ref>")
@access.requires("catalogue.schedule")
@api.input(schemas.ClassSessionChanges)
@api.output(schemas.ClassSessionOut)
def edit_class_session(class_session_ref: str, json_data: schemas.ClassSessionChanges) -> Response:
    """Move a class session, or change its length, title or link; with If-Match, not one that somebody changed since."""
    changed = service.edit_class_session(
        class_session_ref=class_session_ref, **scheduler(),
        version=seen_version() if request.if_match else None,
        **json_data.model_dump(exclude_unset=True),
    )  # fmt: skip
    found = schemas.ClassSessionOut.model_validate(session_in_json(changed))
    return tagged(jsonify(found.model_dump(mode="json")), changed.version)


@api.delete("/class-sessions/<class_session_ref>")
@access.requires("catalogue.schedule")
@api.output({}, status_code=204)
def remove_class_session(class_session_ref: str) -> str:
    """Take out a class session that was entered by mistake."""
    service.remove_class_session(class_session_ref=class_session_ref, **scheduler())
    return ""


@api.post("/class-sessions/<class_session_ref>/cancellations")
@access.requires("catalogue.schedule")
@idempotent
@api.input(schemas.CalledOffIn)
@api.output(schemas.ClassSessionOut, status_code=201)
def cancel_class_session(class_session_ref: str, json_data: schemas.CalledOffIn) -> dict[str, Any]:
    """Call a class session off; who has a place gets a letter."""
    called_off = service.cancel_class_session(
        class_session_ref=class_session_ref, **scheduler(), reason=json_data.reason
    )
    return session_in_json(called_off)


def _pattern_added(ref: str, sent: PatternIn) -> list[ClassSession]:
    return service.add_pattern(
        activity_ref=ref, pattern=sent.pattern, zone=sent.zone, holidays=sent.holidays, title=sent.title,
        joining_link=sent.joining_link, expected=sent.expected, **scheduler(),
    )  # fmt: skip


def session_in_json(found: ClassSession) -> dict[str, Any]:
    names = schemas.ClassSessionOut.model_fields.keys() - {"ref"}
    return {name: getattr(found, name) for name in names} | {"ref": found.public_id}
