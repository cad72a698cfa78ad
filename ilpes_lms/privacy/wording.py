"""What is stored, in words: every name that an export uses, and the values that are codes."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _

from ilpes_lms.attendance.rules import MARK_LABELS
from ilpes_lms.catalogue.rules.labels import ASSIGNMENT_LABELS
from ilpes_lms.certificates.rules import KIND_LABELS
from ilpes_lms.core.text import N_
from ilpes_lms.enrolment.rules import ATTRIBUTE_LABELS, STATE_LABELS
from ilpes_lms.notifications import kinds
from ilpes_lms.people.vocabularies import countries, languages, sectors, sexes
from ilpes_lms.web import i18n

ROOM_LABELS = {
    "people": N_("You and your account"),
    "catalogue": N_("Activities you teach or coordinate"),
    "enrolment": N_("Applications and places"),
    "attendance": N_("Attendance and outcomes"),
    "certificates": N_("Certificates"),
    "notifications": N_("Messages to you"),
    "calendars": N_("Dates for your calendar"),
    "statistics": N_("Statistics you asked for"),
    "audit": N_("Audit record"),
    "web": N_("Requests of your programs"),
    "privacy": N_("What you asked about your data"),
}
# To somebody who looks at it as an administrator, where the words above speak to the person.
_LABELS_FOR_OTHERS = {
    "people": N_("Profile and account"),
    "catalogue": N_("Activities taught or coordinated"),
    "notifications": N_("Messages to the person"),
    "calendars": N_("Dates for calendars"),
    "statistics": N_("Compilations of statistics asked for"),
    "web": N_("Requests of programs"),
    "privacy": N_("Files to take along"),
}
LABELS = {
    "account": N_("Account"),
    "accessibility_needs": N_("Accessibility needs"),
    "activity": N_("Code of the activity"),
    "address": N_("Address"),
    "addresses": N_("E-mail addresses"),
    "after": N_("Corrected value"),
    "appeals": N_("What you asked to be corrected"),
    "answered_at": N_("Answered on"),
    "answer": N_("Answer"),
    "answers": N_("What you answered"),
    "applied_at": N_("Applied on"),
    "archives": N_("Files to take along"),
    "asked_at": N_("Asked for on"),
    "assignments": N_("Assignments"),
    "at": N_("When"),
    "before": N_("Value before"),
    "by_you": N_("Done by you"),
    "calendar_entries": N_("Dates sent to your calendar"),
    "calendar_feeds": N_("Private address for your calendar"),
    "certificate_name": N_("Name on certificates"),
    "certificates": N_("Certificates"),
    "class_session": N_("Code of the class session"),
    "closes_at": N_("Open until"),
    "code": N_("Code"),
    "compilations": N_("Compilations"),
    "confirmed_at": N_("Confirmed on"),
    "consents": N_("Agreements to the privacy notice"),
    "content": N_("What is printed on it"),
    "corrections": N_("Corrections by staff"),
    "country": N_("Country"),
    "created_at": N_("Since"),
    "daily_summary": N_("One message a day"),
    "decided_at": N_("Decided on"),
    "deeds": N_("Actions"),
    "declined_kinds": N_("Messages you do not want"),
    "details": N_("Details"),
    "disabled_at": N_("Disabled on"),
    "disuse": N_("Messages that your account is not used"),
    "division": N_("Division"),
    "drafts": N_("Applications that are not sent"),
    "due_at": N_("Due on"),
    "email": N_("E-mail address"),
    "endpoint": N_("Address"),
    "decline_reason": N_("Reason for declining"),
    "ended_at": N_("Ended on"),
    "ends_at": N_("Ends on"),
    "ends_on": N_("Ends on"),
    "enrolments": N_("Applications and places"),
    "erasure": N_("Your wish to be erased"),
    "evidence": N_("What it rests on"),
    "expires_at": N_("Runs out on"),
    "field": N_("What was corrected"),
    "file": N_("Address of the file"),
    "file_name": N_("File"),
    "first_surname": N_("First surname"),
    "grade": N_("Grade of 100"),
    "focal_point_email": N_("Address of the focal point"),
    "fetched_at": N_("First downloaded on"),
    "from": N_("State before"),
    "given_at": N_("Given on"),
    "given_names": N_("Given names"),
    "granted_at": N_("Granted on"),
    "history": N_("Steps"),
    "hour": N_("Hour of the day"),
    "hours_earned": N_("Hours earned"),
    "id": N_("Code"),
    "invitations": N_("Invitations"),
    "issued_at": N_("Issued on"),
    "items": N_("Tasks"),
    "key": N_("Key"),
    "kind": N_("Kind"),
    "label": N_("Name"),
    "language": N_("Language"),
    "last_access_at": N_("Last access"),
    "last_sign_in_at": N_("Last sign-in"),
    "mark": N_("Mark"),
    "marked_at": N_("Marked on"),
    "marks": N_("Marks"),
    "merges": N_("Records merged into yours"),
    "messages": N_("Messages"),
    "minutes": N_("Minutes"),
    "motivation": N_("Motivation"),
    "moved": N_("Values that moved"),
    "nationality": N_("Nationality"),
    "note": N_("Note"),
    "notice_version": N_("Version"),
    "object_id": N_("Code of the object"),
    "object_type": N_("Object"),
    "offer_expires_at": N_("Offer lapses on"),
    "organization": N_("Organization"),
    "organization_country": N_("Country of the organization"),
    "organization_name": N_("Organization"),
    "outcomes": N_("Outcomes"),
    "places": N_("Places"),
    "platform_records": N_("What the learning platform said"),
    "position": N_("Position"),
    "position_held": N_("Position"),
    "profile": N_("Profile"),
    "quotas": N_("Places that you may nominate for"),
    "reason": N_("Reason"),
    "remembered_requests": N_("Remembered requests"),
    "requested_at": N_("Asked for on"),
    "result": N_("Result"),
    "revoked_at": N_("Revoked on"),
    "role": N_("Role"),
    "roles": N_("Roles"),
    "rule_version": N_("Version of the rule"),
    "saved_at": N_("Saved on"),
    "second_surname": N_("Second surname"),
    "sector": N_("Sector"),
    "sent_at": N_("Sent on"),
    "sent_to": N_("Sent to"),
    "serial": N_("Serial number"),
    "sex": N_("Sex"),
    "sign_ins": N_("Sign-ins"),
    "source": N_("Source"),
    "starts_at": N_("Begins"),
    "starts_on": N_("Begins on"),
    "state": N_("State"),
    "subject": N_("Subject"),
    "tasks_total": N_("Tasks in all"),
    "tasks_done": N_("Tasks done"),
    "text": N_("Text"),
    "titles": N_("Title"),
    "to": N_("State after"),
    "updated_at": N_("Updated on"),
    "verb": N_("Action"),
    "verified_at": N_("Confirmed on"),
    "working_languages": N_("Working languages"),
    "zone": N_("Time zone"),
    "former_addresses": N_("Addresses you had before"),
    "left_at": N_("Left on"),
    "second_factor": N_("Second factor"),
    "providers": N_("Sign-in by other providers"),
    "issuer": N_("Provider"),
    "linked_at": N_("Linked on"),
    "last_seen_at": N_("Last seen"),
    "network": N_("Network"),
}
# What is written by machines for machines keeps the names it has there.
AS_STORED = frozenset({"content", "evidence", "details", "items"})
_CODES: dict[str, dict[str, str]] = {
    "state": STATE_LABELS, "from": STATE_LABELS, "to": STATE_LABELS, "mark": MARK_LABELS, "role": ASSIGNMENT_LABELS,
    "field": ATTRIBUTE_LABELS, "kind": {"browser": N_("A browser"), "token": N_("A program"), **KIND_LABELS},
}  # fmt: skip
# The first two that an item has tell it from the others.
_TOLD_BY = (
    "subject", "serial", "address", "verb", "notice_version", "role", "kind", "starts_at", "at", "created_at",
    "given_at", "granted_at", "starts_on", "asked_at", "sent_at",
)  # fmt: skip
_VOCABULARIES: dict[str, Callable[[str, str], str]] = {
    "sex": sexes.label, "country": countries.country_name, "nationality": countries.country_name,
    "sector": sectors.label, "language": languages.label, "organization_country": countries.country_name,
}  # fmt: skip


def room_label(room: str) -> str:
    """Return what a room's part is called."""
    return str(_(ROOM_LABELS[room])) if room in ROOM_LABELS else room


def room_label_for_others(room: str) -> str:
    """Return what a room's part is called where somebody else than the person reads it."""
    return str(_(_LABELS_FOR_OTHERS[room])) if room in _LABELS_FOR_OTHERS else room_label(room)


def label(name: str) -> str:
    """Return what a stored value is called; one without a word keeps its own name."""
    return str(_(LABELS[name])) if name in LABELS else name.replace("_", " ")


def value_text(name: str, value: Any, zone: str | None = None) -> str:
    """Return a stored value in words, moments in the reader's time zone unless another is given."""
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, datetime):
        return i18n.moment(value, zone)
    if isinstance(value, date):
        return i18n.day(value)
    return _text(name, str(value))


def heading(item: dict[str, Any], zone: str | None = None) -> str:
    """Return by which of its values an item of a list is told from the others."""
    if "titles" in item:
        return i18n.in_own_words(item["titles"])
    told_by = [name for name in _TOLD_BY if item.get(name)]
    return ", ".join(value_text(name, item[name], zone) for name in told_by[:2])


class Told:
    """The words of this file for somebody who does not ask just now: moments are told in their time zone."""

    room_label = staticmethod(room_label)
    label = staticmethod(label)
    AS_STORED = AS_STORED

    def __init__(self, zone: str) -> None:
        self._zone = zone

    def value_text(self, name: str, value: Any) -> str:
        return value_text(name, value, self._zone)

    def heading(self, item: dict[str, Any]) -> str:
        return heading(item, self._zone)


def _text(name: str, value: str) -> str:
    if name in _VOCABULARIES:
        return _VOCABULARIES[name](value, i18n.current_language())
    message = kinds.kind_named(value) if name == "kind" else None
    text = message.label if message else _CODES.get(name, {}).get(value)
    return str(_(text)) if text else value
