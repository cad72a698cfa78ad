"""What can be refused about a message to the people of an activity."""

from ilpes_lms.core.errors import Conflict, Invalid, NotFound, TooMany
from ilpes_lms.core.text import N_


class AnnouncementNotFound(NotFound):
    message = N_("This message does not exist, or you may not see it.")


class NoWords(Invalid):
    message = N_("Write the message in at least one language.")


class WordsIncomplete(Invalid):
    message = N_("Write both a subject and a text in this language, or neither.")


class NobodyChosen(Invalid):
    message = N_("Nobody of this activity is chosen by these filters. Change them.")


class StatesNotYours(Invalid):
    message = N_("Choose at least one group that you may write to. Who teaches writes to those who have a place.")


class AudienceChanged(Conflict):
    message = N_("Who would get the message, or what it says, changed since you saw it. Look at it again and confirm.")


class AlreadySent(Conflict):
    message = N_("This message was sent already, so it can't be changed. Write a new one.")


class NotRunning(Conflict):
    message = N_("This message is not being sent, so there is nothing to stop.")


class TooManyAnnouncements(TooMany):
    message = N_("At most %(most)s messages go to the people of an activity in 24 hours. Send this one later.")


class TooManyTests(TooMany):
    message = N_("At most %(most)s tests of a message in an hour. Look at the preview, or try again later.")
