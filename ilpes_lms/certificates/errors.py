"""What can be refused about certificates."""

import unicodedata
from typing import Any

from ilpes_lms.core.errors import Conflict, Gone, Invalid, NotAllowed, NotFound, Stale, Unavailable
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


class CertificateNotTypeset(Exception):
    """The typesetter could not do it, for another reason than a glyph."""


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


class HolderForgotten(Conflict):
    message = N_("Its holder was erased at their own wish, so nothing can be issued in its place.")


class CredentialForgotten(Gone):
    message = N_(
        "Its holder was erased at their own wish, and the credential with them. A copy of it can still be checked."
    )


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


class ImageTooLarge(Invalid):
    message = N_("The picture may have %(kilobytes)s kB at most. Save it smaller, or as SVG.")


class ImageNotDrawn(Invalid):
    message = N_("The picture may have %(millions)s million pixels at most. Save it smaller.")


class ImageShapeUnusable(Invalid):
    message = N_(
        "The picture is too small or too long: each side needs %(smallest)s pixels, and one may be %(times)s times as "
        "long as the other at most."
    )


class ImageNotUnderstood(Invalid):
    message = N_("This file is no PNG or SVG picture, or a damaged one.")


class SvgNotPlain(Invalid):
    """The drawing has something that acts, or that leads out of it; `what` is it."""

    message = N_(
        "The drawing has what no logo may have: %(what)s. Save it as plain SVG, with texts as paths and without "
        "pictures inside, or as PNG."
    )


class PlaceholderUnknown(Invalid):
    message = N_("There is no placeholder “%(name)s”. These are known: %(known)s.")


class PlaceholderNotAlwaysKnown(Invalid):
    message = N_(
        "{%(name)s} is not known of everyone, so it may stand only in the closing sentences, where a sentence is left "
        "out if it is not known."
    )


class TemplateTextTooLong(Invalid):
    message = N_("This text may have %(longest)s characters at most.")


class TooManySentences(Invalid):
    message = N_("The closing may have %(most)s lines at most.")


class TooManyLogos(Invalid):
    message = N_("A certificate has %(most)s logos at most. Remove one first.")


class TooManySignatories(Invalid):
    message = N_("On one day %(most)s people can sign at most. Say from when until when each is in office.")


class SignatoryNameMissing(Invalid):
    message = N_("Write who signs.")


class OfficeEndsBeforeItBegins(Invalid):
    message = N_("The last day in office is before the first.")


class PictureNotDescribed(Invalid):
    message = N_("Say what the logo shows in at least one language: whoever can't see it has these words read out.")


class PictureUnknown(Invalid):
    message = N_("There is no such picture. Send it first.")


class TemplateNameMissing(Invalid):
    message = N_("Write a name for the template.")


class TemplateNameTaken(Conflict):
    message = N_("There is a template of this name already. Choose another name.")


class TemplateNotYours(NotAllowed):
    message = N_("Only coordinators of all divisions, or of the division that it belongs to, change this template.")


class TemplateChanged(Stale):
    message = N_("Someone else changed this template in the meantime. Both versions are shown below.")


class TemplateUnchanged(Conflict):
    message = N_("Nothing was changed since the last version, so there is nothing to publish.")


class TemplateInUse(Conflict):
    message = N_(
        "This template is the usual one, or an activity chose it, or certificates were made of it: it is kept. It can "
        "be retired, so that no certificate is made of it any more."
    )


class TemplateNotPublished(Conflict):
    message = N_("Nothing was published of this template yet. Publish it first.")


class TemplateRetired(Conflict):
    message = N_("This template is retired: no certificate is made of it. Bring it back first.")
