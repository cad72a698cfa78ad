"""Whom to choose under rules: the most people, and of these choices the one with the best ranked. Exact, by ADR 9.

The rules are a network: a person takes a place of some class (reserved or not), then one of the near limit, then one
of the far limit (the country's and the institution's). What gets through is what the rules allow. Men cost one, so
that the cheapest choice of a size has the fewest of them.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

from ilpes_lms.enrolment.errors import RulesTooTangled
from ilpes_lms.enrolment.rules.fairness import (
    RESERVED_COUNTRIES,
    RESERVED_INSTITUTION,
    Candidate,
    Held,
    PlaceClasses,
    Terms,
    Uses,
)
from ilpes_lms.enrolment.rules.flow import ENDLESS

# What the rules see of a person: the reservations of use, the near and the far limit, and whether they cost.
_Group = tuple[Uses, str | None, str | None, bool]
_Own = Callable[[Candidate], str | None]


def chosen(people: Sequence[Candidate], held: Held, terms: Terms) -> set[str]:
    """Return the keys of those who get the places that nobody holds; `people` are in their rank.

    Where the share of women can't be reached with anyone, only women come in: each brings it nearer.
    """
    choice = _Choice(people, held, terms)
    costs = choice.fill(choice.most)
    total = next((n for n in range(len(costs) - 1, -1, -1) if costs[n] <= choice.men_allowed(n)), None)
    if total is None:
        women = [candidate for candidate in people if candidate.is_woman]
        return chosen(women, held, replace(terms, women=None))
    if total < len(costs) - 1:
        choice = _Choice(people, held, terms)
        costs = choice.fill(total)
    return choice.best(total, spare=choice.men_allowed(total) - costs[total])


class _Choice:
    """One choice on its way: first how many, then who."""

    def __init__(self, people: Sequence[Candidate], held: Held, terms: Terms) -> None:
        self.people, self.held, self.terms = people, held, terms
        self.most = len(people) if terms.capacity is None else max(terms.capacity - held.total, 0)
        classes = PlaceClasses(terms, {*held.uses, *(terms.uses(one) for one in people)})
        classes.take_in(held.uses)
        self.network, self.source, self.users = classes.network, classes.source, classes.users
        self.sink = self.network.node()
        self.group_of = self._groups()
        self.sizes = Counter(self.group_of.values())
        self.arcs = self._arcs()

    def men_allowed(self, total: int) -> int:
        """Return how many of so many chosen need not be women, below zero if even that many women are too few."""
        if self.terms.women is None:
            return ENDLESS
        needed = -(-self.terms.women * (self.held.total + total) // 100) - self.held.women
        return total - max(needed, 0)

    def fill(self, most: int) -> list[int]:
        """Send people through, at most so many; return for each number how few men there can be among them."""
        costs = [0]
        men = [group for group in self.arcs if group[3]]
        for group in men:
            self.network.set_room(self.arcs[group], 0)
        self._send(costs, most, self.network.any_path)
        for group in men:
            self.network.set_room(self.arcs[group], self.sizes[group])
        if men:
            # Nobody is left who costs nothing, so who comes straight is as cheap as can be.
            self._send(costs, most, self.network.straight_path)
            self._send(costs, most, self.network.cheapest_path)
        return costs

    def best(self, total: int, *, spare: int) -> set[str]:
        """Exchange people for better ranked ones while the number stays, and the share of women holds."""
        kept: set[str] = set()
        self.network.level()
        for candidate in self.people:
            if len(kept) == total:
                break
            arc = self.arcs[self.group_of[candidate.key]]
            if not self.network.sent(arc):
                spare -= self._exchange(arc, spare)
            if self.network.sent(arc):
                self.network.keep_one(arc)
                kept.add(candidate.key)
        return kept

    def _exchange(self, arc: int, spare: int) -> int:
        """Bring in one more of a group for someone who is not kept, if that can be; return how many men it costs."""
        if not self.network.room(arc):
            return 0
        tail, head = self.network.ends(arc)
        if self.terms.women is None:
            path = self.network.any_path(head, tail)
        else:
            path = self.network.path_within(head, tail, spare - self.network.cost([arc]))
        if path is None:
            # What can't be had now can't be had later, when more are kept.
            self.network.set_room(arc, 0)
            return 0
        self.network.send([arc, *path], 1)
        return self.network.cost([arc, *path])

    def _send(self, costs: list[int], most: int, find: Callable[[int, int], list[int] | None]) -> None:
        while len(costs) <= most and (path := find(self.source, self.sink)):
            price = self.network.cost(path)
            for _unit in range(self.network.send(path, most + 1 - len(costs))):
                costs.append(costs[-1] + price)

    def _groups(self) -> dict[str, _Group]:
        """Put people whom the rules can't tell apart together, and keep the limits that matter in `near` and `far`."""
        countries = self._limit(_country, self.held.countries, self.terms.per_country)
        institutions = self._limit(_institution, self.held.institutions, self.terms.per_institution)
        kinds = {rule.kind for rule in self.terms.reservations}
        if {RESERVED_COUNTRIES, RESERVED_INSTITUTION} <= kinds and countries and institutions:
            raise RulesTooTangled
        # The near limit must not come between people who may use different reservations.
        turned = RESERVED_INSTITUTION in kinds and (bool(countries) or RESERVED_COUNTRIES not in kinds)
        sides = [(_country, countries), (_institution, institutions)]
        (near_of, self.near), (far_of, self.far) = reversed(sides) if turned else sides
        return {
            one.key: (
                self.terms.uses(one), _if_limited(near_of(one), self.near), _if_limited(far_of(one), self.far),
                self.terms.women is not None and not one.is_woman,
            )
            for one in self.people
        }  # fmt: skip

    def _limit(self, own: _Own, held: Counter[str], most: int | None) -> dict[str, int]:
        """Return the countries or institutions more of whom come than may, with how many still may."""
        if most is None:
            return {}
        wanted = Counter(value for one in self.people if (value := own(one)))
        return {value: max(most - held[value], 0) for value, number in wanted.items() if held[value] + number > most}

    def _arcs(self) -> dict[_Group, int]:
        """Lead from the classes of places over the near limit, the people and the far limit to the end."""
        network = self.network
        near: dict[tuple[Uses, str | None], int] = {}
        far: dict[str | None, int] = {None: self.sink}
        arcs = {}
        for group in self.sizes:
            uses, near_key, far_key, costs = group
            if (uses, near_key) not in near:
                near[uses, near_key] = network.node()
                network.arc(self.users[uses], near[uses, near_key], _room(near_key, self.near))
            if far_key not in far:
                far[far_key] = network.node()
                network.arc(far[far_key], self.sink, _room(far_key, self.far))
            arcs[group] = network.arc(near[uses, near_key], far[far_key], self.sizes[group], int(costs))
        return arcs


def _country(candidate: Candidate) -> str | None:
    return candidate.country


def _institution(candidate: Candidate) -> str | None:
    return candidate.organization


def _if_limited(key: str | None, limits: dict[str, int]) -> str | None:
    return key if key in limits else None


def _room(key: str | None, limits: dict[str, int]) -> int:
    return ENDLESS if key is None else limits[key]
