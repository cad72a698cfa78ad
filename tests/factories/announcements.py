"""Messages to the people of an activity, to try things on."""

from typing import Any

from ilpes_lms.catalogue.models import Activity
from ilpes_lms.notifications.texts.rules import Words
from ilpes_lms.people.models import Person
from ilpes_lms.reminders.announcements import letters, queries, rules, service
from ilpes_lms.reminders.announcements.models import Announcement
from ilpes_lms.reminders.announcements.rules import Audience

WORDS = {
    "es": Words("Sobre {activity}", "Estimada/o {name}:\n\nTraiga sus preguntas a {activity}."),
    "en": Words("About {activity}", "Dear {name},\n\nBring your questions to {activity}."),
}


def draft(
    activity: Activity, by: Person, *, words: dict[str, Words] | None = None, about_activity: bool = True,
    **audience: Any,
) -> Announcement:  # fmt: skip
    """Write a draft to the people of an activity, those with a place unless said otherwise."""
    found = service.write(
        activity_id=activity.id, audience=Audience(**audience), words=words or WORDS, known=letters.PLACEHOLDERS,
        by_person=by.id, teaches_only=False, about_activity=about_activity,
    )  # fmt: skip
    return queries.announcement(found.public_id)


def seen(found: Announcement) -> str:
    """Return what confirms a draft as it is now."""
    ids = queries.chosen_ids(found.activity_id, found.to)
    return rules.seen_digest(ids, found.said, about_activity=found.about_activity)


def sent(activity: Activity, by: Person, **more: Any) -> str:
    """Write a draft and confirm it; return its public id."""
    found = draft(activity, by, **more)
    return service.send(ref=found.public_id, seen=seen(found)).public_id
