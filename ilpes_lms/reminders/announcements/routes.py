"""Messages to the people of an activity, as JSON."""

from typing import Any

from apiflask import APIBlueprint

from ilpes_lms.reminders.announcements import display, letters, queries, schemas, service
from ilpes_lms.reminders.announcements.errors import NobodyChosen
from ilpes_lms.reminders.announcements.models import Announcement
from ilpes_lms.reminders.announcements.viewer import own_activity, own_announcement, teaches_only
from ilpes_lms.web import access
from ilpes_lms.web.api import PREFIX
from ilpes_lms.web.idempotency import idempotent

api = APIBlueprint("api_announcements", __name__, url_prefix=PREFIX, tag="Reminders")


@api.get("/activities/<activity_ref>/announcements")
@access.requires("announcements.send")
@api.input(schemas.ListQuery, location="query", arg_name="asked")
@api.output(schemas.AnnouncementsOut)
def announcements(activity_ref: str, asked: schemas.ListQuery) -> dict[str, Any]:
    """List the messages to the people of an activity, newest first."""
    page = queries.announcements_of(own_activity(activity_ref).id, cursor=asked.cursor, size=asked.size)
    return {"items": [_line(found) for found in page.items], "next_cursor": page.next_cursor}


@api.post("/activities/<activity_ref>/announcements")
@access.requires("announcements.send")
@idempotent
@api.input(schemas.AnnouncementIn)
@api.output(schemas.AnnouncementOut, status_code=201)
def write(activity_ref: str, json_data: schemas.AnnouncementIn) -> dict[str, Any]:
    """Write a draft; nothing is sent before it is confirmed."""
    return _written(own_activity(activity_ref).id, json_data)


@api.get("/announcements/<ref>")
@access.requires("announcements.send")
@api.output(schemas.AnnouncementOut)
def announcement(ref: str) -> dict[str, Any]:
    """Read a message: whom a draft reaches now, or how far one that was sent has come."""
    return display.as_json(own_announcement(ref))


@api.put("/announcements/<ref>")
@access.requires("announcements.send")
@api.input(schemas.AnnouncementIn)
@api.output(schemas.AnnouncementOut)
def rewrite(ref: str, json_data: schemas.AnnouncementIn) -> dict[str, Any]:
    """Change a draft."""
    return _written(own_announcement(ref).activity_id, json_data, ref)


@api.delete("/announcements/<ref>")
@access.requires("announcements.send")
@api.output({}, status_code=204)
def discard(ref: str) -> str:
    """Delete a draft."""
    service.discard(ref=own_announcement(ref).public_id)
    return ""


@api.get("/announcements/<ref>/letter")
@access.requires("announcements.send")
@api.input(schemas.DraftQuery, location="query", arg_name="asked")
@api.output(schemas.LetterOut)
def letter(ref: str, asked: schemas.DraftQuery) -> dict[str, Any]:
    """Read a message as one of the chosen people would get it."""
    found = own_announcement(ref)
    enrolment = queries.one_chosen(found.activity_id, found.to, asked.enrolment)
    if enrolment is None:
        raise NobodyChosen
    language, draft = letters.shown_to(found, enrolment, letters.sender_of(found))
    return {"language": language, "subject": draft.subject, "text": draft.text, "html": draft.html}


@api.post("/announcements/<ref>/tests")
@access.requires("announcements.send")
@idempotent
@api.input(schemas.TestIn)
@api.output({}, status_code=204)
def send_test(ref: str, json_data: schemas.TestIn) -> str:
    """Send a draft to oneself, as one of the chosen people would get it."""
    found, me = own_announcement(ref), access.principal().person_id
    service.send_test(ref=found.public_id, enrolment_ref=json_data.enrolment, to_person=me or 0)
    return ""


@api.post("/announcements/<ref>/sending")
@access.requires("announcements.send")
@idempotent
@api.input(schemas.SendIn)
@api.output(schemas.AnnouncementOut)
def send(ref: str, json_data: schemas.SendIn) -> dict[str, Any]:
    """Send a draft to exactly those that its `reach` told; told again, it is the same sending."""
    service.send(ref=own_announcement(ref).public_id, seen=json_data.seen)
    return display.as_json(own_announcement(ref))


@api.delete("/announcements/<ref>/sending")
@access.requires("announcements.send")
@api.output(schemas.AnnouncementOut)
def stop(ref: str) -> dict[str, Any]:
    """Stop a message: who has not got it yet does not get it."""
    service.stop(ref=own_announcement(ref).public_id)
    return display.as_json(own_announcement(ref))


def _written(activity_id: int, said: schemas.AnnouncementIn, ref: str | None = None) -> dict[str, Any]:
    found = service.write(
        activity_id=activity_id, audience=said.audience.audience(), words=said.said(), known=letters.PLACEHOLDERS,
        by_person=access.principal().person_id or 0, teaches_only=teaches_only(), ref=ref,
        about_activity=said.about_activity,
    )  # fmt: skip
    return display.as_json(queries.announcement(found.public_id))


def _line(found: Announcement) -> dict[str, Any]:
    return {
        "id": found.public_id, "state": found.state, "words": found.said, "created_at": found.created_at,
        "sent_at": found.sent_at,
    }  # fmt: skip
