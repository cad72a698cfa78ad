"""Which cells are hidden beside the small ones, so that nobody can compute one from all that is published."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from math import inf, log2

from ilpes_lms.statistics.disclosure import relations, rules
from ilpes_lms.statistics.disclosure.relations import Difference, Relation, System, Told
from ilpes_lms.statistics.disclosure.rules import SMALL, TOTAL, WIDTH, Activity, Cell, Edition
from ilpes_lms.statistics.disclosure.solving import NOISE, Programme, Row

# A total tells most; beside it, how many are women; a zero should rather stay.
_PRICES = {TOTAL: 4.0, "women": 2.0}
_PRICE_OF_ZERO = 3.0
# From so many steps away at most, a release is told something of by another.
_TOUCHED = 2


class NotProtected(Exception):
    """Nothing that a plan could hide protects what must be hidden."""


def protected(attribute: str, activities: Mapping[str, Activity], earlier: Sequence[Edition]) -> Edition:
    """Return the tables of an attribute that can be published beside all that was published before.

    The first plan under which everything hidden stays hidden and something is left to read; the last publishes nothing.
    """
    published = [each for each in earlier if each.columns]
    for columns in rules.PLANS[attribute]:
        made = rules.edition(attribute, activities, columns)
        if not made.cells:
            break
        try:
            found = _hidden_enough(attribute, published, made)
        except NotProtected:
            continue
        if any(number and cell not in found.hidden for cell, number in found.cells.items()):
            return found
    return rules.edition(attribute, activities, ())


def _hidden_enough(attribute: str, earlier: Sequence[Edition], made: Edition) -> Edition:
    near = _near([*earlier, made])
    before = _Before(attribute, [*near[:-1], replace(made, rows=(), columns=(), hidden=frozenset(), cells={})])
    return replace(made, hidden=_Search(relations.system(attribute, near), near, before).hidden())


def _near(editions: Sequence[Edition]) -> list[Edition]:
    """Return the releases that the newest can tell something of, and those that what keeps their cells apart reaches.

    What is possible of a release is shown by moving people of it and of its neighbours alone. So the newest, which is
    the last, takes nothing from releases further than two steps away, and what is held there reaches two steps more.
    """
    apart = _steps_apart(editions)
    return [each for each, steps in zip(editions, apart, strict=True) if steps <= _TOUCHED + 2]


def _steps_apart(editions: Sequence[Edition]) -> list[float]:
    """Return how many steps, from one release to another that shares an activity, each is from the newest."""
    beside, steps = relations.neighbours(editions), [inf] * len(editions)
    reached, step = {len(editions) - 1}, 0
    while reached:
        for place in reached:
            steps[place] = step
        reached = {one for place in reached for one in beside[place] if steps[one] == inf}
        step += 1
    return steps


class _Before:
    """What is possible as long as nothing of the newest tables is published."""

    def __init__(self, attribute: str, editions: Sequence[Edition]) -> None:
        self._attribute, self._editions = attribute, editions

    def range_of(self, told: Told, of: int, moving: Collection[int]) -> tuple[float, float]:
        """Return the least and the greatest that a difference could be, where people of some releases move."""
        place = self._place_of.get(told)
        if place is None:
            # Nobody has read of this row yet.
            return 0.0, float(of)
        self._programme.watch([], _moving(self._system, moving))
        return self._programme.furthest(place, 1), self._programme.furthest(place, -1)

    @cached_property
    def _system(self) -> System:
        return relations.system(self._attribute, self._editions)

    @cached_property
    def _place_of(self) -> dict[Told, int]:
        return {told: len(self._system.cells) + n for n, told in enumerate(self._system.differences)}

    @cached_property
    def _programme(self) -> Programme:
        return _programme(self._system, self._editions)


class _Search:
    """Hides more and more of the newest tables, until everything that must remain possible is."""

    def __init__(self, system: System, editions: Sequence[Edition], before: _Before) -> None:
        self._system, self._before = system, before
        self._keys = list(system.cells)
        self._newest = len(editions) - 1
        self._hidden = {(place, cell) for place, each in enumerate(editions) for cell in each.hidden}
        self._programme = _programme(system, editions)
        self._beside = relations.neighbours(editions)
        apart = _steps_apart(editions)
        self._touched = [place for place in reversed(range(len(editions))) if apart[place] <= _TOUCHED]

    def hidden(self) -> frozenset[Cell]:
        """Return what is hidden of the newest tables; raises NotProtected."""
        done = -1
        while done != len(self._hidden):
            done = len(self._hidden)
            # What is hidden for another's sake must be kept apart itself: the next round sees to it.
            for release in self._touched:
                self._keep(release)
        return frozenset(cell for place, cell in self._hidden if place == self._newest)

    def _keep(self, release: int) -> None:
        """Keep apart what is hidden of one release, and the differences of which it is the last."""
        cells = [place for place, (of, _cell) in enumerate(self._keys) if of == release]
        told = {
            len(self._keys) + n: (key, difference)
            for n, (key, difference) in enumerate(self._system.differences.items())
            if max(map(max, key[0])) == release
        }
        self._programme.watch([*cells, *told], _moving(self._system, self._beside[release]))
        for place in cells:
            key = self._keys[place]
            if key in self._hidden:
                self._keep_cell(place, self._system.cells[key].number)
        for place, (key_of, difference) in told.items():
            self._keep_difference(place, key_of, difference, self._beside[release])

    def _keep_cell(self, place: int, number: int) -> None:
        if number in SMALL:
            if not (self._lowered(place, SMALL[0]) and self._raised(place, SMALL[-1])):
                raise NotProtected
        elif self._programme.greatest[place] - self._programme.least[place] < WIDTH - NOISE:
            self._widen(place)

    def _widen(self, place: int) -> None:
        if self._raised(place, self._programme.least[place] + WIDTH):
            return
        least, greatest = self._programme.furthest(place, 1), self._programme.furthest(place, -1)
        if greatest - least < WIDTH - NOISE:
            raise NotProtected
        if not (self._raised(place, greatest) and self._lowered(place, greatest - WIDTH)):
            raise NotProtected

    def _keep_difference(self, place: int, told: Told, difference: Difference, moving: Collection[int]) -> None:
        """Leave 1 to 4 possible, or with fewer people all or none of them, as far as that was possible before."""
        few = difference.of <= SMALL[-1]
        low, high = (0, difference.of) if few else (SMALL[0], SMALL[-1])
        if self._lowered(place, low) and self._raised(place, high):
            return
        least, greatest = self._before.range_of(told, difference.of, moving)
        if not (self._lowered(place, max(low, least)) and self._raised(place, min(high, greatest))):
            raise NotProtected

    def _lowered(self, place: int, most: float) -> bool:
        return self._programme.least[place] <= most + NOISE or self._moved(place, -inf, most)

    def _raised(self, place: int, least: float) -> bool:
        return self._programme.greatest[place] >= least - NOISE or self._moved(place, least, inf)

    def _moved(self, place: int, lower: float, upper: float) -> bool:
        """Hide what it takes for a sum to lie within bounds; say whether anything does."""
        left = self._programme.cheapest(place, lower - NOISE / 10, upper + NOISE / 10)
        for row in left or ():
            self._hidden.add(self._keys[row])
            self._programme.free(row)
        return left is not None


def _moving(system: System, releases: Collection[int]) -> frozenset[int]:
    """Return the unknowns that count people of these releases alone."""
    return frozenset(place for place, members in enumerate(system.members) if members.issubset(releases))


def _programme(system: System, editions: Sequence[Edition]) -> Programme:
    newest = len(editions) - 1
    rows = [
        _row(relation, cell, hidden=cell in editions[place].hidden, priced=place == newest)
        for (place, cell), relation in system.cells.items()
    ]
    rows += [Row(one.relation.terms, one.relation.number, 0, inf) for one in system.differences.values()]
    rows += [Row(one.terms, one.number, one.number, one.number) for one in system.known]
    return Programme(system.true, rows)


def _row(relation: Relation, cell: Cell, *, hidden: bool, priced: bool) -> Row:
    if hidden:
        return Row(relation.terms, relation.number, relation.least, inf, relation.least)
    price = _price(cell, relation.number) if priced else None
    return Row(relation.terms, relation.number, relation.number, relation.number, relation.least, price)


def _price(cell: Cell, number: int) -> float:
    return (1.0 + log2(1 + number) if number else _PRICE_OF_ZERO) * _PRICES.get(cell[1], 1.0)
