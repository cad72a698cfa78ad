"""Reads of reminders, named for the question; all of them are offered here."""

from ilpes_lms.reminders.queries.activities import Underway, as_if_on, of_activity, of_kind, underway
from ilpes_lms.reminders.queries.calendar import Calendar, Copy, Line, calendar, compared, copies, written
from ilpes_lms.reminders.queries.candidates import (
    KINDS,
    PAUSED,
    Planned,
    foreseen,
    kind_of,
    owed,
    recipient_of,
    still_owed,
)
from ilpes_lms.reminders.queries.letters import enrolment_of, missing_of, quota_of, unmarked_of
from ilpes_lms.reminders.queries.terms import Terms, paused_everywhere, terms_of, terms_of_kind

__all__ = [
    "KINDS",
    "PAUSED",
    "Calendar",
    "Copy",
    "Line",
    "Planned",
    "Terms",
    "Underway",
    "as_if_on",
    "calendar",
    "compared",
    "copies",
    "enrolment_of",
    "foreseen",
    "kind_of",
    "missing_of",
    "of_activity",
    "of_kind",
    "owed",
    "paused_everywhere",
    "quota_of",
    "recipient_of",
    "still_owed",
    "terms_of",
    "terms_of_kind",
    "underway",
    "unmarked_of",
    "written",
]
