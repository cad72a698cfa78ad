"""What can be refused about the text of a message."""

from ilpes_lms.core.errors import Invalid, NotAllowed, NotFound, Stale
from ilpes_lms.core.text import N_


class NoSuchText(NotFound):
    message = N_("The system sends no message of this kind, or its text can't be edited.")


class NoSuchVersion(NotFound):
    message = N_("This text never had such a version.")


class TextsOfAll(NotAllowed):
    message = N_(
        "These texts go to the people of all divisions, so only who coordinates all of them may change them. "
        "Write to an administrator."
    )


class TextChanged(Stale):
    message = N_("Someone else changed this text while you were writing. Both versions are shown.")


class SubjectNeeded(Invalid):
    message = N_("Write what the message is about.")


class BodyNeeded(Invalid):
    message = N_("Write what the message says.")


class TextTooLong(Invalid):
    message = N_("Write at most %(most)s characters.")


class SubjectOfLines(Invalid):
    message = N_("The subject is one line.")


class UnknownPlaceholder(Invalid):
    message = N_("This message has no %(unknown)s. These can be used: %(known)s")


class PlaceholderNeeded(Invalid):
    message = N_("Without %(missing)s this message is of no use. Put it where it belongs.")


class LinkInSubject(Invalid):
    message = N_("%(link)s is a link, which nobody can follow in a subject. Put it into the text.")
