"""What the log says became of a message, and why: English gettext keys."""

from ilpes_lms.core.text import N_

INTERRUPTED = N_("Sending was interrupted each time it was tried.")
PERHAPS_TWICE = N_(
    "An earlier attempt was interrupted, so this message may have arrived twice, under the same Message-ID."
)
UNKNOWN_KIND = N_("No part of the system knows this kind of message.")
UNWRITABLE = N_("The message could not be written.")
NOT_DUE = N_("It was no longer due when it was about to be sent.")
NO_ADDRESS = N_("The person has no confirmed e-mail address.")
DECLINED = N_("The person does not want messages of this kind.")
BOUNCED_BEFORE = N_("Messages to this address come back, so this one was not sent.")
QUIET = N_("It waits until the quiet hours where the person is are over.")
PUT_OFF = N_("It waits its turn, because its domain takes only so many messages a minute.")
HELD = N_("It was due when a backup was restored, so it may have been sent before. Send it again if it was not.")
SAID_BY_ANOTHER = N_("More changed before it left, so another message says it together with that.")
