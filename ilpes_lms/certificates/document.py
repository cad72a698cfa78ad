"""The certificate as a PDF: tagged, archival, the same bytes for the same content, and nothing fetched."""

import io
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from ilpes_lms.certificates import images
from ilpes_lms.certificates.errors import GlyphMissing
from ilpes_lms.certificates.wording import (
    WORDINGS,
    CertificateKind,
    Language,
    Wording,
    day_in_words,
    earned_in_words,
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
    "heading",
    "opening",
    "deed",
    "serial",
    "code",
)
_LISTS = {"organizations", "closing", "shown"}
# What certificates said before templates could choose.
USUAL_FACTS = ("dates", "hours", "earned", "place")


@dataclass(frozen=True, slots=True)
class Picture:
    """A logo or a signature: the key of its file, and what it shows in words; `content` is no part of the record."""

    key: str
    alt: str = ""
    content: bytes = field(default=b"", repr=False)

    def as_record(self) -> dict[str, str]:
        """Return it as JSON values."""
        return {"key": self.key, "alt": self.alt}


@dataclass(frozen=True, slots=True)
class Signatory:
    """Who signs, by name and title, with the picture of a signature or without."""

    name: str
    title: str = ""
    signature: Picture | None = None

    def as_record(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {
            "name": self.name,
            "title": self.title,
            "signature": self.signature.as_record() if self.signature else None,
        }

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> "Signatory":
        signature = record["signature"]
        return cls(record["name"], record["title"], Picture(**signature) if signature else None)


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateContent:
    """Everything a certificate says, as plain values.

    `dates`, `kind_label`, `place`, `modality`, `outcome` and `grade` come as text in the certificate's language; what
    is None or "" is left out, and `shown` names the facts that stand below the title. `title_language` is the title's
    own when it differs, so that it is read aloud rightly. `hours` are those planned. Where `heading`, `opening` and
    `deed` are "" the language's own words stand. The first organization stands above the others. `template` is the
    reference of the template that the words are from, "" for the one in the code.
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
    hours_earned: Decimal | None = None
    place: str = ""
    modality: str = ""
    outcome: str = ""
    grade: str = ""
    title_language: Language | None = None
    heading: str = ""
    opening: str = ""
    deed: str = ""
    closing: tuple[str, ...] = ()
    shown: tuple[str, ...] = USUAL_FACTS
    logos: tuple[Picture, ...] = ()
    signatories: tuple[Signatory, ...] = ()
    template: str = ""
    template_version: int = 1

    @property
    def hours_counted(self) -> Decimal | None:
        """Return the hours earned, or those planned where nothing is known of earned ones."""
        return self.hours if self.hours_earned is None else self.hours_earned

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """Return all pictures, in the order in which they stand."""
        return (*self.logos, *(one.signature for one in self.signatories if one.signature))

    def as_record(self) -> dict[str, Any]:
        """Return the content as JSON values, to be stored with the certificate."""
        return asdict(self) | {
            "issued_on": self.issued_on.isoformat(),
            "hours": _plain(self.hours),
            "hours_earned": _plain(self.hours_earned),
            "organizations": list(self.organizations),
            "closing": list(self.closing),
            "shown": list(self.shown),
            "logos": [logo.as_record() for logo in self.logos],
            "signatories": [signatory.as_record() for signatory in self.signatories],
        }

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> "CertificateContent":
        """Return the content that was stored, by whichever release: what it does not know of is left out."""
        known: dict[str, Any] = {one.name: record[one.name] for one in fields(cls) if one.name in record}
        for name in _LISTS & known.keys():
            known[name] = tuple(known[name])
        known["issued_on"] = date.fromisoformat(record["issued_on"])
        known["hours"] = _decimal(record["hours"])
        known["hours_earned"] = _decimal(record.get("hours_earned"))
        known["logos"] = tuple(Picture(**logo) for logo in record.get("logos", ()))
        known["signatories"] = tuple(map(Signatory.from_record, record.get("signatories", ())))
        return cls(**known)


def _plain(hours: Decimal | None) -> str | None:
    return None if hours is None else str(hours)


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def render(content: CertificateContent, *, for_trials: bool = False, attached: str = "") -> bytes:
    """Return the certificate as PDF bytes, or refuse with GlyphMissing.

    The same content gives the same bytes: the document's own date is the day of issue. A document `for_trials`
    says that the key which is to sign it is a development key; `attached` is its credential.
    """
    content = _checked(content)
    page = _page(content, for_trials=WORDINGS[content.language].for_trials if for_trials else "")
    return typesetting.typeset(_TEMPLATE, {"certificate": page, "credential": attached}, day=content.issued_on)


def preview(content: CertificateContent, *, resolution: int) -> bytes:
    """Return the certificate as it would look, as a PNG picture that says it is a specimen; refuse as `render`."""
    content = _checked(content)
    page = _page(content, for_trials=WORDINGS[content.language].specimen)
    return typesetting.picture(_TEMPLATE, {"certificate": page, "credential": ""}, resolution=resolution)


def missing_glyphs(text: str) -> str:
    """Return the characters of a text that a certificate can't show, each once, in the order they come."""
    return typesetting.missing_glyphs(text, _TYPEFACES)


def _checked(content: CertificateContent) -> CertificateContent:
    content = _cleaned(content)
    for name, text in _texts(content):
        if missing := missing_glyphs(text):
            raise GlyphMissing(missing, field=name)
    return content


def _page(content: CertificateContent, *, for_trials: str) -> dict[str, Any]:
    """Put the content into words: what the template sets, in no other language than the certificate's."""
    words = WORDINGS[content.language]
    language, region = words.language_tag
    heading = content.heading or words.heading[content.kind]
    return {
        "language": language,
        "region": region,
        "document_title": f"{heading} – {content.holder}",
        "document_description": content.title,
        "logos": [_picture(logo) for logo in content.logos],
        "organizations": content.organizations,
        "heading": heading,
        "certifies": content.opening or words.certifies,
        "holder": content.holder,
        "deed": content.deed or words.deed[content.kind],
        "title": content.title,
        "title_language": content.title_language,
        "activity_kind": content.kind_label,
        "facts": _facts(content, words),
        "closing": content.closing,
        "issued": words.issued.format(day_in_words(content.issued_on, words)),
        "signatories": [_signatory(one, words) for one in content.signatories],
        "check": _check(content, words),
        "for_trials": for_trials,
    }


def _facts(content: CertificateContent, words: Wording) -> list[dict[str, str]]:
    facts = {
        "dates": (words.dates, content.dates),
        "hours": _hours(content, words),
        "place": (words.place, content.place),
        "modality": (words.modality, content.modality),
        "outcome": (words.outcome, content.outcome),
        "grade": (words.grade, content.grade),
    }
    shown = {"hours" if name == "earned" else name for name in content.shown}
    return [{"label": label, "value": value} for name, (label, value) in facts.items() if value and name in shown]


def _hours(content: CertificateContent, words: Wording) -> tuple[str, str]:
    """Return the hours with their label: those earned told from those planned where both are shown and differ."""
    planned = content.hours if "hours" in content.shown else None
    earned = content.hours_earned if "earned" in content.shown else None
    if earned is None or earned == planned:
        return words.duration, "" if planned is None else hours_in_words(planned, words)
    said = hours_in_words(earned, words) if planned is None else earned_in_words(earned, planned, words)
    return words.earned, said


def _signatory(signatory: Signatory, words: Wording) -> dict[str, Any]:
    signature = signatory.signature
    alt = words.signature_alt.format(signatory.name)
    return {
        "name": signatory.name,
        "title": signatory.title,
        "signature": _picture(replace(signature, alt=alt)) if signature else None,
    }


def _picture(picture: Picture) -> dict[str, str]:
    return {"svg": images.as_svg(picture.content), "alt": picture.alt}


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
    import segno

    out = io.BytesIO()
    segno.make_qr(address, error="m").save(out, kind="svg", xmldecl=False, dark="#1b2733", light="#ffffff")
    return out.getvalue().decode()


def _texts(content: CertificateContent) -> Iterator[tuple[str, str]]:
    """Return what people wrote, by the field it stands in."""
    yield from ((name, getattr(content, name)) for name in (*_WRITTEN_BY_PEOPLE, "modality", "outcome", "grade"))
    yield "organizations", " ".join(content.organizations)
    yield "closing", " ".join(content.closing)
    yield "signatories", " ".join(f"{one.name} {one.title}" for one in content.signatories)


def _cleaned(content: CertificateContent) -> CertificateContent:
    clean = typesetting.cleaned
    changes: dict[str, Any] = {name: clean(getattr(content, name)) for name in _WRITTEN_BY_PEOPLE}
    return replace(
        content,
        **changes,
        organizations=tuple(map(clean, content.organizations)),
        closing=tuple(map(clean, content.closing)),
        signatories=tuple(replace(one, name=clean(one.name), title=clean(one.title)) for one in content.signatories),
    )
