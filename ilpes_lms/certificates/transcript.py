"""What somebody has been certified, all together: the valid certificates with their hours, by the year of issue."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from pathlib import Path

from flask_babel import gettext as _

from ilpes_lms.certificates import document, queries
from ilpes_lms.certificates.composition import ISSUERS
from ilpes_lms.certificates.document import CertificateContent
from ilpes_lms.certificates.errors import GlyphMissing
from ilpes_lms.certificates.models import Certificate
from ilpes_lms.certificates.rules import ISSUED, KIND_LABELS
from ilpes_lms.core import typesetting
from ilpes_lms.notifications import links
from ilpes_lms.web.i18n import current_language, day, ngettext, number

_TEMPLATE = Path(__file__).resolve().parent / "templates" / "transcript.typ"


@dataclass(frozen=True, slots=True)
class Year:
    """What was issued in one year; `without_hours` are those whose hours are not on record, which is not zero."""

    year: int
    contents: tuple[CertificateContent, ...]

    @property
    def hours(self) -> Decimal:
        """Return the hours earned; where nothing is known of them, the hours planned."""
        return sum((each for content in self.contents if (each := content.hours_counted) is not None), Decimal())

    @property
    def hours_planned(self) -> Decimal:
        return sum((content.hours for content in self.contents if content.hours is not None), Decimal())

    @property
    def without_hours(self) -> int:
        return sum(content.hours_counted is None for content in self.contents)

    @property
    def hours_in_words(self) -> str:
        """Return the sum with what it leaves out, in the reader's language."""
        if self.without_hours == len(self.contents):
            return "–"
        told = of_planned(self.hours, self.hours_planned)
        missing = ngettext("%(num)s without hours on record", "%(num)s without hours on record", self.without_hours)
        return f"{told} ({missing})" if self.without_hours else told


def of_planned(earned: Decimal | None, planned: Decimal | None) -> str:
    """Return hours earned in the reader's language, told from the hours planned where those are others."""
    if earned is None or planned is None or earned == planned:
        return number(earned)
    return str(_("%(earned)s of %(planned)s", earned=number(earned), planned=number(planned)))


def by_year(contents: Iterable[CertificateContent]) -> list[Year]:
    """Return certificates by the year of issue, the newest first."""
    ordered = sorted(contents, key=lambda content: (content.issued_on, content.serial), reverse=True)
    return [Year(year, tuple(found)) for year, found in groupby(ordered, key=lambda content: content.issued_on.year)]


def of_valid(certificates: Iterable[Certificate]) -> list[Year]:
    """Return those of some certificates that are valid, by year."""
    return by_year(CertificateContent.from_record(one.content) for one in certificates if one.state == ISSUED)


def of_person(person_id: int) -> list[Year]:
    """Return what is certified of a person now, by year: certificates that are valid, and no others."""
    return of_valid(queries.of_person(person_id))


def render(name: str, years: list[Year], *, today: date) -> bytes:
    """Return the transcript as PDF bytes in the reader's language; raises GlyphMissing."""
    if missing := document.missing_glyphs(name):
        raise GlyphMissing(missing)
    return typesetting.typeset(_TEMPLATE, {"transcript": _page(name, years, today)}, day=today)


def _page(name: str, years: list[Year], today: date) -> dict[str, object]:
    title = _("Transcript of certificates")
    return {
        "language": current_language(),
        "document_title": f"{title} – {name}",
        "organizations": [_(each) for each in ISSUERS],
        "heading": title,
        "name": name,
        "as_of": _("As of %(day)s. Only certificates that are valid are listed.", day=day(today)),
        "columns": [_("Activity"), _("Certificate"), _("Hours earned"), _("Issued on")],
        "years": [_year(found) for found in years],
        "check": _("Each certificate can be checked by its code at %(address)s.", address=links.absolute("/verify")),
        "page": _("Page"),
        "nothing": _("No certificates yet"),
    }


def _year(found: Year) -> dict[str, object]:
    return {
        "year": str(found.year),
        "total": _("Hours in %(year)s: %(hours)s", year=found.year, hours=found.hours_in_words),
        "rows": [_row(content) for content in found.contents],
    }


def _row(content: CertificateContent) -> dict[str, object]:
    return {
        "title": content.title,
        "title_language": content.title_language or content.language,
        "dates": content.dates,
        "kind": _(KIND_LABELS[content.kind]),
        "serial": content.serial,
        "code": content.code,
        "url": content.verify_url,
        "hours": of_planned(content.hours_counted, content.hours),
        "issued": day(content.issued_on),
    }
