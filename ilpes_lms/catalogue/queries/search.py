"""The public catalogue: what matches, how many in each facet, one page of cards. Two SQL statements.

The first reads the few short columns that filters, facets and the order need, of every activity whose text
matches; choosing, counting and ordering happen here, because SQLite and PostgreSQL share no way to count
the members of JSON lists, and one pass over the rows gives the counts of all facets at once. The second reads
the columns of the page's cards, never whole objects. It grows with the number of activities: a thousand take
about ten milliseconds, and an institute that offers fifty a year has a long way to go to there.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, bindparam, select

from ilpes_lms.catalogue import rules
from ilpes_lms.catalogue.models import Activity, CatalogueEdition
from ilpes_lms.catalogue.queries.visibility import published
from ilpes_lms.core.database import db
from ilpes_lms.core.pagination import BadCursor
from ilpes_lms.core.text import fold

PAGE_SIZE = 20
DIMENSIONS = ("when", "open", "kind", "topic", "country", "language", "modality")
_MOST_WORDS = 8
_LONGEST_TEXT = 200
_ORDER_OF_CURRENT = {"open": 0, "upcoming": 1, "running": 2}
# Statements are built once, because to compose one takes as long as to execute it, and of plain columns,
# because no objects are wanted.
_c = Activity.__table__.c
_INDEX = select(
    _c.id, _c.public_id, _c.kind, _c.topics, _c.country, _c.languages, _c.modality, _c.starts_on, _c.ends_on, _c.status,
    _c.admission, _c.zone, _c.applications_open_at, _c.applications_close_at, _c.sessions_end_at,
).where(published(), _c.status != "cancelled")  # fmt: skip
_CARDS = select(
    _c.id, _c.public_id, _c.version, _c.kind, _c.titles, _c.starts_on, _c.ends_on, _c.start_precision, _c.end_precision,
    _c.languages, _c.modality, _c.hours, _c.location, _c.country, _c.eligible_countries, _c.requesting_institution,
    _c.admission, _c.status, _c.capacity, _c.confirmed_count, _c.waiting_count, _c.zone, _c.applications_open_at,
    _c.applications_close_at, _c.sessions_end_at,
).where(_c.id.in_(bindparam("ids", expanding=True)))  # fmt: skip

_EDITION = select(CatalogueEdition.__table__.c.stamp)

Key = tuple[int, int, str]
Facet = dict[str, int]


@dataclass(frozen=True)
class Filters:
    """What is asked for: words, one code of each dimension at most, a place in the list."""

    text: str = ""
    codes: dict[str, str] = field(default_factory=lambda: {"when": "current"})
    cursor: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """What a list says of one activity."""

    ref: str
    version: int
    kind: str
    titles: dict[str, str]
    starts_on: date
    ends_on: date
    start_precision: str
    end_precision: str
    languages: list[str]
    modality: str
    hours: Decimal | None
    location: str | None
    country: str | None
    eligible_countries: list[str]
    requesting_institution: str | None
    admission: str
    status: str
    capacity: int | None
    confirmed: int
    waiting: int
    zone: str
    when: str
    window: rules.Window


@dataclass(frozen=True)
class SearchResult:
    """One page of cards, how many match in all, and the count of each code of each dimension.

    A dimension's counts are of what would match if that dimension were not restricted. `previous_cursor` is
    empty for the first page and None where there is none before.
    """

    cards: list[Card]
    facets: dict[str, Facet]
    total: int
    first: int
    next_cursor: str | None
    previous_cursor: str | None


@dataclass(slots=True)
class _Entry:
    id: int
    key: Key
    when: str
    codes: dict[str, Iterable[str]]


def edition() -> str | None:
    """Return the stamp that changes whenever the public list does, None while there is none."""
    stamp: str | None = db.session.execute(_EDITION).scalar()
    return stamp


def search(filters: Filters, *, now: datetime, today: date, size: int = PAGE_SIZE) -> SearchResult:
    """Return a page of what everyone may see and matches, with the counts for the filters beside it."""
    hits, facets = _sieved(_entries(filters.text, now, today), filters.codes)
    hits.sort(key=lambda entry: entry.key)
    first = bisect_right(hits, _key(filters.cursor), key=lambda entry: entry.key) if filters.cursor else 0
    shown = hits[first : first + size]
    return SearchResult(
        cards=_cards(shown, now),
        facets=facets,
        total=len(hits),
        first=first,
        next_cursor=_cursor(shown[-1].key) if first + size < len(hits) else None,
        previous_cursor=_previous(hits, first, size),
    )


def _entries(text: str, now: datetime, today: date) -> Iterator[_Entry]:
    statement = _INDEX.where(*having_words(text)) if text else _INDEX
    for row in db.session.execute(statement):
        yield _entry(row, now, today)


def having_words(text: str) -> list[ColumnElement[bool]]:
    """Return the conditions that an activity has all words of a text, whatever their accents and case."""
    words = fold(text[:_LONGEST_TEXT].replace("\x00", "")).split()[:_MOST_WORDS]
    return [Activity.search_key.contains(word, autoescape=True) for word in words]


def _entry(row: Any, now: datetime, today: date) -> _Entry:
    number, ref, kind, topics, country, languages, modality, starts_on, ends_on, _status, admission = row[:11]
    when = rules.time_state(starts_on, ends_on, today)
    is_open = when != "past" and rules.takes_applications(admission) and _window(row, now).state == "open"
    codes: dict[str, Iterable[str]] = {
        "when": ("past",) if when == "past" else ("current", when),
        "open": ("yes",) if is_open else (),
        "kind": (kind,),
        "topic": topics,
        "country": (country,) if country else (),
        "language": languages,
        "modality": (modality,),
    }
    rank = _ORDER_OF_CURRENT["open" if is_open else when] if when != "past" else len(_ORDER_OF_CURRENT)
    # Current ones by what can be joined first; past ones by what ended last.
    day = -ends_on.toordinal() if when == "past" else starts_on.toordinal()
    return _Entry(number, (rank, day, ref), when, codes)


def _sieved(entries: Iterable[_Entry], wanted: dict[str, str]) -> tuple[list[_Entry], dict[str, Facet]]:
    hits: list[_Entry] = []
    facets: dict[str, Facet] = {dimension: defaultdict(int) for dimension in DIMENSIONS}
    for entry in entries:
        failing = [dimension for dimension, code in wanted.items() if code not in entry.codes[dimension]]
        if not failing:
            hits.append(entry)
        # What fails in one dimension only would match if that one were not restricted.
        for dimension in DIMENSIONS if not failing else failing if len(failing) == 1 else ():
            facet = facets[dimension]
            for code in entry.codes[dimension]:
                facet[code] += 1
    return hits, facets


def _cards(entries: list[_Entry], now: datetime) -> list[Card]:
    if not entries:
        return []
    rows = db.session.execute(_CARDS, {"ids": [entry.id for entry in entries]})
    by_id = {row[0]: row for row in rows}
    return [_card(by_id[entry.id], entry.when, now) for entry in entries if entry.id in by_id]


def _card(row: Any, when: str, now: datetime) -> Card:
    return Card(*(*row[1:-3], when, _window(row, now)))


def _window(row: Any, now: datetime) -> rules.Window:
    return rules.application_window(
        status=row.status, kind=row.kind, opens_at=row.applications_open_at, closes_at=row.applications_close_at,
        starts_on=row.starts_on, ends_on=row.ends_on, sessions_end_at=row.sessions_end_at, zone=row.zone, now=now,
    )  # fmt: skip


def _previous(hits: list[_Entry], first: int, size: int) -> str | None:
    if first == 0:
        return None
    return "" if first <= size else _cursor(hits[first - size - 1].key)


def _cursor(key: Key) -> str:
    return "~".join(str(part) for part in key)


def _key(cursor: str) -> Key:
    rank, _, rest = cursor.partition("~")
    day, _, ref = rest.partition("~")
    try:
        return int(rank), int(day), ref
    except ValueError as error:
        raise BadCursor(field="cursor") from error
