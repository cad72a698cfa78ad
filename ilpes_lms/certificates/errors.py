"""What can be refused about certificates."""

import unicodedata
from typing import Any

from ilpes_lms.core.errors import Conflict, Invalid, NotFound, Unavailable
from ilpes_lms.core.text import N_


class GlyphMissing(Invalid):
    """Some characters can't be printed; `characters` are they, each once, in the order of the text."""

    message = N_("The certificate cannot be printed: its typeface has no glyph for %(named)s.")

    def __init__(self, characters: str, *, field: str | None = None, **params: Any) -> None:
        named = ", ".join(_named(c) for c in characters)
        super().__init__(field=field, named=named, **params)
        self.characters = characters


def _named(character: str) -> str:
    point = f"U+{ord(character):04X}"
    return f"“{character}” ({point})" if _can_stand_alone(character) else point


def _can_stand_alone(character: str) -> bool:
    return character.isprintable() and not unicodedata.combining(character)


class StepNotPossible(Conflict):
    message = N_("In its present state this certificate can't take this step. Look at how it stands now.")


class ActivityDidNotTakePlace(Conflict):
    message = N_("Certificates are issued for activities that take place: this one is a draft or was cancelled.")


class ReasonMissing(Invalid):
    message = N_("Write why the certificate is revoked.")


class ReissueReasonMissing(Invalid):
    message = N_("Write why another certificate is issued.")


class SuccessorUnderWay(Conflict):
    message = N_("Another certificate in the place of this one is being made already.")


class LanguageNotOffered(Invalid):
    message = N_("Choose a language of the list, other than the one the certificate is in.")


class TooManyEditions(Conflict):
    message = N_("So many certificates were issued of this that the institute has to look at it. Please write to it.")


class ActivityNotKept(Conflict):
    message = N_("The activity is not kept any more, so its certificate can't be written in another language.")


class UnknownCertificate(NotFound):
    message = N_("No certificate has this code.")


class UnknownCertificateFile(NotFound):
    message = N_("ILPES did not issue this file as it is: it was changed, saved again by a program, or made elsewhere.")


class CertificateFileMissing(Invalid):
    message = N_("Choose the PDF file of the certificate.")


class CheckUnavailable(Unavailable):
    message = N_(
        "The certificate can't be checked at the moment, which says nothing about whether it is valid. Please try "
        "again in a few minutes."
    )


class SigningKeyUnusable(Unavailable):
    """Nothing can be signed with what is set; what waits is made once this is mended."""

    message = N_("Certificates can't be signed: %(why)s.")
