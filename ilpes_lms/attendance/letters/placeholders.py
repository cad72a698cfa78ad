"""What several of this room's letters can say."""

from dataclasses import replace

from ilpes_lms.core.text import N_
from ilpes_lms.notifications.placeholders import LINK

OWN_ATTENDANCE = replace(
    LINK, label=N_("Link to their attendance and outcome"), example="https://example.org/my/attendance/1",
    action=N_("See my attendance"),
)  # fmt: skip
