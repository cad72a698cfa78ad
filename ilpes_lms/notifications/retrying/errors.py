"""What can be refused about sending many messages again."""

from ilpes_lms.core.errors import Conflict, NotFound
from ilpes_lms.core.text import N_


class RetryNotFound(NotFound):
    message = N_("Nobody asked for this to be sent again.")


class RetryUnderWay(Conflict):
    message = N_("Messages are being sent again already. Wait until that is over, and then look at what is left.")


class NothingToRetry(Conflict):
    message = N_("There is nothing here that can be sent again.")


class OthersByNow(Conflict):
    message = N_("It is %(now)s messages by now, not %(seen)s. Look at them, and ask once more if you still want it.")
