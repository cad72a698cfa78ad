"""What an entry of a calendar is called."""

from ilpes_lms.calendars.rules import Slot
from ilpes_lms.web.i18n import in_own_words


def summary(slot: Slot, language: str | None = None) -> str:
    """Return what an entry is called: the activity, and the class session if it has a title."""
    title = in_own_words(dict(slot.titles), language)
    return f"{title}: {slot.title}" if slot.title else title
