"""Rules over an activity's places, and whether they allow one person a place now: plain values."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from ilpes_lms.enrolment.rules.flow import ENDLESS, Network

AT_MOST_PER_COUNTRY = "at_most_per_country"
AT_MOST_PER_INSTITUTION = "at_most_per_institution"
RESERVED_COUNTRIES = "reserved_countries"
RESERVED_INSTITUTION = "reserved_institution"
MINIMUM_WOMEN = "minimum_women"
RESERVING = frozenset({RESERVED_COUNTRIES, RESERVED_INSTITUTION})

# Which reservations somebody may use, by their numbers.
Uses = frozenset[int]


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may get a place, as known at the application.

    `key` names them to others, `id` is the last word between equals. Unknown country or institution is None: no
    limit counts those (law 10).
    """

    key: str
    applied_at: datetime
    id: int
    score: float | None = None
    country: str | None = None
    organization: str | None = None
    sex: str | None = None

    @property
    def order(self) -> tuple[bool, float, datetime, int]:
        """Return what sorts people: the better score first, no score last, then who came first."""
        return self.score is None, -(self.score or 0), self.applied_at, self.id

    @property
    def is_woman(self) -> bool:
        return self.sex == "female"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule over the places; `label` is what an institution is called."""

    kind: str
    number: int
    countries: frozenset[str] = frozenset()
    organization: str | None = None
    until: datetime | None = None
    label: str = ""

    def is_for(self, candidate: Candidate) -> bool:
        """Tell whether somebody may use the places that this rule reserves."""
        if self.kind == RESERVED_COUNTRIES:
            return candidate.country in self.countries
        return candidate.organization is not None and candidate.organization == self.organization


@dataclass(frozen=True, slots=True)
class Reason:
    """Why somebody gets a place or not: a code, and the values that its sentence needs."""

    code: str
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Terms:
    """The rules that stand at a moment, put together; `capacity` None is unlimited, and nothing is reserved then."""

    capacity: int | None
    per_country: int | None = None
    per_institution: int | None = None
    women: int | None = None
    reservations: tuple[Rule, ...] = ()

    @property
    def unreserved(self) -> int:
        if self.capacity is None:
            return ENDLESS
        return max(self.capacity - sum(rule.number for rule in self.reservations), 0)

    def uses(self, candidate: Candidate) -> Uses:
        """Return which reservations somebody may use."""
        return frozenset(number for number, rule in enumerate(self.reservations) if rule.is_for(candidate))


@dataclass
class Held:
    """Those who hold places, counted by what the rules ask for."""

    total: int = 0
    women: int = 0
    countries: Counter[str] = field(default_factory=Counter)
    institutions: Counter[str] = field(default_factory=Counter)
    uses: Counter[Uses] = field(default_factory=Counter)

    def add(self, candidate: Candidate, terms: Terms) -> None:
        """Count one more."""
        self.total += 1
        self.women += candidate.is_woman
        if candidate.country:
            self.countries[candidate.country] += 1
        if candidate.organization:
            self.institutions[candidate.organization] += 1
        self.uses[terms.uses(candidate)] += 1

    def with_more(self, candidates: Iterable[Candidate], terms: Terms) -> "Held":
        """Return how it would be with some more."""
        after = Held(self.total, self.women, self.countries.copy(), self.institutions.copy(), self.uses.copy())
        for candidate in candidates:
            after.add(candidate, terms)
        return after


def terms_at(rules: Iterable[Rule], capacity: int | None, now: datetime) -> Terms:
    """Put the rules that stand now together; of several limits of a kind the strictest counts."""
    numbers: dict[str, list[int]] = {}
    for rule in rules:
        numbers.setdefault(rule.kind, []).append(rule.number)
    standing = [rule for rule in rules if rule.kind in RESERVING and (rule.until is None or rule.until > now)]
    return Terms(
        capacity=capacity,
        per_country=min(numbers.get(AT_MOST_PER_COUNTRY, ()), default=None),
        per_institution=min(numbers.get(AT_MOST_PER_INSTITUTION, ()), default=None),
        women=max(numbers.get(MINIMUM_WOMEN, ()), default=None),
        reservations=() if capacity is None else tuple(standing),
    )


def with_room(terms: Terms, held: Held) -> Terms:
    """Return the same rules as if at least one place were free."""
    if terms.capacity is None:
        return terms
    return replace(terms, capacity=max(terms.capacity, held.total + 1))


def counted(holders: Iterable[Candidate], terms: Terms) -> Held:
    """Count those who hold places."""
    held = Held()
    for holder in holders:
        held.add(holder, terms)
    return held


def hindrance(candidate: Candidate, held: Held, terms: Terms) -> Reason | None:
    """Return why the rules allow somebody no place now, None if they do.

    A woman never makes the share of women worse, so the share holds back nobody but others.
    """
    return no_room(held, terms) or limit_reached(candidate, held, terms) or _reserved(candidate, held, terms)


def no_room(held: Held, terms: Terms) -> Reason | None:
    """Return that all places are taken, if they are."""
    return Reason("no_places") if terms.capacity is not None and held.total >= terms.capacity else None


def limit_reached(candidate: Candidate, held: Held, terms: Terms) -> Reason | None:
    """Return which limit one more like this would break: of the country, the institution, the share of women."""
    return (
        country_full(candidate, held, terms)
        or institution_full(candidate, held, terms)
        or share_broken(candidate, held, terms)
    )


def country_full(candidate: Candidate, held: Held, terms: Terms) -> Reason | None:
    """Return that there are as many of somebody's country as there may be."""
    most = terms.per_country
    if most is None or not candidate.country or held.countries[candidate.country] < most:
        return None
    return Reason("country_full", {"number": most, "country": candidate.country})


def institution_full(candidate: Candidate, held: Held, terms: Terms) -> Reason | None:
    """Return that there are as many of somebody's institution as there may be."""
    most = terms.per_institution
    if most is None or not candidate.organization or held.institutions[candidate.organization] < most:
        return None
    return Reason("institution_full", {"number": most})


def share_broken(candidate: Candidate, held: Held, terms: Terms) -> Reason | None:
    """Return that with somebody the share of women would be too small."""
    if terms.women is None or candidate.is_woman or share_holds(terms.women, held.women, held.total + 1):
        return None
    return Reason("women_share", {"percent": terms.women})


def share_holds(percent: int, women: int, total: int) -> bool:
    """Tell whether among all there are at least so many women in a hundred."""
    return women * 100 >= percent * total


def places_reserved(candidate: Candidate, terms: Terms) -> Reason | None:
    """Return for whom places are kept that somebody may not use: the reservation that is released first."""
    closed = [rule for rule in terms.reservations if not rule.is_for(candidate)]
    if not closed:
        return None
    rule = min(closed, key=lambda rule: (rule.until is None, rule.until or candidate.applied_at))
    return Reason("places_reserved", _whose(rule))


def reserved_for(candidate: Candidate, terms: Terms) -> Reason | None:
    """Return which reserved places somebody may use, if any."""
    rule = next((rule for rule in terms.reservations if rule.is_for(candidate)), None)
    return Reason("in_reserved", _whose(rule)) if rule else None


def _whose(rule: Rule) -> dict[str, Any]:
    return {
        "number": rule.number, "countries": tuple(sorted(rule.countries)), "institution": rule.label,
        "until": rule.until,
    }  # fmt: skip


def _reserved(candidate: Candidate, held: Held, terms: Terms) -> Reason | None:
    if not terms.reservations:
        return None
    classes = PlaceClasses(terms, {*held.uses, terms.uses(candidate)})
    classes.take_in(held.uses)
    here = classes.users[terms.uses(candidate)]
    return None if classes.network.any_path(classes.source, here) else places_reserved(candidate, terms)


class PlaceClasses:
    """The reserved and the unreserved places as a network from a source to groups of people who may use the same.

    Who holds a place may move to another class when that makes room: only how many fit is decided.
    """

    def __init__(self, terms: Terms, groups: Iterable[Uses]) -> None:
        self.network = Network()
        self.source = self.network.node()
        classes = [(self._class(rule.number), number) for number, rule in enumerate(terms.reservations)]
        unreserved = self._class(terms.unreserved)
        self.users: dict[Uses, int] = {}
        for uses in sorted(groups, key=sorted):
            node = self.users[uses] = self.network.node()
            for place, number in classes:
                if number in uses:
                    self.network.arc(place, node, ENDLESS)
            self.network.arc(unreserved, node, ENDLESS)

    def take_in(self, groups: Counter[Uses]) -> None:
        """Give those who hold places theirs for good; who has none by the rules takes up none of them."""
        inside = self.network.node()
        arcs = [self.network.arc(self.users[uses], inside, number) for uses, number in groups.items()]
        while path := self.network.any_path(self.source, inside):
            self.network.send(path)
        for arc in arcs:
            self.network.set_room(arc, 0)
            self.network.set_room(arc + 1, 0)

    def _class(self, places: int) -> int:
        node = self.network.node()
        self.network.arc(self.source, node, places)
        return node
