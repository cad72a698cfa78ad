"""What a template says: the words of each kind and language, the facts that are shown, logos and who signs."""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any, get_args

from ilpes_lms.certificates import placeholders
from ilpes_lms.certificates.document import USUAL_FACTS, missing_glyphs
from ilpes_lms.certificates.errors import (
    GlyphMissing,
    OfficeEndsBeforeItBegins,
    PictureNotDescribed,
    PictureUnknown,
    SignatoryNameMissing,
    TemplateTextTooLong,
    TooManyLogos,
    TooManySentences,
    TooManySignatories,
)
from ilpes_lms.certificates.wording import WORDINGS, CertificateKind, Language
from ilpes_lms.core.text import N_

KINDS: tuple[CertificateKind, ...] = get_args(CertificateKind)
LANGUAGES: tuple[Language, ...] = get_args(Language)
MOST_LOGOS, MOST_SIGNATORIES, MOST_LISTED, MOST_SENTENCES = 4, 3, 12, 4
LONGEST = {"heading": 80, "opening": 160, "deed": 200, "closing": 800, "name": 120, "title": 160, "alt": 200}
# What may stand below the title, with what the editor calls it.
FACTS = {
    "dates": N_("Dates"),
    "hours": N_("Hours planned"),
    "earned": N_("Hours earned"),
    "place": N_("Place"),
    "modality": N_("Format"),
    "outcome": N_("Outcome"),
    "grade": N_("Grade"),
}


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one kind in one language; where one is "" the institute's own stand."""

    heading: str = ""
    opening: str = ""
    deed: str = ""
    closing: str = ""

    @property
    def sentences(self) -> tuple[str, ...]:
        """Return the closing's lines, each a sentence that can be left out alone."""
        return tuple(line.strip() for line in self.closing.splitlines() if line.strip())


@dataclass(frozen=True, slots=True)
class Logo:
    """A picture at the head, by its file's key, and what it shows, by language."""

    image: str
    alt: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Signing:
    """Somebody who signs while in office, with a title by language and the picture of a signature or without."""

    name: str
    titles: dict[str, str] = field(default_factory=dict)
    image: str = ""
    since: date | None = None
    until: date | None = None

    def signs_on(self, day: date) -> bool:
        """Tell whether they are in office on a day."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Design:
    """All that a template says; without anything it is the institute's own, as the code has it."""

    words: dict[tuple[CertificateKind, Language], Words] = field(default_factory=dict)
    shown: tuple[str, ...] = USUAL_FACTS
    logos: tuple[Logo, ...] = ()
    signatories: tuple[Signing, ...] = ()

    def words_of(self, kind: CertificateKind, language: Language) -> Words:
        """Return the words of a kind in a language, those of the code where the template has none."""
        own, usual = self.words.get((kind, language), Words()), WORDINGS[language]
        return replace(
            own, heading=own.heading or usual.heading[kind], opening=own.opening or usual.certifies,
            deed=own.deed or usual.deed[kind],
        )  # fmt: skip

    def with_words(self, kind: CertificateKind, language: Language, words: Words) -> "Design":
        """Return the design with other words for a kind in a language."""
        return replace(self, words=self.words | {(kind, language): words})

    def signing_on(self, day: date) -> tuple[Signing, ...]:
        """Return who signs on a day, in their order."""
        return tuple(one for one in self.signatories if one.signs_on(day))

    @property
    def images(self) -> frozenset[str]:
        """Return the keys of all pictures."""
        return frozenset(filter(None, (*(logo.image for logo in self.logos), *(s.image for s in self.signatories))))

    def as_record(self) -> dict[str, Any]:
        """Return the design as JSON values."""
        return {
            "words": [
                {"kind": kind, "language": language} | asdict(words)
                for (kind, language), words in sorted(self.words.items())
                if words != Words()
            ],
            "shown": [name for name in FACTS if name in self.shown],
            "logos": [asdict(logo) for logo in self.logos],
            "signatories": [
                asdict(one) | {"since": _iso(one.since), "until": _iso(one.until)} for one in self.signatories
            ],
        }

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> "Design":
        return cls(
            words={
                (one["kind"], one["language"]): Words(
                    *(one[name] for name in ("heading", "opening", "deed", "closing"))
                )
                for one in record["words"]
            },
            shown=tuple(record["shown"]),
            logos=tuple(Logo(**logo) for logo in record["logos"]),
            signatories=tuple(
                Signing(**one | {"since": _day(one["since"]), "until": _day(one["until"])})
                for one in record["signatories"]
            ),
        )


def check(design: Design) -> None:
    """Refuse a design that could not be printed, or not as it is meant."""
    for words in design.words.values():
        check_words(words)
    if len(design.logos) > MOST_LOGOS:
        raise TooManyLogos(field="logos", most=MOST_LOGOS)
    for logo in design.logos:
        check_logo(logo)
    for one in design.signatories:
        check_signing(one)
    if len(design.signatories) > MOST_LISTED or _most_at_once(design.signatories) > MOST_SIGNATORIES:
        raise TooManySignatories(field="signatories", most=MOST_SIGNATORIES)


def check_words(words: Words) -> None:
    """Refuse words that are too long, have no glyph, or places that nothing fills."""
    for name in ("heading", "opening", "deed", "closing"):
        text = getattr(words, name)
        _check_text(text, name, LONGEST[name])
        placeholders.check(text, field=name, may_be_left_out=name == "closing")
    if len(words.sentences) > MOST_SENTENCES:
        raise TooManySentences(field="closing", most=MOST_SENTENCES)


def check_logo(logo: Logo) -> None:
    """Refuse a logo that nobody who can't see it would learn anything of."""
    for text in logo.alt.values():
        _check_text(text, "alt", LONGEST["alt"], printed=False)
    if not logo.image:
        raise PictureUnknown(field="picture")
    if not any(logo.alt.values()):
        raise PictureNotDescribed(field="alt")


def check_signing(one: Signing) -> None:
    """Refuse somebody without a name, or whose office ends before it begins."""
    if not one.name.strip():
        raise SignatoryNameMissing(field="name")
    _check_text(one.name, "name", LONGEST["name"])
    for text in one.titles.values():
        _check_text(text, "title", LONGEST["title"])
    if one.since and one.until and one.until < one.since:
        raise OfficeEndsBeforeItBegins(field="until")


def in_words(texts: dict[str, str], language: str) -> str:
    """Return what is said in a language, or in the first that says anything."""
    return next((texts[code] for code in (language, *LANGUAGES) if texts.get(code)), "")


def moved(listed: tuple[Any, ...], place: int, by: int) -> tuple[Any, ...]:
    """Return a list with one of it moved up (-1) or down (1), as far as there is room."""
    target = place + by
    if not 0 <= target < len(listed):
        return listed
    items = list(listed)
    items[place], items[target] = items[target], items[place]
    return tuple(items)


def differences(one: Design, other: Design, name: Callable[[str, str], str]) -> list[tuple[str, str, str]]:
    """Return where two designs differ, each with a name and what stands in both."""
    keys = sorted({*one.words, *other.words})
    pairs = [(name(*key), one.words.get(key, Words()), other.words.get(key, Words())) for key in keys]
    found = [(label, _said(mine), _said(theirs)) for label, mine, theirs in pairs]
    found += [(part, _listed(part, one), _listed(part, other)) for part in ("shown", "logos", "signatories")]
    return [line for line in found if line[1] != line[2]]


def _said(words: Words) -> str:
    return " / ".join(text for text in (words.heading, words.opening, words.deed, *words.sentences) if text)


def _listed(part: str, design: Design) -> str:
    if part == "shown":
        return ", ".join(design.shown)
    if part == "logos":
        return ", ".join(f"{next(iter(logo.alt.values()), '')} ({logo.image[:8]})" for logo in design.logos)
    return ", ".join(
        " ".join(filter(None, (one.name, *one.titles.values(), _iso(one.since), _iso(one.until), one.image[:8])))
        for one in design.signatories
    )


def _check_text(text: str, name: str, longest: int, *, printed: bool = True) -> None:
    if len(text) > longest:
        raise TemplateTextTooLong(field=name, longest=longest)
    if printed and (missing := missing_glyphs(text)):
        raise GlyphMissing(missing, field=name)


def _most_at_once(listed: Iterable[Signing]) -> int:
    """Return how many sign on the day on which most do: their number changes only when somebody begins."""
    listed = tuple(listed)
    days = {one.since or date.min for one in listed}
    return max((sum(one.signs_on(day) for one in listed) for day in days), default=0)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
