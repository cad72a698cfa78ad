"""All that the tables of one attribute say together, over every release, as linear relations of unknown numbers.

People who are in exactly the same releases, in an activity of the same kind, are one group: how many women and men it
has is known to everybody, from the tables by activity; how they divide over the rows is what nobody should learn. An
activity whose row is the same in two releases has the same people in both; where it changed, as few as possible came or
went. So whoever reads all releases knows no more than these relations say, and usually less.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import TypeAlias

from ilpes_lms.statistics.disclosure.rules import OTHERS, SMALL, TOTAL, Cell, Edition, floor

# Of which kind a group's activities are in each release that counts them.
Group: TypeAlias = tuple[tuple[int, str], ...]
Unknown: TypeAlias = tuple[Group, str, str]
# Which groups a difference of releases is about, by the releases each is in; of which row, and which sex.
Told: TypeAlias = tuple[frozenset[frozenset[int]], str, str]


@dataclass(frozen=True, slots=True)
class Relation:
    """A sum of unknowns, by their places: its true number, and the least that everybody knows of it."""

    terms: tuple[int, ...]
    number: int
    least: int = 0


@dataclass(frozen=True, slots=True)
class Difference:
    """People who are in some releases and not in others: never printed, but what differences of releases tell of.

    `of` is how many there are of that sex, or of any, in all rows: nothing makes them more.
    """

    relation: Relation
    of: int


@dataclass(frozen=True, slots=True)
class System:
    """The unknowns of one attribute, what is known of their sums, and the cells and differences they make up.

    `true` is what each unknown is, `members` the releases that count it.
    """

    true: Sequence[int]
    members: Sequence[frozenset[int]]
    known: Sequence[Relation]
    cells: Mapping[tuple[int, Cell], Relation]
    differences: Mapping[Told, Difference]


def system(attribute: str, editions: Sequence[Edition]) -> System:
    """Return the relations of an attribute over all releases, the one that is to be published last."""
    true = _divided(editions)
    groups: Counter[tuple[Group, str]] = Counter()
    for (group, _row, sex), number in true.items():
        groups[group, sex] += number
    rows = sorted({row for _group, row, _sex in true})
    unknowns = [(group, row, sex) for group, sex in sorted(groups) for row in rows if _possible(editions, group, row)]
    places = {unknown: place for place, unknown in enumerate(unknowns)}
    terms: dict[tuple[Group, str], list[int]] = defaultdict(list)
    for (group, _row, sex), place in places.items():
        terms[group, sex].append(place)
    known = [Relation(tuple(terms[of]), number) for of, number in sorted(groups.items())]
    cells = _cells(attribute, editions, places)
    members = [frozenset(place for place, _kind in group) for group, _row, _sex in unknowns]
    return System([true[one] for one in unknowns], members, known, cells, dict(_differences(true, places, groups)))


def neighbours(editions: Sequence[Edition]) -> list[frozenset[int]]:
    """Return for each release those that count an activity which it counts, itself among them."""
    return [
        frozenset(
            place for place, other in enumerate(editions) if place == own or each.activities.keys() & other.activities
        )
        for own, each in enumerate(editions)
    ]


def _divided(editions: Sequence[Edition]) -> Counter[Unknown]:
    """Divide everybody into groups, as at least so many must have stayed, come and gone from release to release."""
    named = {row for each in editions for row in each.rows}
    counted: dict[tuple[str, str, str], dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for place, each in enumerate(editions):
        for ref, (_kind, counts) in each.activities.items():
            for (row, sex), number in counts.items():
                counted[ref, row if row in named else OTHERS, sex][place] += number
    found: Counter[Unknown] = Counter()
    for (ref, row, sex), numbers in counted.items():
        for below, level in pairwise(sorted({0, *numbers.values()})):
            there = [place for place, number in sorted(numbers.items()) if number >= level]
            found[tuple((place, editions[place].activities[ref][0]) for place in there), row, sex] += level - below
    return found


def _possible(editions: Sequence[Edition], group: Group, row: str) -> bool:
    # A row that a release does not list is zero in it; where it lists none, it says nothing.
    return all(
        not editions[place].rows or editions[place].row_of(row) in editions[place].rows for place, _kind in group
    )


def _cells(
    attribute: str, editions: Sequence[Edition], places: Mapping[Unknown, int]
) -> dict[tuple[int, Cell], Relation]:
    terms: dict[tuple[int, Cell], list[int]] = defaultdict(list)
    for (group, row, sex), unknown in places.items():
        for place, kind in group:
            each = editions[place]
            for column in {sex, kind, TOTAL} & set(each.columns):
                terms[place, (each.row_of(row), column)].append(unknown)
    return {
        (place, cell): Relation(tuple(terms[place, cell]), number, floor(attribute, cell[0]) if cell[1] == TOTAL else 0)
        for place, each in enumerate(editions)
        for cell, number in each.cells.items()
    }


def _differences(
    true: Counter[Unknown], places: Mapping[Unknown, int], groups: Mapping[tuple[Group, str], int]
) -> Iterator[tuple[Told, Difference]]:
    """Yield the small numbers among those who are in some releases and not in others."""
    members = {group: frozenset(place for place, _kind in group) for group, _sex in groups}
    for within in _told_apart(set(members.values())):
        chosen = {group for group, places_of in members.items() if places_of in within}
        for (row, sex), terms in _rows_of(chosen, places).items():
            number = sum(true[unknown] for unknown in terms)
            if number in SMALL and row != OTHERS:
                of = sum(n for (group, its), n in groups.items() if group in chosen and sex in (its, TOTAL))
                yield (within, row, sex), Difference(Relation(tuple(places[one] for one in terms), number), of)


def _rows_of(chosen: Collection[Group], places: Mapping[Unknown, int]) -> dict[Cell, list[Unknown]]:
    terms: dict[Cell, list[Unknown]] = defaultdict(list)
    for unknown in places:
        group, row, sex = unknown
        if group in chosen:
            terms[row, sex].append(unknown)
            terms[row, TOTAL].append(unknown)
    return terms


def _told_apart(members: Collection[frozenset[int]]) -> list[frozenset[frozenset[int]]]:
    """Return the sets of groups that releases tell apart: each alone, and those that two releases do or don't share."""
    sets = [frozenset({one}) for one in sorted(members, key=sorted)]
    for first, second in combinations(sorted({place for one in members for place in one}), 2):
        sets += [
            frozenset(one for one in members if first in one and second not in one),
            frozenset(one for one in members if second in one and first not in one),
            frozenset(one for one in members if first in one and second in one),
        ]
    return list(dict.fromkeys(one for one in sets if one))
