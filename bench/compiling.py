"""The dashboard's tables from roll-ups beside the same by plain GROUP BY, and what it costs to keep roll-ups."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import curves
import oracle
import participations
from flask import Flask
from results import Figure
from sqlalchemy import case, func, select, text, update

from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core.database import db, writing
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.people.models import Organization
from ilpes_lms.statistics import documents, service
from ilpes_lms.statistics.dashboard import queries
from ilpes_lms.statistics.dashboard.rules import Figures, Question
from ilpes_lms.statistics.rollups import service as rollups
from ilpes_lms.statistics.rules import Period

SIZES = (50_000, 500_000, 5_000_000)
ON_SQLITE = 500_000
CHANGED = 50
YEAR = Question(Period(date(2021, 6, 1), date(2022, 5, 31)))
EVER = Question(Period(participations.FIRST_DAY, date(2024, 5, 31)))
TIMES_UNFILTERED, TIMES_FILTERED = 50, 5
REFRESH_SECONDS, PERSONS_SECONDS, REPORT_SECONDS, SQLITE_SECONDS = 0.2, 5, 10, 0.2
_PLAIN = "plain GROUP BY"
Answers = Mapping[Any, Figures]


class Different(Exception):
    """Roll-ups and the plain GROUP BY do not say the same, so the figure would be of nothing."""


@dataclass(frozen=True)
class Table:
    """One table of the dashboard, from roll-ups and by plain GROUP BY."""

    name: str
    rolled_up: Callable[[Question], Answers]
    plain: Callable[[Question], Answers]


def _totals(question: Question) -> Answers:
    return {None: queries.totals(question)}


def _kinds(question: Question) -> Answers:
    return {kind: found for kind, found in queries.by_kind(question).items() if found.activities}


def _institutions(question: Question) -> Answers:
    return {place.ref: place.figures for place in queries.by_institution(question).items}


def _institutions_plainly(question: Question) -> Answers:
    found = oracle.by_people(question, "organization_id")
    largest = sorted(found, key=lambda key: (found[key].participations or 0, key or 0), reverse=True)
    names = select(Organization.id, Organization.public_id).where(Organization.id.in_(largest[: queries.PAGE_SIZE]))
    refs = dict(db.session.execute(names).all())
    return {refs.get(key): found[key] for key in largest[: queries.PAGE_SIZE]}


TABLES = (
    Table("totals", _totals, oracle.by_activities),
    Table("by kind", _kinds, lambda question: oracle.by_activities(question, Activity.kind)),
    Table("by division", queries.by_division, lambda question: oracle.by_activities(question, Activity.division)),
    Table("by country", queries.by_country, lambda question: oracle.by_people(question, "country")),
    Table("by sector", queries.by_sector, lambda question: oracle.by_people(question, "sector")),
    Table("by institution", _institutions, _institutions_plainly),
)
FILTERS: dict[str, tuple[str, ...]] = {
    "kinds": ("webinar",), "divisions": ("ilpes",), "topics": ("gender",), "modalities": ("blended",),
    "countries": ("CHL",), "sectors": ("academia",), "institutions": ("o100",), "sexes": ("women",),
}  # fmt: skip


def figures(apps: Mapping[int, Flask], sqlite: Flask, rounds: int, drawing: Path) -> list[Figure]:
    """Measure on PostgreSQL at each size and on SQLite at one, and draw what each size costs."""
    costs: dict[str, dict[int, float]] = {}
    found: list[Figure] = []
    for size, app in sorted(apps.items()):
        with app.app_context():
            made, tables = _made(size), _compared(EVER, "all ten years", size, 1, TIMES_UNFILTERED)
            refreshed = _refreshed(size, rounds)
            for name, seconds in _costs(made, tables, refreshed).items():
                costs.setdefault(name, {})[size] = seconds
            if size == max(apps):
                year = _compared(YEAR, "a year", size, rounds, TIMES_UNFILTERED)
                found = [*year, *tables, *_filtered(size), made, refreshed, *_read(size, rounds)]
    drawing.write_text(curves.drawing(costs))
    with sqlite.app_context():
        return [*found, _on_sqlite(rounds)]


def _made(size: int) -> Figure:
    began = time.perf_counter()
    participations.fill(db.engine, participations.Amount(size))
    filled, began = time.perf_counter() - began, time.perf_counter()
    rollups.rebuild()
    measured = Figure(f"Roll-ups of {size:,} participations made anew", "s", "writing the participations, in SQL")
    measured.add(time.perf_counter() - began, filled)
    # As the database would within a minute: it counts the rows of tables that changed.
    db.session.rollback()
    db.session.execute(text("ANALYZE"))
    db.session.commit()
    return measured


def _compared(question: Question, name: str, size: int, rounds: int, times: float) -> list[Figure]:
    """Return each table's rate from roll-ups beside its rate by plain GROUP BY, the answers of each round compared."""
    return [_table(table, question, f"Dashboard of {size:,}, {name}: {table.name}", rounds, times) for table in TABLES]


def _table(table: Table, question: Question, name: str, rounds: int, times: float) -> Figure:
    measured = Figure(name, "a second", _PLAIN, least=times)
    # The first time, the statement is built.
    table.rolled_up(question)
    for _ in range(rounds):
        (answer, seconds), (plain, plain_seconds) = (
            _timed(answered, question) for answered in (table.rolled_up, table.plain)
        )
        if dict(answer) != dict(plain):
            raise Different(name)
        measured.add(1 / seconds, 1 / plain_seconds)
    return measured


def _filtered(size: int) -> list[Figure]:
    """Return the rates of all tables together with each filter, one round each."""
    found = []
    for name, values in FILTERS.items():
        question = replace(YEAR, **{name: values})
        measured = Figure(
            f"Dashboard of {size:,}, a year, one of {name}: all tables", "a second", _PLAIN, least=TIMES_FILTERED
        )
        for table in TABLES:
            table.rolled_up(question)
        rolled_up = sum(_seconds(table.rolled_up, question) for table in TABLES)
        measured.add(1 / rolled_up, 1 / sum(_seconds(table.plain, question) for table in TABLES))
        found.append(measured)
    return found


def _refreshed(size: int, rounds: int) -> Figure:
    """Return how long activities take to be refreshed of which one participation each changed."""
    measured = Figure(
        f"{CHANGED} changed activities of {size:,} participations refreshed", "s", "reading the year's totals plainly",
        most=REFRESH_SECONDS,
    )  # fmt: skip
    number = size // participations.EACH
    other = case((Enrolment.sector == "private", "academia"), else_="private")
    for place in range(rounds + 1):
        # One less than divides them evenly, which would only meet activities of one size.
        activities = range(place + 1, number + 1, number // CHANGED - 1)[:CHANGED]
        first = select(func.min(Enrolment.id)).where(Enrolment.activity_id.in_(activities))
        with writing() as session:
            ids = list(session.scalars(first.group_by(Enrolment.activity_id)))
            session.execute(update(Enrolment).where(Enrolment.id.in_(ids)).values(sector=other))
        began = time.perf_counter()
        if rollups.refresh() != CHANGED:
            raise Different(measured.name)
        took = time.perf_counter() - began
        # The first round fills the caches.
        if place:
            measured.add(took, _seconds(oracle.by_activities, YEAR))
    return measured


def _read(size: int, rounds: int) -> list[Figure]:
    """Return how long distinct persons and the annual report take."""
    persons = Figure(
        f"Distinct persons of a year of {size:,}", "s", "the year's totals by plain GROUP BY", most=PERSONS_SECONDS
    )
    report = Figure(f"Annual report of a year of {size:,}, DOCX", "s", "its figures alone", most=REPORT_SECONDS)
    period = YEAR.period
    for _ in range(rounds):
        persons.add(_seconds(queries.persons, YEAR), _seconds(oracle.by_activities, YEAR))
        began = time.perf_counter()
        result = service.compute(period.start, period.end)
        computed = time.perf_counter() - began
        documents.written(result, service.compare_result(result), "es", "docx")
        report.add(time.perf_counter() - began, computed)
    return [persons, report]


def _on_sqlite(rounds: int) -> Figure:
    _made(ON_SQLITE)
    measured = Figure(f"Dashboard of {ON_SQLITE:,} on SQLite, a year: all tables", "s", _PLAIN, most=SQLITE_SECONDS)
    for _ in range(rounds):
        rolled_up = sum(_seconds(table.rolled_up, YEAR) for table in TABLES)
        measured.add(rolled_up, sum(_seconds(table.plain, YEAR) for table in TABLES))
    return measured


def _costs(made: Figure, tables: Sequence[Figure], refreshed: Figure) -> dict[str, float]:
    return {
        "roll-ups made anew": made.value,
        "six tables, plain GROUP BY": sum(1 / table.reference for table in tables),
        "six tables, from roll-ups": sum(1 / table.value for table in tables),
        f"{CHANGED} activities refreshed": refreshed.value,
    }


def _seconds(answer: Callable[[Question], Any], question: Question) -> float:
    return _timed(answer, question)[1]


def _timed(answer: Callable[[Question], Any], question: Question) -> tuple[Any, float]:
    # As each request begins: with nothing read before.
    db.session.rollback()
    began = time.perf_counter()
    found = answer(question)
    return found, time.perf_counter() - began
