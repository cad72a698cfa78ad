"""The certificate as a PDF: tagged, archival, the same bytes for the same content, and nothing fetched."""

import io
from dataclasses import asdict, dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import segno

from ilpes_lms.certificates.errors import GlyphMissing
from ilpes_lms.certificates.wording import (
    WORDINGS,
    CertificateKind,
    Language,
    Wording,
    day_in_words,
    hours_in_words,
)
from ilpes_lms.core import typesetting

# Its folder, the only one that Typst may read, holds templates alone.
_TEMPLATE = Path(__file__).resolve().parent / "templates" / "certificate.typ"
_TYPEFACES = ("Libertinus Serif",)
_WRITTEN_BY_PEOPLE = (
    "holder",
    "title",
    "kind_label",
    "dates",
    "place",
    "signatory_name",
    "signatory_title",
    "serial",
    "code",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateContent:
    """Everything a certificate says, as plain values.

    `dates`, `kind_label` and `place` come as text in the certificate's language; `hours` None and `place`
    "" are left out. `title_language` is the title's own when it differs, so that it is read aloud rightly.
    Without a signatory's name there is no signature line. The first organization stands above the others.
    """

    kind: CertificateKind
    language: Language
    holder: str
    title: str
    kind_label: str
    dates: str
    issued_on: date
    serial: str
    code: str
    verify_url: str
    organizations: tuple[str, ...]
    hours: Decimal | None = None
    place: str = ""
    signatory_name: str = ""
    signatory_title: str = ""
    title_language: Language | None = None

    def as_record(self) -> dict[str, Any]:
        """Return the content as JSON values, to be stored with the certificate."""
        hours = None if self.hours is None else str(self.hours)
        return asdict(self) | {
            "issued_on": self.issued_on.isoformat(),
            "hours": hours,
            "organizations": list(self.organizations),
        }

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> "CertificateContent":
        """Return the content that `as_record` stored."""
        hours = record["hours"]
        return cls(
            **record
            | {
                "issued_on": date.fromisoformat(record["issued_on"]),
                "hours": None if hours is None else Decimal(hours),
                "organizations": tuple(record["organizations"]),
            }
        )


def render(content: CertificateContent, *, for_trials: bool = False, attached: str = "") -> bytes:
    """Return the certificate as PDF bytes, or refuse with GlyphMissing.

    The same content gives the same bytes: the document's own date is the day of issue. A document `for_trials`
    says that the key which is to sign it is a development key; `attached` is its credential.
    """
    content = _cleaned(content)
    for name, text in _texts(content).items():
        if missing := missing_glyphs(text):
            raise GlyphMissing(missing, field=name)
    page = _page(content, for_trials=for_trials)
    said = {"certificate": page, "credential": attached}
    return typesetting.typeset(_TEMPLATE, said, day=content.issued_on)


def missing_glyphs(text: str) -> str:
    """Return the characters of a text that a certificate can't show, each once, in the order they come."""
    return typesetting.missing_glyphs(text, _TYPEFACES)


def _page(content: CertificateContent, *, for_trials: bool) -> dict[str, Any]:
    """Put the content into words: what the template sets, in no other language than the certificate's."""
    words = WORDINGS[content.language]
    language, region = words.language_tag
    heading = words.heading[content.kind]
    return {
        "language": language,
        "region": region,
        "document_title": f"{heading} – {content.holder}",
        "document_description": content.title,
        "organizations": content.organizations,
        "heading": heading,
        "certifies": words.certifies,
        "holder": content.holder,
        "deed": words.deed[content.kind],
        "title": content.title,
        "title_language": content.title_language,
        "activity_kind": content.kind_label,
        "facts": _facts(content, words),
        "issued": words.issued.format(day_in_words(content.issued_on, words)),
        "signatory": _signatory(content),
        "check": _check(content, words),
        "for_trials": words.for_trials if for_trials else "",
    }


def _facts(content: CertificateContent, words: Wording) -> list[dict[str, str]]:
    duration = "" if content.hours is None else hours_in_words(content.hours, words)
    facts = {words.dates: content.dates, words.duration: duration, words.place: content.place}
    return [{"label": label, "value": value} for label, value in facts.items() if value]


def _signatory(content: CertificateContent) -> dict[str, str] | None:
    if not content.signatory_name:
        return None
    return {"name": content.signatory_name, "title": content.signatory_title}


def _check(content: CertificateContent, words: Wording) -> dict[str, str]:
    address = _short(content.verify_url.removesuffix(content.code))
    return {
        "invitation": words.check,
        "url": content.verify_url,
        "address": address,
        "qr": _qr(content.verify_url),
        "qr_alt": words.qr_alt.format(_short(content.verify_url)),
        "code_label": words.code,
        "code": content.code,
        "serial_label": words.serial,
        "serial": content.serial,
    }


def _short(address: str) -> str:
    return address.split("://", 1)[-1].rstrip("/")


def _qr(address: str) -> str:
    """Return a QR code as SVG, with its quiet zone in white."""
    out = io.BytesIO()
    segno.make_qr(address, error="m").save(out, kind="svg", xmldecl=False, dark="#1b2733", light="#ffffff")
    return out.getvalue().decode()


def _texts(content: CertificateContent) -> dict[str, str]:
    """Return what people wrote, by the field it stands in."""
    texts = {name: getattr(content, name) for name in _WRITTEN_BY_PEOPLE}
    return texts | {"organizations": " ".join(content.organizations)}


def _cleaned(content: CertificateContent) -> CertificateContent:
    changes: dict[str, Any] = {name: typesetting.cleaned(getattr(content, name)) for name in _WRITTEN_BY_PEOPLE}
    return replace(content, **changes, organizations=tuple(typesetting.cleaned(name) for name in content.organizations))
