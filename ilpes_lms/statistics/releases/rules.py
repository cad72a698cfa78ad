"""What a release holds, what changed from one to the next, and whether a chain of them is whole."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from ilpes_lms.people.vocabularies import countries, sectors
from ilpes_lms.statistics import rules
from ilpes_lms.statistics.disclosure.rules import (
    ATTRIBUTES,
    COUNTRY,
    INSTITUTION,
    OTHERS,
    SECTOR,
    SEX_COLUMNS,
    UNKNOWN,
)
from ilpes_lms.statistics.releases.errors import (
    NothingRevised,
    NothingToPublish,
    PeriodNotOver,
    RevisionUnexplained,
)
from ilpes_lms.statistics.rules import KINDS, SEXES, Period

# The first format has no tables across.
FORMAT = "ilpes-lms-statistics-release/2"
ALL = "all"
SHARE = "share"
FIGURES = ("activities", "without_record", "participations", *SEXES, "persons", "activities_without_persons")
TOLD = ("kind", "title", "dates", "location", "country", "hours", *SEXES, "total")
LANGUAGES = ("es", "en", "pt", "fr")
# How a deed begins that corrected a field of what an enrolment says of a person, and what is counted by that field.
CORRECTED = "enrolment.corrected."
_SEX = "sex"
_ATTRIBUTE_OF = {
    "country": COUNTRY, "sector": SECTOR, "organization_name": INSTITUTION, "organization_country": INSTITUTION,
}  # fmt: skip
COUNTED_FIELDS = (_SEX, *_ATTRIBUTE_OF)

Statistics = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a release stands: in the chain of all releases, and among those of its period.

    `predecessor` is the digest of the release before it in the chain, `revises` that of the one it revises.
    """

    number: int
    revision: int
    predecessor: str | None
    revises: str | None


@dataclass(frozen=True, slots=True)
class Link:
    """A release as it is stored, to be checked."""

    number: int
    revision: int
    starts_on: date
    ends_on: date
    published_at: str
    predecessor: str | None
    digest: str
    content: str
    published_in: str | None = None
    counts: str | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """What is published of a period: by activity and sex in full, and across, with hidden cells.

    `counts_digest` is that of the true counts kept beside the release, `institutions` names those in the tables.
    What only a document printed has neither.
    """

    statistics: Statistics
    cross_tables: Mapping[str, Any] | None
    institutions: Mapping[str, Sequence[str]]
    counts_digest: str | None


@dataclass(frozen=True, slots=True)
class Changed:
    """What a revision changes of the release that stands: figures and activities, and cells of tables across."""

    figures: list[dict[str, Any]]
    cells: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with which release, by code."""

    number: int
    code: str


def check_publishable(period: Period, today: date, now: Statistics, *, nothing_new: bool) -> None:
    """Refuse a period that is not over, is empty, or says what its latest release says."""
    if period.end >= today:
        raise PeriodNotOver(field="to")
    if not now["activities"]:
        raise NothingToPublish
    if nothing_new:
        raise NothingRevised


def check_reason(reason: str, *, revising: bool) -> None:
    """Refuse a revision that does not say why."""
    if revising and not reason:
        raise RevisionUnexplained(field="reason")


def content(place: Place, figures: Figures, published_at: str, reason: str, changed: Changed) -> dict[str, Any]:
    """Return all that a release says, in the shape that is published and hashed."""
    statistics = figures.statistics
    return {
        "format": FORMAT,
        "number": place.number,
        "revision": place.revision,
        "published_at": published_at,
        "predecessor": place.predecessor,
        "revises": place.revises,
        "reason": reason or None,
        "changes": changed.figures,
        "changed_cells": changed.cells,
        "rule": {**statistics["definition"], "version": rules.RULE_VERSION},
        "code_lists": code_lists(figures, changed.cells),
        "statistics": statistics,
        "cross_tables": figures.cross_tables,
        "counts_digest": figures.counts_digest,
    }


def code_lists(figures: Figures, cells: Sequence[Mapping[str, Any]] = ()) -> dict[str, Any]:
    """Return the codes that figures and changed cells are given by, with what each meant at the time."""
    rows = {name: _codes(figures, cells, name) for name in ATTRIBUTES}
    hosts = {activity["country"] for activity in figures.statistics["activities"] or () if activity["country"]}
    named = [(ref, *figures.institutions[ref]) for ref in rows[INSTITUTION] if ref in figures.institutions]
    return {
        "kinds": [{"code": kind, "table": rules.TABLES[kind], "title": rules.TABLE_TITLES[kind]} for kind in KINDS],
        "sexes": [{"code": sex, "title": rules.SEX_LABELS[sex]} for sex in SEXES],
        "countries": [{"code": code, "names": _names(code)} for code in sorted(hosts.union(rows[COUNTRY]))],
        "sectors": [{"code": code, "names": _sector_names(code)} for code in rows[SECTOR]],
        "institutions": [{"code": ref, "name": name, "country": country} for ref, name, country in named],
    }


def _codes(figures: Figures, cells: Sequence[Mapping[str, Any]], attribute: str) -> list[str]:
    rows = figures.cross_tables["tables"][attribute]["rows"] if figures.cross_tables else []
    shown = {row["row"] for row in rows}
    changed = {cell["row"] for cell in cells if cell["attribute"] == attribute}
    return sorted((shown | changed) - {UNKNOWN, OTHERS})


def changes(before: Statistics, now: Statistics) -> list[dict[str, Any]]:
    """Return each figure that differs, then each fact of an activity that does; of one that came or went, that it did.

    `of` is all, a kind, or the ref of an activity; `figure` is "counted" where an activity came or went. Against the
    records stands only what a document printed, not what it left out.
    """
    if before["activities"] is None and now["activities"] is not None:
        return [change for change in _changed_figures(before, now) if change["before"] is not None]
    return [*_changed_figures(before, now), *_changed_shares(before, now), *_changed_activities(before, now)]


def foremost(periods: Iterable[Period]) -> Period | None:
    """Return the period whose figures stand before others: the newest whole reporting year, else the longest."""
    return max(periods, key=_rank, default=None)


def explains(deed: str, cell: Mapping[str, Any] | None = None) -> bool:
    """Say whether a logged deed can move a cell of the tables across; without one, a figure by activity and sex."""
    if not deed.startswith(CORRECTED):
        return True
    field = deed.removeprefix(CORRECTED)
    if field == _SEX:
        return cell is None or cell["figure"] in SEX_COLUMNS
    return cell is not None and _ATTRIBUTE_OF[field] == cell["attribute"]


def faults(chain: Iterable[Link], announced: Mapping[int, str]) -> list[Fault]:
    """Return what is wrong with a chain, by number; `announced` are the digests that were recorded at publishing."""
    links = sorted(chain, key=lambda link: link.number)
    numbers = {link.number for link in links}
    # A release that was recorded is gone; the chain itself can't tell it of its newest.
    missing = [Fault(number, "missing") for number in {*announced, *range(1, max(numbers, default=0) + 1)} - numbers]
    own = [Fault(link.number, code) for link in links for code in _own_faults(link, announced)]
    broken = [Fault(link.number, "predecessor") for before, link in _neighbours(links) if link.predecessor != before]
    return sorted([*missing, *own, *broken], key=lambda fault: (fault.number, fault.code))


def _rank(period: Period) -> tuple[int, date]:
    # Of what is no reporting year the longest; a whole one is before all of them, however long they are.
    days = (period.end - period.start).days
    return (date.max.toordinal() if rules.is_reporting_year(period) else days), period.end


def _neighbours(links: Sequence[Link]) -> Iterator[tuple[str | None, Link]]:
    if links:
        yield None, links[0]
    for before, link in pairwise(links):
        yield before.digest, link


def _own_faults(link: Link, announced: Mapping[int, str]) -> Iterator[str]:
    if rules.digest(link.content) != link.digest:
        yield "content"
    else:
        said = json.loads(link.content)
        if not _says_what_its_row_says(link, said):
            yield "row"
        # Releases of the first format name none.
        if said.get("counts_digest") != (None if link.counts is None else rules.digest(link.counts)):
            yield "counts"
    if announced.get(link.number, link.digest) != link.digest:
        yield "announced"


def _says_what_its_row_says(link: Link, said: Mapping[str, Any]) -> bool:
    period = said["statistics"]["period"]
    told = (
        said["number"], said["revision"], said["published_at"], said["predecessor"], period["start"], period["end"],
        said.get("published_in"),
    )  # fmt: skip
    row = (
        link.number, link.revision, link.published_at, link.predecessor, link.starts_on.isoformat(),
        link.ends_on.isoformat(), link.published_in,
    )  # fmt: skip
    return told == row


def _changed_figures(before: Statistics, now: Statistics) -> Iterator[dict[str, Any]]:
    for of in (ALL, *KINDS):
        was, is_now = (one["totals"] if of == ALL else one["by_kind"][of] for one in (before, now))
        for figure in FIGURES:
            if was[figure] != is_now[figure]:
                yield {"of": of, "title": None, "figure": figure, "before": was[figure], "after": is_now[figure]}


def _changed_shares(before: Statistics, now: Statistics) -> Iterator[dict[str, Any]]:
    # Printed beside the numbers, which need not agree with them; records have none of their own.
    was, is_now = (one.get("shares", {}) for one in (before, now))
    for kind in KINDS:
        old, new = was.get(kind), is_now.get(kind)
        if old != new:
            yield {"of": kind, "title": None, "figure": SHARE, "before": old, "after": new}


def _changed_activities(before: Statistics, now: Statistics) -> Iterator[dict[str, Any]]:
    was, is_now = ({one["ref"]: one for one in each["activities"] or ()} for each in (before, now))
    for ref in {**was, **is_now}:
        old, new = was.get(ref), is_now.get(ref)
        title = (new or old or {})["title"]
        if old is None or new is None:
            yield {"of": ref, "title": title, "figure": "counted", "before": bool(old), "after": bool(new)}
            continue
        for name in TOLD:
            if old[name] != new[name]:
                yield {"of": ref, "title": title, "figure": name, "before": old[name], "after": new[name]}


def _names(code: str) -> dict[str, str]:
    return {language: countries.country_name(code, language) for language in LANGUAGES}


def _sector_names(code: str) -> dict[str, str]:
    return {language: sectors.label(code, language) for language in LANGUAGES}
