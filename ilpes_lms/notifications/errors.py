"""What can be refused about messages, and what can go wrong with sending one."""

from ilpes_lms.core.errors import Conflict, NotFound
from ilpes_lms.core.text import N_


class MessageNotFound(NotFound):
    message = N_("This message does not exist, or you may not see it.")


class NotFailed(Conflict):
    message = N_("Only a message that failed can be sent again.")


class StopLinkNotValid(NotFound):
    message = N_("This link is not valid. Use the one in the newest message you got.")


class SendingFailed(Exception):
    """A message did not get through; `reason` is an English gettext key, `detail` what the server said."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = detail


class ServerUnreachable(SendingFailed):
    """The mail server takes no message at present; trying the next one at once is pointless."""


class Undeliverable(SendingFailed):
    """This message will never get through as it is; trying again is pointless."""
