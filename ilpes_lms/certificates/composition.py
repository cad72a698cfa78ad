"""What a certificate will say, put together once from what is known when it is asked for."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _

from ilpes_lms.attendance.models import Outcome
from ilpes_lms.attendance.rules import demands_of
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.catalogue.rules import KIND_LABELS, MODALITY_LABELS
from ilpes_lms.certificates import placeholders, template_queries
from ilpes_lms.certificates.design import Design, in_words
from ilpes_lms.certificates.document import CertificateContent, Picture, Signatory
from ilpes_lms.certificates.rules import Kind
from ilpes_lms.certificates.template_queries import InForce
from ilpes_lms.certificates.wording import WORDINGS, Language, Wording, day_in_words, hours_in_words, number_in_words
from ilpes_lms.core import files
from ilpes_lms.core.text import N_
from ilpes_lms.notifications import links
from ilpes_lms.web.i18n import in_language, short_period

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
    modality: str
    hours: Decimal | None
    organizations: tuple[str, ...]
    template: InForce


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
            dates=short_period(activity.starts_on, activity.ends_on, activity.start_precision, activity.end_precision),
            place=(activity.location or "") if activity.modality in _AT_A_PLACE else "",
            modality=_(MODALITY_LABELS[activity.modality]),
            hours=activity.hours,
            organizations=(*[_(name) for name in ISSUERS], *partners),
            template=template_queries.in_force(activity),
        )


def content_of(
    words: ActivityWords, *, kind: Kind, holder: str, serial: str, code: str, issued_on: date, outcome: Outcome | None
) -> CertificateContent:
    """Return everything one certificate says, in the words of its template; it is checked at the public address.

    Without an outcome nothing is told of hours earned, result and grade.
    """
    said = _outcome_in_words(outcome, WORDINGS[words.language])
    content = CertificateContent(
        kind=kind, language=words.language, holder=holder, title=words.title, kind_label=words.kind_label,
        dates=words.dates, issued_on=issued_on, serial=serial, code=code,
        verify_url=links.absolute(f"/verify/{code}"), organizations=words.organizations,
        hours=_hours(outcome, "planned") or words.hours, hours_earned=_hours(outcome, "earned"), place=words.place,
        title_language=words.title_language, modality=words.modality, **said,
        template=words.template.ref, template_version=words.template.version,
    )  # fmt: skip
    return dressed(content, words.template.design)


def dressed(content: CertificateContent, design: Design) -> CertificateContent:
    """Return a content in the words of a design, with its logos and those who sign on the day of issue."""
    language = content.language
    words, values = design.words_of(content.kind, language), _values(content)
    heading, opening, deed = (placeholders.fill(text, values) for text in (words.heading, words.opening, words.deed))
    return replace(
        content,
        heading=heading,
        opening=opening,
        deed=deed,
        closing=tuple(filter(None, (placeholders.fill(line, values) for line in words.sentences))),
        shown=design.shown,
        logos=tuple(Picture(logo.image, in_words(logo.alt, language)) for logo in design.logos),
        signatories=tuple(
            Signatory(one.name, in_words(one.titles, language), Picture(one.image) if one.image else None)
            for one in design.signing_on(content.issued_on)
        ),
    )


def with_pictures(content: CertificateContent) -> CertificateContent:
    """Return a content with the bytes of its pictures, so that it can be typeset anywhere; raises NotFound."""
    return replace(
        content,
        logos=tuple(map(_fetched, content.logos)),
        signatories=tuple(
            replace(one, signature=_fetched(one.signature)) if one.signature else one for one in content.signatories
        ),
    )


def _fetched(picture: Picture) -> Picture:
    return replace(picture, content=files.fetch(picture.key))


def _values(content: CertificateContent) -> dict[str, str]:
    """Return what stands in the places of a template's words."""
    words = WORDINGS[content.language]
    return {
        "name": content.holder, "activity": content.title, "kind": content.kind_label, "dates": content.dates,
        "modality": content.modality, "organization": content.organizations[0], "serial": content.serial,
        "issued_on": day_in_words(content.issued_on, words), "place": content.place, "outcome": content.outcome,
        "grade": content.grade, "hours_planned": _in_words(content.hours, words),
        "hours_earned": _in_words(content.hours_earned, words),
    }  # fmt: skip


def _in_words(hours: Decimal | None, words: Wording) -> str:
    return "" if hours is None else hours_in_words(hours, words)


def _hours(outcome: Outcome | None, name: str) -> Decimal | None:
    told = outcome.evidence.get("hours") if outcome else None
    return Decimal(told[name]) if told else None


def _outcome_in_words(outcome: Outcome | None, words: Wording) -> dict[str, Any]:
    if outcome is None:
        return {}
    grade = next((one["have"] for one in demands_of(outcome.evidence) if one["kind"] == "grade"), None)
    return {
        "outcome": words.outcomes[outcome.result],
        "grade": "" if grade is None else f"{number_in_words(Decimal(grade), words)}/100",
    }


def _title(titles: dict[str, str], language: str) -> tuple[str, Language | None]:
    for code in (language, "es", "en", *titles):
        if titles.get(code):
            return titles[code], code if code in WORDINGS else None
    return "", None
