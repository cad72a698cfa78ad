"""The catalogue page as its template shows it: cards, filters as links with counts, addresses to share."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from flask_babel import gettext as _

from ilpes_lms.catalogue import rules, wording
from ilpes_lms.catalogue.queries import Card, Facet, Filters, SearchResult
from ilpes_lms.core.text import N_
from ilpes_lms.people.vocabularies import countries, languages, topics
from ilpes_lms.web import i18n

NOW_AND_SOON = "current"
_USUAL = ("when", NOW_AND_SOON)
WHEN_LABELS = {"upcoming": N_("Not started yet"), "running": N_("Under way")}
OPEN_LABEL = N_("Open for application")
# Every code a filter may have; of others the page says that it left them out.
KNOWN: dict[str, frozenset[str]] = {
    "when": frozenset({NOW_AND_SOON, "upcoming", "running", "past"}),
    "open": frozenset({"yes"}),
    "kind": frozenset(rules.KINDS),
    "topic": frozenset(topics.CODES),
    "country": frozenset(countries.CODES),
    "language": frozenset(languages.CODES),
    "modality": frozenset(rules.MODALITIES),
}


@dataclass(frozen=True, slots=True)
class ShownCard:
    """A card as the card macro shows it."""

    url: str
    title: str
    kind: str
    kind_label: str
    dates: str
    language: str
    hours: str
    audience: str
    deadline: str
    status_label: str
    tone: str


@dataclass(frozen=True, slots=True)
class Option:
    """One link of a filter."""

    label: str
    count: int
    url: str
    current: bool
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """The links of one filter under their title."""

    title: str
    options: list[Option]


@dataclass(frozen=True, slots=True)
class Pages:
    """Where the list goes on."""

    previous_url: str | None
    next_url: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Listing:
    """All that the page shows."""

    cards: list[ShownCard]
    groups: list[Group]
    tabs: list[Option]
    chosen: list[Option]
    hidden: dict[str, str]
    pages: Pages
    total: int
    clear_url: str


def filters_of(arguments: Mapping[str, str]) -> Filters:
    """Read filters from an address; what is not known is left out, so that an old address still leads somewhere."""
    codes = {name: code for name in KNOWN if (code := arguments.get(name, "")) in KNOWN[name]}
    codes.setdefault("when", NOW_AND_SOON)
    return Filters(text=arguments.get("q", "").strip(), codes=codes, cursor=arguments.get("cursor", ""))


def listing(filters: Filters, found: SearchResult, *, base: str, now: datetime) -> Listing:
    """Put a search's result into words and links."""
    address, language = _Address(base, filters), i18n.current_language()
    past = filters.codes["when"] == "past"
    groups = [
        _group(title, name, found.facets[name], address) for title, name in _titles() if not (past and name == "when")
    ]
    chosen = [option for group in groups for option in group.options if option.current]
    return Listing(
        cards=[shown_card(card, base, now, language) for card in found.cards],
        groups=[group for group in groups if _divides(group, found.total)],
        tabs=_tabs(found.facets["when"], address),
        chosen=chosen,
        hidden={name: code for name, code in filters.codes.items() if (name, code) != _USUAL},
        pages=_pages(found, address),
        total=found.total,
        clear_url=f"{base}?when=past" if past else base,
    )


def shown_card(card: Card, base: str, now: datetime, language: str) -> ShownCard:
    """Put one activity into the words of a card."""
    full = rules.places_left(card.capacity, card.confirmed) == 0
    state = wording.state_of(when=card.when, window=card.window, admission=card.admission, full=full)
    asks = card.when != "past" and rules.takes_applications(card.admission)
    texts = _texts(language, _Edition(card.ref, card.version, card.when, base, card))
    deadline = wording.deadline(card.window, card.zone, now) if asks else ""
    return ShownCard(*(*texts, deadline, *(state or ("", ""))))


@dataclass(frozen=True, slots=True)
class _Edition:
    """An activity as it was last edited: all that is said of it follows from these, places and time aside."""

    ref: str
    version: int
    when: str
    base: str
    card: Card = field(compare=False)


@wording.remembered
def _texts(_language: str, edition: _Edition) -> tuple[str, ...]:
    card = edition.card
    return (
        f"{edition.base}/{card.ref}/{wording.slug_of(card.titles)}",
        i18n.in_own_words(card.titles),
        card.kind,
        wording.kind_label(card.kind),
        wording.dates(card.starts_on, card.ends_on, card.start_precision, card.end_precision),
        wording.language_names(card.languages),
        wording.hours(card.hours),
        _audience(card),
    )


def _audience(card: Card) -> str:
    # How one could get in is of no use once it is over; for whom it was still says something.
    if card.when == "past" and not (card.eligible_countries or card.requesting_institution):
        return ""
    return wording.audience(card.admission, card.eligible_countries, card.requesting_institution)


class _Address:
    """Addresses of the page with one thing changed; the cursor goes, since it is a place in another list."""

    def __init__(self, base: str, filters: Filters) -> None:
        self._base = base
        self.filters = filters
        values = {"q": filters.text, **filters.codes}
        self._values = {name: value for name, value in values.items() if value and (name, value) != _USUAL}
        self._others: dict[str, str] = {}

    def choosing(self, name: str, code: str) -> str:
        return self._to(self._all_but(name), "" if (name, code) == _USUAL else f"{name}={code}")

    def without(self, name: str) -> str:
        return self._to(self._all_but(name))

    def at(self, cursor: str) -> str:
        return self._to(urlencode(self._values), urlencode({"cursor": cursor}) if cursor else "")

    def _all_but(self, name: str) -> str:
        if name not in self._others:
            self._others[name] = urlencode({other: value for other, value in self._values.items() if other != name})
        return self._others[name]

    def _to(self, *parts: str) -> str:
        query = "&".join(part for part in parts if part)
        return f"{self._base}?{query}" if query else self._base


def _titles() -> list[tuple[str, str]]:
    return [
        (_("Applications"), "open"),
        (_("When"), "when"),
        (_("Kind"), "kind"),
        (_("Topic"), "topic"),
        (_("Language"), "language"),
        (_("Format"), "modality"),
        (_("Country where it is given"), "country"),
    ]


def _group(title: str, name: str, facet: Facet, address: _Address) -> Group:
    chosen = address.filters.codes.get(name)
    options = [
        _option(name, code, label, facet.get(code, 0), address, current=code == chosen)
        for code, label in _labels(i18n.current_language(), name)
        if facet.get(code) or code == chosen
    ]
    return Group(title, options)


def _divides(group: Group, total: int) -> bool:
    # A filter that everything passes tells the reader nothing.
    return any(option.current or option.count != total for option in group.options)


def _option(name: str, code: str, label: str, count: int, address: _Address, *, current: bool) -> Option:
    url = address.without(name) if current else address.choosing(name, code)
    return Option(label, count, url, current, code if name == "kind" else "")


@wording.remembered
def _labels(language: str, name: str) -> tuple[tuple[str, str], ...]:
    if name in _VOCABULARIES:
        return tuple(_VOCABULARIES[name].choices(language))
    return tuple((code, str(_(label))) for code, label in _OWN_LABELS[name].items())


_VOCABULARIES: dict[str, Any] = {"topic": topics, "language": languages, "country": countries}
_OWN_LABELS = {
    "open": {"yes": OPEN_LABEL},
    "when": WHEN_LABELS,
    "kind": rules.KIND_LABELS,
    "modality": rules.MODALITY_LABELS,
}


def _tabs(facet: Facet, address: _Address) -> list[Option]:
    past = address.filters.codes["when"] == "past"
    labels = ((NOW_AND_SOON, _("Current")), ("past", _("Past")))
    return [
        Option(label, facet.get(code, 0), address.choosing("when", code), (code == "past") == past)
        for code, label in labels
    ]


def _pages(found: SearchResult, address: _Address) -> Pages:
    last = found.first + len(found.cards)
    text = _("%(first)s to %(last)s of %(total)s", first=found.first + 1, last=last, total=found.total)
    return Pages(
        previous_url=None if found.previous_cursor is None else address.at(found.previous_cursor),
        next_url=None if found.next_cursor is None else address.at(found.next_cursor),
        text=text if found.cards else "",
    )
