"""What reminders are about, whom each can reach, and which message says it."""

from dataclasses import dataclass, field
from datetime import timedelta

APPLICATION_DEADLINE = "application_deadline"
OFFER_DEADLINE = "offer_deadline"
ACTIVITY_START = "activity_start"
CLASS_SESSION = "class_session"
ACTIVITY_END = "activity_end"
MARKS_MISSING = "marks_missing"
NOMINATIONS_UNFILLED = "nominations_unfilled"
PROFILE_INCOMPLETE = "profile_incomplete"
CERTIFICATE_READY = "certificate_ready"

DRAFTING = "drafting"
INSTRUCTORS = "instructors"
FOCAL_POINTS = "focal_points"
# Of those with a place, the ones whose outcome is decided so.
OUTCOMES = ("completed", "not_completed")
RECIPIENTS = (
    DRAFTING, "applied", "waitlisted", "offered", "confirmed", *OUTCOMES, INSTRUCTORS, FOCAL_POINTS,
)  # fmt: skip

# A closed activity takes no more applications; those who have a place are reminded all the same.
_LIVE = ("published", "closed")


@dataclass(frozen=True)
class Anchor:
    """What a rule is relative to.

    `messages` name the kind of message for each side of it that makes sense. A `last_moment` is where something ends,
    so that the day it belongs to is the one that is over then. Of those who were told the same by a letter less than
    `told` before a reminder is due, nobody gets the reminder.
    """

    messages: dict[str, str]
    recipients: tuple[str, ...]
    clock: str = "person"
    last_moment: bool = False
    statuses: tuple[str, ...] = _LIVE
    told: timedelta | None = field(default=None)

    @property
    def sides(self) -> tuple[str, ...]:
        return tuple(self.messages)


ANCHORS = {
    APPLICATION_DEADLINE: Anchor(
        {"before": "application_closes"}, (DRAFTING,), last_moment=True, statuses=("published",)
    ),
    OFFER_DEADLINE: Anchor({"before": "offer_lapses"}, ("offered",), last_moment=True, told=timedelta(hours=6)),
    ACTIVITY_START: Anchor(
        {"before": "activity_starts", "after": "activity_began"},
        ("applied", "waitlisted", "offered", "confirmed", INSTRUCTORS), clock="place", told=timedelta(days=1),
    ),
    CLASS_SESSION: Anchor({"before": "class_session_tomorrow"}, ("confirmed", INSTRUCTORS)),
    ACTIVITY_END: Anchor(
        {"before": "activity_ends", "after": "activity_ended"}, ("confirmed", *OUTCOMES), last_moment=True
    ),
    MARKS_MISSING: Anchor({"after": "marks_missing"}, (INSTRUCTORS,), last_moment=True),
    NOMINATIONS_UNFILLED: Anchor(
        {"before": "nominations_unfilled"}, (FOCAL_POINTS,), last_moment=True, statuses=("published",)
    ),
    PROFILE_INCOMPLETE: Anchor(
        {"after": "profile_incomplete"}, ("applied", "waitlisted", "offered", "confirmed")
    ),
    CERTIFICATE_READY: Anchor({"after": "certificate_waiting"}, ("confirmed",), statuses=(*_LIVE, "archived")),
}  # fmt: skip
