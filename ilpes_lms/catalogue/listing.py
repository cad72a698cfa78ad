"""The catalogue page as its template shows it: cards, filters as links with counts, addresses to share."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlencode

from flask_babel import gettext as _

from ilpes_lms.catalogue import rules, wording
from ilpes_lms.catalogue.queries import Card, Facet, Filters, SearchResult
from ilpes_lms.core.text import N_, fold
from ilpes_lms.people.vocabularies import countries, languages, topics
from ilpes_lms.web import i18n

NOW_AND_SOON = "current"
WHEN_LABELS = {"upcoming": N_("Not started yet"), "running": N_("Under way")}
OPEN_LABEL = N_("Open for application")
# Every code a filter may have; others are as if they had not been asked for.
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
    """Read filters from an address; what is not known is ignored, so that an old address still leads somewhere."""
    codes = {name: code for name in KNOWN if (code := arguments.get(name, "")) in KNOWN[name]}
    codes.setdefault("when", NOW_AND_SOON)
    return Filters(text=arguments.get("q", "").strip(), codes=codes, cursor=arguments.get("cursor", ""))


def listing(filters: Filters, found: SearchResult, *, base: str, now: datetime) -> Listing:
    """Put a search's result into words and links."""
    address = _Address(base, filters)
    groups = [_group(title, name, found.facets[name], address) for title, name in _titles()]
    chosen = [option for group in groups for option in group.options if option.current]
    return Listing(
        cards=[shown_card(card, base, now) for card in found.cards],
        groups=[group for group in groups if group.options],
        tabs=_tabs(found.facets["when"], address),
        chosen=chosen,
        hidden={name: code for name, code in filters.codes.items() if (name, code) != ("when", NOW_AND_SOON)},
        pages=_pages(found, address),
        total=found.total,
        clear_url=f"{base}?when=past" if filters.codes["when"] == "past" else base,
    )


def shown_card(card: Card, base: str, now: datetime) -> ShownCard:
    """Put one activity into the words of a card."""
    full = rules.places_left(card.capacity, card.confirmed) == 0
    state = wording.state_of(when=card.when, window=card.window, admission=card.admission, full=full)
    asks = card.when != "past" and rules.takes_applications(card.admission)
    return ShownCard(
        url=f"{base}/{card.ref}/{wording.slug_of(card.titles)}",
        title=i18n.in_own_words(card.titles),
        kind=card.kind,
        kind_label=wording.kind_label(card.kind),
        dates=wording.dates(card.starts_on, card.ends_on, card.start_precision, card.end_precision),
        language=wording.language_names(card.languages),
        hours=wording.hours(card.hours),
        audience=wording.audience(card.admission, card.eligible_countries, card.requesting_institution),
        deadline=wording.deadline(card.window, card.zone, now) if asks else "",
        status_label=state[0] if state else "",
        tone=state[1] if state else "",
    )


class _Address:
    """Addresses of the page with one thing changed."""

    def __init__(self, base: str, filters: Filters) -> None:
        self._base = base
        self.filters = filters

    def to(self, filters: Filters) -> str:
        values = {"q": filters.text, **filters.codes, "cursor": filters.cursor}
        if values["when"] == NOW_AND_SOON:
            del values["when"]
        query = urlencode([(name, value) for name, value in values.items() if value])
        return f"{self._base}?{query}" if query else self._base

    def choosing(self, name: str, code: str) -> str:
        return self.to(replace(self.filters, codes={**self.filters.codes, name: code}, cursor=""))

    def without(self, name: str) -> str:
        codes = {other: code for other, code in self.filters.codes.items() if other != name}
        codes.setdefault("when", NOW_AND_SOON)
        return self.to(replace(self.filters, codes=codes, cursor=""))

    def at(self, cursor: str) -> str:
        return self.to(replace(self.filters, cursor=cursor))


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
        for code, label in _labels(name, facet)
        if facet.get(code) or code == chosen
    ]
    return Group(title, options)


def _option(name: str, code: str, label: str, count: int, address: _Address, *, current: bool) -> Option:
    url = address.without(name) if current else address.choosing(name, code)
    return Option(label, count, url, current, code if name == "kind" else "")


def _labels(name: str, facet: Facet) -> Iterable[tuple[str, str]]:
    language = i18n.current_language()
    if name == "topic":
        return topics.choices(language)
    if name == "language":
        return languages.choices(language)
    if name == "country":
        named = ((code, countries.country_name(code, language)) for code in facet)
        return sorted(named, key=lambda pair: fold(pair[1]))
    return [(code, str(_(label))) for code, label in _OWN_LABELS[name].items()]


_OWN_LABELS = {
    "open": {"yes": OPEN_LABEL},
    "when": WHEN_LABELS,
    "kind": rules.KIND_LABELS,
    "modality": rules.MODALITY_LABELS,
}


def _tabs(facet: Facet, address: _Address) -> list[Option]:
    past = address.filters.codes["when"] == "past"
    labels = ((NOW_AND_SOON, _("Current and upcoming")), ("past", _("Past activities")))
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
