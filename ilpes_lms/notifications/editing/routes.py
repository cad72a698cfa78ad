"""What each message says, as JSON."""

from typing import Any

from apiflask import APIBlueprint
from flask import Response, make_response

from ilpes_lms.notifications.editing import display, schemas, service
from ilpes_lms.notifications.rendering import example
from ilpes_lms.notifications.texts import queries, rules
from ilpes_lms.notifications.texts.rules import Words
from ilpes_lms.web import access
from ilpes_lms.web.api import PREFIX
from ilpes_lms.web.versions import seen_version, tagged

api = APIBlueprint("api_message_texts", __name__, url_prefix=PREFIX, tag="Notifications")


@api.get("/message-texts")
@access.requires("notifications.texts")
@api.output(schemas.TextsOut)
def texts() -> dict[str, Any]:
    """List the messages whose text can be edited, and where it was."""
    return {"items": display.all_texts()}


@api.get("/message-texts/<kind>/<language>")
@access.requires("notifications.texts")
@api.output(schemas.TextOut)
def text(kind: str, language: str) -> Response:
    """Read what a message says in a language, with the names in braces that it can have."""
    return _text(kind, language)


@api.put("/message-texts/<kind>/<language>")
@access.requires("notifications.texts")
@api.input(schemas.TextIn)
@api.output(schemas.TextOut)
def write(kind: str, language: str, json_data: schemas.TextIn) -> Response:
    """Let a message say something else; If-Match names the version that was seen."""
    who = access.principal()
    service.write_text(
        kind=kind, language=language, seen=seen_version(), by=who.public_id, divisions=who.divisions,
        **json_data.model_dump(),
    )  # fmt: skip
    return _text(kind, language)


@api.delete("/message-texts/<kind>/<language>")
@access.requires("notifications.texts")
@api.output(schemas.TextOut)
def back_to_original(kind: str, language: str) -> Response:
    """Let a message say what the code says, as a new version; If-Match names the version that was seen."""
    who = access.principal()
    service.back_to_original(
        kind=kind, language=language, seen=seen_version(), by=who.public_id, divisions=who.divisions
    )  # fmt: skip
    return _text(kind, language)


@api.get("/message-texts/<kind>/<language>/versions")
@access.requires("notifications.texts")
@api.output(schemas.VersionsOut)
def versions(kind: str, language: str) -> dict[str, Any]:
    """Read all versions that people wrote, newest first."""
    return {"items": queries.versions(service.editable(kind, language).name, language)}


@api.post("/message-texts/<kind>/<language>/drafts")
@access.requires("notifications.texts")
@api.input(schemas.TextIn)
@api.output(schemas.DraftOut)
def draw(kind: str, language: str, json_data: schemas.TextIn) -> Any:
    """Show how a text would look as mail, with values made up; nothing is kept or sent."""
    found, words = service.editable(kind, language), Words(json_data.subject, json_data.body)
    rules.check(words, found.placeholders)
    return example(found, words, language=language)


def _text(kind: str, language: str) -> Response:
    found = display.in_force(service.editable(kind, language), language)
    shown = {
        "kind": kind, "label": found.label, "language": language, "version": found.version, "original": found.original,
        "subject": found.words.subject, "body": found.words.body, "placeholders": display.placeholders_of(found.kind),
    }  # fmt: skip
    return tagged(make_response(schemas.TextOut.model_validate(shown).model_dump(mode="json")), found.version)
