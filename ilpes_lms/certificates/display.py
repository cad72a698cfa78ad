"""Certificates in the reader's language, for pages, panels and JSON alike."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from urllib.parse import urlencode

from flask_babel import gettext as _

from ilpes_lms.attendance.models import Outcome
from ilpes_lms.certificates import rules
from ilpes_lms.certificates.document import CertificateContent
from ilpes_lms.certificates.errors import GlyphMissing
from ilpes_lms.certificates.models import Certificate
from ilpes_lms.certificates.transcript import of_planned
from ilpes_lms.core import clock
from ilpes_lms.core.text import N_
from ilpes_lms.web.i18n import zone

_NOT_TYPESET = N_("The document could not be typeset. The fault has been recorded.")


@dataclass(frozen=True)
class Shown:
    """A certificate as lists show it."""

    certificate: Certificate
    content: CertificateContent
    kind: str
    state: str
    tone: str
    note: str
    ended_on: date | None
    linkedin: str


def shown(certificate: Certificate) -> Shown:
    """Return a certificate with its words."""
    content = CertificateContent.from_record(certificate.content)
    return Shown(
        certificate=certificate,
        content=content,
        kind=_(rules.KIND_LABELS[certificate.kind]),
        state=_(rules.STATE_LABELS[certificate.state]),
        tone=rules.STATE_TONES[certificate.state],
        note=_note(certificate),
        ended_on=clock.wall_time(certificate.ended_at, zone()).date() if certificate.ended_at else None,
        linkedin=linkedin_url(content),
    )


def shown_hours(outcome: Outcome | None) -> str:
    """Return the hours that somebody earned, told from those planned; "–" where none are on record."""
    hours = outcome.evidence.get("hours") if outcome else None
    return of_planned(Decimal(hours["earned"]), Decimal(hours["planned"])) if hours else "–"


def linkedin_url(content: CertificateContent) -> str:
    """Return the address that opens a certificate in the holder's profile at LinkedIn, to be added there."""
    values = {
        "startTask": "CERTIFICATION_NAME", "name": content.title, "organizationName": content.organizations[0],
        "issueYear": content.issued_on.year, "issueMonth": content.issued_on.month, "certUrl": content.verify_url,
        "certId": content.serial,
    }  # fmt: skip
    return f"https://www.linkedin.com/profile/add?{urlencode(values)}"


def _note(certificate: Certificate) -> str:
    if certificate.forgotten_at is not None:
        return str(_("The holder was erased at their own wish."))
    if certificate.state != rules.FAILED:
        return certificate.note or certificate.reason
    if certificate.note == rules.OVERTAKEN:
        return str(_("The certificate that it was to replace was ended meanwhile."))
    return str(_(GlyphMissing.message, named=certificate.note) if certificate.note else _(_NOT_TYPESET))
