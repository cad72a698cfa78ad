"""Exports of the learning platform as Moodle writes them, in four languages and the encodings of both its buttons."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field

from ilpes_lms.core import tables

Rows = list[list[str]]


@dataclass(frozen=True)
class Learner:
    """Somebody on the learning platform: a grade of 100 or none, and the tasks that are done."""

    first: str
    last: str
    email: str
    grade: float | None = None
    done: tuple[bool, ...] = field(default=())

    @property
    def name(self) -> str:
        return f"{self.first} {self.last}"


@dataclass(frozen=True)
class Language:
    """The words of one of Moodle's languages."""

    code: str
    first: str
    last: str
    email: str
    total: str
    real: str
    percentage: str
    letter: str
    downloaded: str
    done: str
    passed: str
    failed: str
    not_done: str
    by_hand: str


LANGUAGES = (
    Language("en", "First name", "Last name", "Email address", "Course total", "Real", "Percentage", "Letter",
             "Last downloaded from this course", "Completed", "Completed (achieved pass grade)",
             "Completed (did not achieve pass grade)", "Not completed", "Completed (set by Ana No)"),
    Language("es", "Nombre", "Apellido(s)", "Dirección de correo", "Total del curso", "Real", "Porcentaje", "Letra",
             "Última descarga de este curso", "Finalizado", "Finalizado (ha alcanzado la califiación de aprobado)",
             "Finalizado (no ha alcanzado la calificación de aprobado)", "No finalizado",
             "Completado (configurado por Ana No)"),
    Language("pt", "Nome", "Sobrenome", "Endereço de email", "Total do curso", "Real", "Porcentagem", "Letra",
             "Último download realizado neste curso.", "Concluído", "Concluído (atingiu nota de aprovação)",
             "Concluído (não atingiu nota de aprovação)", "Não concluído", "Concluído (definido por Ana No)"),
    Language("fr", "Prénom", "Nom", "Adresse de courriel", "Total du cours", "Brut", "Pourcentage", "Lettre",
             "Dernier téléchargement depuis ce cours", "Terminé", "Terminé (note minimale atteinte)",
             "Terminé (n’a pas atteint la note minimale)", "Pas terminé", "Terminé (défini par Ana No)"),
)  # fmt: skip
ENGLISH, SPANISH, PORTUGUESE, FRENCH = LANGUAGES


def grade_rows(learners: Sequence[Learner], language: Language, *, maximum: int = 100, comma: bool = False) -> Rows:
    """Return the grade export with a task and the course's total as points, as Moodle orders its columns."""
    head = [language.first, language.last, "ID number", "Institution", "Department", language.email,
            f"Tarea: Ensayo ({language.real})", f"{language.total} ({language.letter})",
            f"{language.total} ({language.real})", language.downloaded]  # fmt: skip
    return [
        head,
        *[
            [one.first, one.last, "", "", "", one.email, "-", "-", _points(one, maximum, comma=comma), "1700000000"]
            for one in learners
        ],
    ]


def percent_rows(learners: Sequence[Learner], language: Language) -> Rows:
    """Return the grade export with the course's total in per cent."""
    head = [language.first, language.last, language.email, f"{language.total} ({language.percentage})"]
    grades = ["-" if one.grade is None else f"{one.grade:.2f} %" for one in learners]
    return [head, *[[one.first, one.last, one.email, grade] for one, grade in zip(learners, grades, strict=True)]]


def completion_rows(learners: Sequence[Learner], language: Language, tasks: Sequence[str]) -> Rows:
    """Return the completion export: no heading over the names, and after each task when it was done."""
    head = ["", language.email, *[cell for task in tasks for cell in (task, "")]]
    return [head, *[[one.name, one.email, *_states(one, language)] for one in learners]]


def as_csv(rows: Rows, *, delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    """Return rows as one of the platform's text files."""
    lines = io.StringIO()
    csv.writer(lines, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return lines.getvalue().encode(encoding)


def as_xlsx(rows: Rows) -> bytes:
    """Return rows as a workbook."""
    return tables.as_workbook(rows, "Calificaciones")


def _points(one: Learner, maximum: int, *, comma: bool) -> str:
    if one.grade is None:
        return "-"
    text = f"{one.grade * maximum / 100:.2f}"
    return text.replace(".", ",") if comma else text


def _states(one: Learner, language: Language) -> list[str]:
    words = (language.done, language.passed, language.by_hand)
    cells = []
    for place, done in enumerate(one.done):
        state = words[place % len(words)] if done else (language.not_done, language.failed)[place % 2]
        cells += [state, "2026-05-14 19:43:00" if done else ""]
    return cells
