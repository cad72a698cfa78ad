"""Reads of reminders, named for the question; all of them are offered here."""

from ilpes_lms.reminders.queries.activities import Underway, standing, switches, underway, underway_now
from ilpes_lms.reminders.queries.owed import Owed, owed
from ilpes_lms.reminders.queries.plan import Line, Recipient, kind_of, plan, recipients

__all__ = [
    "Line",
    "Owed",
    "Recipient",
    "Underway",
    "kind_of",
    "owed",
    "plan",
    "recipients",
    "standing",
    "switches",
    "underway",
    "underway_now",
]
