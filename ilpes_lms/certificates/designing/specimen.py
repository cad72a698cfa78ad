"""A certificate of nobody, to look at a template before anyone gets one made of it."""

from datetime import date
from decimal import Decimal

from flask_babel import gettext as _

from ilpes_lms.catalogue.rules import KIND_LABELS, MODALITY_LABELS
from ilpes_lms.certificates import document
from ilpes_lms.certificates.composition import ISSUERS, dressed, with_pictures
from ilpes_lms.certificates.design import Design
from ilpes_lms.certificates.document import CertificateContent
from ilpes_lms.certificates.wording import WORDINGS, CertificateKind, Language
from ilpes_lms.core import clock
from ilpes_lms.core.text import N_
from ilpes_lms.notifications import links
from ilpes_lms.web.i18n import in_language, short_period, zone

# As fine as a page of this width needs it.
_RESOLUTION = 84
_CODE = "abcdefghijklmnopqrstuvwxyz"
_NAME = "María Fernanda Núñez Ibáñez"
_LONG_NAME = "María de los Ángeles Fernández de Córdoba Montenegro Villaseñor-Echeverría"
_MODALITY = MODALITY_LABELS["live_online"]
_TITLE = N_("Planning and foresight for Latin America and the Caribbean")
_LONG_TITLE = N_(
    "Evaluation of public policies, participatory territorial planning and multilevel governance for the sustainable "
    "development of rural, coastal and border municipalities of Latin America"
)


def content_of(design: Design, kind: CertificateKind, language: Language, *, long: bool = False) -> CertificateContent:
    """Return what a certificate of nobody would say by a design; `long` has as much in it as there can be."""
    today, words = clock.today(zone()), WORDINGS[language]
    activity_kind = KIND_LABELS["international_open" if kind == "completion" else "webinar"]
    with in_language(language):
        content = CertificateContent(
            kind=kind,
            language=language,
            holder=_LONG_NAME if long else _NAME,
            title=_(_LONG_TITLE) if long else _(_TITLE),
            kind_label=_(activity_kind),
            dates=short_period(date(today.year, 4, 6), date(today.year, 6, 2), "day", "day"),
            issued_on=today,
            serial=f"ILPES-{today.year}-000000",
            code=_CODE,
            verify_url=links.absolute(f"/verify/{_CODE}"),
            organizations=tuple(_(name) for name in ISSUERS),
            hours=Decimal(60),
            hours_earned=Decimal(48),
            place="Santiago, Chile",
            modality=_(_MODALITY),
            outcome=words.outcomes["completed"],
            grade="87/100",
        )
    return dressed(content, design)


def picture_of(content: CertificateContent) -> bytes:
    """Return a certificate of nobody as a picture (PNG); raises GlyphMissing."""
    return document.preview(with_pictures(content), resolution=_RESOLUTION)


def text_of(content: CertificateContent) -> str:
    """Return what the picture says, for those who can't see it."""
    said = (content.heading, content.opening, content.holder, content.deed, content.title, *content.closing)
    return " ".join((*said, *(f"{one.name}, {one.title}" for one in content.signatories)))
