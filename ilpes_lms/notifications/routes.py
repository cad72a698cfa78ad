"""The log of messages, and which kinds a person does not want, as JSON."""

from typing import Any

from flask_babel import gettext as _

from ilpes_lms.notifications import declining, queries, schemas, service
from ilpes_lms.notifications.models import Message
from ilpes_lms.web import access
from ilpes_lms.web.api import blueprint

api = blueprint("notifications")


@api.get("/messages")
@access.requires("notifications.read")
@api.input(schemas.LogQuery, location="query", arg_name="asked")
@api.output(schemas.MessagesOut)
def messages(asked: schemas.LogQuery) -> dict[str, Any]:
    """Read the log of messages, newest first."""
    page = queries.log(
        divisions=access.principal().divisions, state=asked.state, activity_ref=asked.activity, cursor=asked.cursor,
        size=asked.size,
    )  # fmt: skip
    return {"items": [_line(found) for found in page.items], "next_cursor": page.next_cursor}


@api.get("/messages/<message_ref>")
@access.requires("notifications.read")
@api.output(schemas.MessageOut)
def message(message_ref: str) -> dict[str, Any]:
    """Read one message."""
    return _whole(queries.message(message_ref, divisions=access.principal().divisions))


@api.post("/messages/<message_ref>/send-again")
@access.requires("notifications.send")
@api.output(schemas.MessageOut)
def send_again(message_ref: str) -> dict[str, Any]:
    """Queue a failed message once more."""
    found = queries.message(message_ref, divisions=access.principal().divisions)
    return _whole(service.send_again(message_ref=found.public_id))


@api.get("/message-kinds/<token>")
@access.public
@api.output(schemas.WishOut)
def wish(token: str) -> schemas.WishOut:
    """Tell whether a person wants a kind of message; the last part of the link in such a message is the key."""
    return _wish(declining.choice(token))


@api.put("/message-kinds/<token>")
@access.public
@api.input(schemas.WishIn)
@api.output(schemas.WishOut)
def set_wish(token: str, json_data: schemas.WishIn) -> schemas.WishOut:
    """Stop a kind of message to a person, or let it come again."""
    return _wish(service.decline(token=token, wanted=json_data.wanted))


def _wish(choice: declining.Choice) -> schemas.WishOut:
    return schemas.WishOut(
        kind=choice.kind.name,
        label=str(_(choice.kind.label)),
        wanted=not queries.declined(choice.person.id, choice.kind.name),
    )


def _line(found: Message) -> dict[str, Any]:
    return {
        "id": found.public_id, "kind": found.kind, "state": found.state, "to": found.sent_to or found.address or "",
        "subject": found.subject, "activity": found.activity_ref, "due_at": found.due_at, "sent_at": found.sent_at,
        "attempts": found.attempts,
    }  # fmt: skip


def _whole(found: Message) -> dict[str, Any]:
    return _line(found) | {
        "text": found.text, "note": found.note, "message_id": found.message_id, "language": found.language,
        "created_at": found.created_at,
    }  # fmt: skip
