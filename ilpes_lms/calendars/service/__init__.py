"""The verbs of calendars: tell what changed, notice that something did, keep a feed and a person's choice."""

from ilpes_lms.calendars.service.feeds import choose_invitations, make_feed, owner_calling, stop_feed, tell_missed
from ilpes_lms.calendars.service.forgetting import forget
from ilpes_lms.calendars.service.sweeps import collect, notice
from ilpes_lms.calendars.service.telling import Telling, tell, telling_of

__all__ = [
    "Telling",
    "choose_invitations",
    "collect",
    "forget",
    "make_feed",
    "notice",
    "owner_calling",
    "stop_feed",
    "tell",
    "tell_missed",
    "telling_of",
]
