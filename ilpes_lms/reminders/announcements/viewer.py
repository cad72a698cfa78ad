"""Whom a message may be written to by whoever asks, from the principal of the present request."""

from ilpes_lms.attendance import queries as attendance
from ilpes_lms.attendance.viewer import viewer
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.reminders.announcements import queries
from ilpes_lms.reminders.announcements.models import Announcement
from ilpes_lms.web.access import principal


def own_activity(activity_ref: str) -> Activity:
    """Return an activity that whoever asks coordinates or teaches; raises NotFound."""
    return attendance.visible_activity(activity_ref, viewer())


def own_announcement(ref: str) -> Announcement:
    """Return a message to the people of such an activity; raises NotFound."""
    found = queries.announcement(ref)
    own_activity(found.activity.public_id)
    return found


def teaches_only() -> bool:
    """Tell whether who asks teaches, but does not coordinate."""
    return not principal().may("reminders.manage")
