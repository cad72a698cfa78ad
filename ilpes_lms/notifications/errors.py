"""What can be refused about messages, and what can go wrong with sending one."""

from datetime import datetime

from ilpes_lms.core.errors import Conflict, Invalid, NotAllowed, NotFound
from ilpes_lms.core.text import N_


class MessageNotFound(NotFound):
    message = N_("This message does not exist, or you may not see it.")


class CanNotBeSentAgain(Conflict):
    message = N_(
        "This message can't be sent again: it is still on its way, or it held a link for one use that is not kept. "
        "Let the person ask for a new one."
    )


class KindNotDeclinable(NotFound):
    message = N_("There is no such kind of message, or it is one that everybody gets.")


class HourNotValid(Invalid):
    message = N_("Choose a full hour from 0 to 23.")


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


class NothingToEnclose(Exception):
    """A letter that is nothing without what goes along with it has nothing to take along any more."""


class Undeliverable(SendingFailed):
    """This message will never get through as it is; trying again is pointless."""


class AddressRefused(Undeliverable):
    """The mail server knows no such address; `status` is RFC 3463's."""

    def __init__(self, reason: str, detail: str, status: str) -> None:
        super().__init__(reason, detail)
        self.status = status


class NotYet(Exception):
    """A message is due, but must not reach the person now; `until` says when it may, `note` why.

    One that is only kept from a person's night may be in the summary of the day, whose hour they chose themselves; one
    that is `held` may not.
    """

    def __init__(self, until: datetime, note: str, *, held: bool = False) -> None:
        super().__init__(until)
        self.until, self.note, self.held = until, note, held


class BouncesNotTaken(NotFound):
    message = N_("Nobody tells us about bounces here: BOUNCE_SECRET is not set.")


class SignatureNotValid(NotAllowed):
    message = N_("The signature of this report is not valid, or it is too old.")


class MailboxUnreachable(Exception):
    """The mailbox of returned messages does not answer, or not as it should; the argument is what went wrong."""
