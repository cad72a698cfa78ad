"""Which column of a learning platform's export is which: recognized by its heading, or by what stands in it."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from ilpes_lms.attendance.errors import (
    ColumnUnknown,
    ExportWithoutKnownColumns,
    ExportWithoutPeople,
    MaximumOutOfRange,
)
from ilpes_lms.attendance.rules.platform_values import BEST, is_a_state, plain_cell
from ilpes_lms.core.text import fold

_LARGEST_MAXIMUM = 100_000
_EMAILS = frozenset(
    {"email address", "email", "e-mail", "e-mail address", "direccion de correo", "direccion email",
     "direccion de correo electronico", "correo electronico", "correo", "endereco de email", "endereco de e-mail",
     "email do usuario", "adresse de courriel", "adresse e-mail", "courriel"}
)  # fmt: skip
_FIRST_NAMES = frozenset({"first name", "nombre", "nombre(s)", "nombres", "nome", "prenom"})
_LAST_NAMES = frozenset({"last name", "surname", "apellido", "apellidos", "apellido(s)", "sobrenome", "apelido", "nom"})
_FULL_NAMES = frozenset(
    {"name", "full name", "full name with link", "nombre completo", "nome completo", "nom complet",
     "nombre / apellido(s)", "first name / last name", "first name / surname"}
)  # fmt: skip
_LAST_ACCESSES = frozenset(
    {"last access", "last access to course", "last course access", "ultimo acceso", "ultimo acceso al curso",
     "ultimo acesso", "ultimo acesso ao curso", "dernier acces", "dernier acces au cours"}
)  # fmt: skip
_TOTAL = re.compile(
    r"(course total|total del curso|total do curso|total da disciplina|total du cours)( \((?P<as>.*)\))?$"
)
_PERCENT = frozenset({"percentage", "porcentaje", "porcentagem", "percentagem", "pourcentage"})
_LETTERS = frozenset({"letter", "letra", "lettre"})
_LOOKED_AT = 200


@dataclass(frozen=True, slots=True)
class Columns:
    """What the columns of an export mean, each by its label; empty: there is no such column."""

    email: str = ""
    name: tuple[str, ...] = ()
    grade: str = ""
    maximum: Decimal = BEST
    last_access: str = ""
    tasks: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        return "completion" if self.tasks else "grades"

    @property
    def says_something(self) -> bool:
        return bool(self.grade or self.tasks or self.last_access)


def labels_of(heading: Sequence[str], width: int) -> list[str]:
    """Return a label of its own for each column: its heading, numbered where it is there twice; else its letter."""
    found: list[str] = []
    seen: Counter[str] = Counter()
    for place in range(width):
        text = plain_cell(heading[place]) if place < len(heading) else ""
        label = text or f"[{_letters(place)}]"
        seen[label] += 1
        found.append(f"{label} ({seen[label]})" if seen[label] > 1 else label)
    return found


def recognized(heading: Sequence[str], labels: Sequence[str], rows: Sequence[Sequence[str]]) -> Columns:
    """Return what columns mean by their headings; those in which only states of tasks stand are tasks."""
    by_meaning: dict[str, str] = {}
    for place, label in enumerate(labels):
        meaning = _meaning(heading[place] if place < len(heading) else "")
        if meaning:
            by_meaning.setdefault(meaning, label)
    # The completion export leaves the heading of the names empty.
    nameless = labels[0] if labels and not _meaning(heading[0] if heading else "") and labels[0].startswith("[") else ""
    person = {*by_meaning.values(), nameless}
    names = [by_meaning[one] for one in ("first", "last") if one in by_meaning]
    tasks = [label for place, label in enumerate(labels) if _holds_states(place, rows) and label not in person]
    return Columns(
        email=by_meaning.get("email", ""),
        name=tuple(names or [one for one in (by_meaning.get("full", nameless),) if one]),
        # A share needs no maximum, so it is taken before points.
        grade=by_meaning.get("percent") or by_meaning.get("points", ""),
        last_access=by_meaning.get("access", ""),
        tasks=tuple(tasks),
    )


def with_remembered(found: Columns, stored: Mapping[str, Any], labels: Sequence[str]) -> Columns:
    """Return what was recognized, changed as people said before of exports of this activity."""
    there = set(labels)
    changes = {
        name: stored[name] for name in ("email", "grade", "last_access") if stored.get(name) in there | {""}
    }  # fmt: skip
    left_out, added = set(stored.get("not_tasks", ())), set(stored.get("tasks", ()))
    tasks = tuple(label for label in labels if label in {*found.tasks, *added} - left_out)
    return replace(found, maximum=Decimal(str(stored.get("maximum", BEST))), tasks=tasks, **changes)


def with_people(columns: Columns, rows: Sequence[Sequence[str]]) -> Columns:
    """Return what columns mean; refuse a file in which none tells who somebody is, nor could: none holds addresses."""
    if not columns.email and not columns.name and not any("@" in cell for row in rows[:_LOOKED_AT] for cell in row):
        raise ExportWithoutKnownColumns(field="file")
    return columns


def to_remember(chosen: Columns, recognized_tasks: Sequence[str]) -> dict[str, Any]:
    """Return what is kept of a person's choice: tasks that were left out, so that new ones count by themselves."""
    return {
        "email": chosen.email, "grade": chosen.grade, "maximum": str(chosen.maximum),
        "last_access": chosen.last_access, "tasks": list(chosen.tasks),
        "not_tasks": [label for label in recognized_tasks if label not in chosen.tasks],
    }  # fmt: skip


def as_stored(columns: Columns) -> dict[str, Any]:
    """Return what columns mean as it is kept with an export."""
    return {
        "email": columns.email, "name": list(columns.name), "grade": columns.grade, "maximum": str(columns.maximum),
        "last_access": columns.last_access, "tasks": list(columns.tasks),
    }  # fmt: skip


def columns_from(stored: Mapping[str, Any]) -> Columns:
    """Return what columns mean as it was kept."""
    return Columns(
        email=stored["email"], name=tuple(stored["name"]), grade=stored["grade"],
        maximum=Decimal(stored["maximum"]), last_access=stored["last_access"], tasks=tuple(stored["tasks"]),
    )  # fmt: skip


def checked_columns(columns: Columns, labels: Sequence[str]) -> Columns:
    """Return a person's choice; refuse columns that are not there, a maximum that is none, and nobody to grade."""
    for field in ("email", "grade", "last_access"):
        if getattr(columns, field) and getattr(columns, field) not in labels:
            raise ColumnUnknown(field=field)
    if not set(columns.tasks) <= set(labels):
        raise ColumnUnknown(field="tasks")
    if not columns.maximum.is_finite() or not 0 < columns.maximum <= _LARGEST_MAXIMUM:
        raise MaximumOutOfRange(field="maximum")
    if not columns.email and not columns.name:
        raise ExportWithoutPeople(field="email")
    return columns


def _meaning(heading: str) -> str:
    plain = fold(heading)
    for meaning, words in (
        ("email", _EMAILS), ("first", _FIRST_NAMES), ("last", _LAST_NAMES), ("full", _FULL_NAMES),
        ("access", _LAST_ACCESSES),
    ):  # fmt: skip
        if plain in words:
            return meaning
    total = _TOTAL.match(plain)
    if total is None or total["as"] in _LETTERS:
        return ""
    return "percent" if total["as"] in _PERCENT else "points"


def _holds_states(place: int, rows: Sequence[Sequence[str]]) -> bool:
    cells = [row[place].strip() for row in rows[:_LOOKED_AT] if place < len(row)]
    said = [cell for cell in cells if cell]
    return bool(said) and all(map(is_a_state, said))


def _letters(place: int) -> str:
    """Return what a spreadsheet calls a column: A, B, … Z, AA."""
    text = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        text = chr(ord("A") + rest) + text
    return text
