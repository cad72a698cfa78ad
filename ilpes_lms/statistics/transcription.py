"""The training figures that a report published, as transcribed: each with where it stands and how it is found again."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, TypeAlias

from ilpes_lms.statistics.rules import Period

Value: TypeAlias = int | float | str
_COLUMNS = {"women": "women", "men": "men", "total": None}


@dataclass(frozen=True, slots=True)
class Figure:
    """One published figure, or one doubt about what is printed; the file says what each field means."""

    id: str
    value: Value
    unit: str
    where: tuple[str, ...]
    measure: str | None = None
    kind: str | None = None
    row: str | None = None
    sex: str | None = None
    country: str | None = None
    modality: str | None = None
    topics: tuple[str, ...] = ()
    partner: str | None = None
    subject: str | None = None
    base: str | None = None
    beside: tuple[str, ...] = ()
    other: Value | None = None
    told_by: str | None = None
    alone: str | None = None
    finds: Value | None = None


@dataclass(frozen=True, slots=True)
class Transcription:
    """What one report published; `doubts` are readings of some of its figures, not figures of their own."""

    symbol: str
    period: Period
    figures: Mapping[str, Figure]
    doubts: Mapping[str, Figure]


@cache
def transcription() -> Transcription:
    """Return the figures of the newest activities report, rows of its annex included."""
    text = (files("ilpes_lms.statistics") / "published" / "2021-2022.toml").read_text(encoding="utf-8")
    read = tomllib.loads(text)
    start, end = map(date.fromisoformat, read["period"].split("/"))
    figures = [*map(_figure, read["figures"]), *(figure for row in read["rows"] for figure in _of_row(row))]
    return Transcription(read["symbol"], Period(start, end), _by_id(figures), _by_id(map(_figure, read["doubts"])))


def _of_row(row: Mapping[str, Any]) -> Iterator[Figure]:
    name = row["row"]
    yield Figure(f"{name}-dates", _shortest(row["dates"]), "date", (name,), "dates", row=name)
    if "hours" in row:
        yield Figure(f"{name}-hours", row["hours"], "count", (name,), "hours", row=name)
    for column, sex in _COLUMNS.items():
        if column in row:
            yield Figure(f"{name}-{column}", row[column], "count", (name,), "participations", row=name, sex=sex)


def _shortest(dates: str) -> str:
    first, last = dates.split("/")
    return first if first == last else dates


def _figure(read: Mapping[str, Any]) -> Figure:
    fields: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in read.items()}
    return Figure(**fields)


def _by_id(figures: Iterable[Figure]) -> dict[str, Figure]:
    listed = list(figures)
    found = {figure.id: figure for figure in listed}
    if len(found) != len(listed):
        raise ValueError("two figures have one name")
    return found
