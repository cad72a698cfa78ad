"""Reads of calendars: what is planned, what was told, and what a person's own calendar page shows."""

from ilpes_lms.calendars.queries.agenda import Mine, agenda, feed_of, next_day, owner_of, slots_of_person
from ilpes_lms.calendars.queries.books import (
    books_of,
    declined_among,
    entries_of,
    followed,
    invites,
    is_elsewhere,
    stranded,
    told_by,
    under_way,
    written_to,
)
from ilpes_lms.calendars.queries.slots import is_coming, planned, public_slots, slots_of

__all__ = [
    "Mine",
    "agenda",
    "books_of",
    "declined_among",
    "entries_of",
    "feed_of",
    "followed",
    "invites",
    "is_coming",
    "is_elsewhere",
    "next_day",
    "owner_of",
    "planned",
    "public_slots",
    "slots_of",
    "slots_of_person",
    "stranded",
    "told_by",
    "under_way",
    "written_to",
]
