"""What a certificate will say, put together once from what is known when it is asked for."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from flask_babel import gettext as _

from ilpes_lms.catalogue.models import Activity
from ilpes_lms.catalogue.rules import KIND_LABELS
from ilpes_lms.certificates.document import CertificateContent
from ilpes_lms.certificates.rules import Kind
from ilpes_lms.certificates.wording import WORDINGS, Language
from ilpes_lms.core.text import N_
from ilpes_lms.notifications import links
from ilpes_lms.web.i18n import in_language, period

ISSUERS = (
    N_("Latin American and Caribbean Institute for Economic and Social Planning"),
    N_("Economic Commission for Latin America and the Caribbean"),
)
_NAMED_PARTNERS = ("co_organizer", "academic_partner")
_AT_A_PLACE = ("in_person", "blended")


@dataclass(frozen=True, slots=True)
class ActivityWords:
    """What a certificate says about the activity, in one language."""

    language: Language
    title: str
    title_language: Language | None
    kind_label: str
    dates: str
    place: str
    hours: Decimal | None
    organizations: tuple[str, ...]


def words_of(activity: Activity, code: str) -> ActivityWords:
    """Return an activity as certificates in a language describe it."""
    language: Language = code if code in WORDINGS else "es"
    title, title_language = _title(activity.titles, language)
    partners = [partner.name for partner in activity.partners if partner.role in _NAMED_PARTNERS]
    with in_language(language):
        return ActivityWords(
            language=language,
            title=title,
            title_language=title_language if title_language != language else None,
            kind_label=_(KIND_LABELS[activity.kind]),
            dates=period(activity.starts_on, activity.ends_on, activity.start_precision, activity.end_precision),
            place=(activity.location or "") if activity.modality in _AT_A_PLACE else "",
            hours=activity.hours,
            organizations=(*[_(name) for name in ISSUERS], *partners),
        )


def content_of(
    words: ActivityWords, *, kind: Kind, holder: str, serial: str, code: str, issued_on: date
) -> CertificateContent:
    """Return everything one certificate says; the address to check it at is the public one."""
    return CertificateContent(
        kind=kind, language=words.language, holder=holder, title=words.title, kind_label=words.kind_label,
        dates=words.dates, issued_on=issued_on, serial=serial, code=code,
        verify_url=links.absolute(f"/verify/{code}"), organizations=words.organizations, hours=words.hours,
        place=words.place, title_language=words.title_language,
    )  # fmt: skip


def _title(titles: dict[str, str], language: str) -> tuple[str, Language | None]:
    for code in (language, "es", "en", *titles):
        if titles.get(code):
            return titles[code], code if code in WORDINGS else None
    return "", None
