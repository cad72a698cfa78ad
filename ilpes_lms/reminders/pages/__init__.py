"""Pages of reminders: the calendar of who gets what, when, the rules behind it, and pauses."""

from ilpes_lms.reminders.pages import activities, defaults, everywhere
from ilpes_lms.reminders.pages.blueprint import pages

__all__ = ["activities", "defaults", "everywhere", "pages"]
