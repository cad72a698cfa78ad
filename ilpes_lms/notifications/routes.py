"""The log of messages, and which kinds a person does not want, as JSON."""

from typing import Any

from flask import request
from flask_babel import gettext as _

from ilpes_lms.notifications import declining, queries, rules, schemas, service, telling
from ilpes_lms.notifications.display import kinds_by_need
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
    sought = queries.Sought(
        divisions=access.principal().divisions, activity_ref=asked.activity, kind=asked.kind, to=asked.to
    )  # fmt: skip
    page = queries.log(sought, state=asked.state, cursor=asked.cursor, size=asked.size)
    return {"items": [line(found) for found in page.items], "next_cursor": page.next_cursor}


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
    """Queue a message that is over once more, as a message of its own; asked twice, it is the same one."""
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


@api.get("/me/messages")
@access.signed_in
@api.output(schemas.MyMessagesOut)
def my_choices() -> dict[str, Any]:
    """Return what one chose about messages, and at which of one's addresses nothing arrives."""
    return _choices()


@api.put("/me/messages")
@access.signed_in
@api.input(schemas.SummaryIn)
@api.output(schemas.MyMessagesOut)
def choose_summary(json_data: schemas.SummaryIn) -> dict[str, Any]:
    """Let all but essential messages come once a day, or one by one."""
    service.choose_digest(person_id=_person_id(), hour=json_data.summary_hour)
    return _choices()


@api.put("/me/messages/kinds/<kind>")
@access.signed_in
@api.input(schemas.WishIn)
@api.output(schemas.MyMessagesOut)
def set_my_wish(kind: str, json_data: schemas.WishIn) -> dict[str, Any]:
    """Stop a kind of message to oneself, or let it come again."""
    service.wish(person_id=_person_id(), kind=kind, wanted=json_data.wanted)
    return _choices()


@api.delete("/me/messages/bounces")
@access.signed_in
@api.output({}, status_code=204)
def try_again() -> str:
    """Have one's addresses written to again, because they work."""
    service.try_address_again(person_id=_person_id())
    return ""


@api.post("/bounces")
@access.public
@api.input(schemas.BounceIn)
@api.output(schemas.BounceOut)
def bounce(json_data: schemas.BounceIn) -> dict[str, Any]:
    """Tell of a message that came back; `X-Signature: t=SECONDS,v1=HEX`, HMAC-SHA256 of `SECONDS.BODY`."""
    telling.check_signature(request.get_data(), request.headers.get("X-Signature", ""))
    return {"news": service.told_of_bounce(**json_data.model_dump())}


def _wish(choice: declining.Choice) -> schemas.WishOut:
    return schemas.WishOut(
        kind=choice.kind.name,
        label=str(_(choice.kind.label)),
        wanted=not queries.declined(choice.person.id, choice.kind.name),
    )


def _person_id() -> int:
    return access.principal().person_id or 0


def _choices() -> dict[str, Any]:
    wishes = queries.wishes_of(_person_id())
    return {
        "summary_hour": wishes.digest_hour,
        "kinds": [
            {"kind": code, "label": label, "essential": essential, "wanted": code not in wishes.declined}
            for essential, found in kinds_by_need(daily=wishes.digest_hour is not None).items()
            for code, label in found
        ],
        "bounced": [{"address": address, "reason": reason} for address, reason in wishes.bounced],
    }


def line(found: Message) -> dict[str, Any]:
    """Return a message as lists have it."""
    return {
        "id": found.public_id, "kind": found.kind, "state": found.state, "to": found.sent_to or found.address or "",
        "subject": found.subject, "activity": found.activity_ref, "due_at": found.due_at, "sent_at": found.sent_at,
        "attempts": found.attempts, "note": found.note,
    }  # fmt: skip


def _whole(found: Message) -> dict[str, Any]:
    kin = queries.kin_of(found)
    return line(found) | {
        "text": found.text, "message_id": found.message_id, "language": found.language,
        "created_at": found.created_at, "repeats": kin.earlier, "repeated_by": kin.later, "summary": kin.summary,
        "may_be_repeated": rules.may_be_repeated(found.state, erased=found.erased),
    }  # fmt: skip
