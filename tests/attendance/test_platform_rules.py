"""What exports of the learning platform say: grades, states of tasks, dates, and which column is which."""

from datetime import datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ilpes_lms.attendance import errors, rules
from ilpes_lms.attendance.rules import Columns
from ilpes_lms.attendance.rules.platform_values import Unreadable, decimal_of, grade_of, is_done, wall_time_of
from tests.factories.exports import LANGUAGES, Learner, completion_rows, grade_rows, percent_rows

HUNDRED = Decimal(100)
ANA, LUIS = (
    Learner("Ana", "Rojas", "ana@example.org", 85, (True, False)),
    Learner("Luis", "Paz", "", None, (True, True)),
)


@pytest.mark.parametrize(
    ("text", "maximum", "grade"),
    [
        ("85.00", 100, "85.00"), ("85,5", 100, "85.50"), ("17", 20, "85.00"), ("8,5", 10, "85.00"), ("-", 100, None),
        ("", 100, None), ("–", 20, None), ("85.00 %", 20, "85.00"), ("85,00%", 20, "85.00"), ("17 / 20", 100, "85.00"),
        ("85.00 (B)", 100, "85.00"), ("1.234,5", 2469, "50.00"), ("1,234.5", 2469, "50.00"), ("0", 100, "0.00"),
        ("59.994", 100, "59.99"), ("59.995", 100, "60.00"), ("1 234", 2468, "50.00"),
    ],
)  # fmt: skip
def test_a_grade_is_counted_of_100(text: str, maximum: int, grade: str | None) -> None:
    assert grade_of(text, Decimal(maximum)) == (Decimal(grade) if grade else None)


@pytest.mark.parametrize(
    "text", ["A", "B+", "aprobado", "101", "-5", "NaN", "1e5", "=1+1", "12 12 /", "٣٫٥٪", "Infinity"]
)
def test_what_is_no_grade_is_not_taken_for_one(text: str) -> None:
    with pytest.raises(Unreadable):
        grade_of(text, HUNDRED)


@given(st.text(max_size=60), st.decimals(min_value="0.001", max_value=1000, places=3))
def test_no_cell_makes_a_grade_beyond_its_bounds(text: str, maximum: Decimal) -> None:
    try:
        grade = grade_of(text, maximum)
    except Unreadable:
        return
    assert grade is None or 0 <= grade <= HUNDRED


@given(st.decimals(min_value=0, max_value=20, places=2))
def test_points_and_per_cents_of_one_grade_are_the_same_grade(points: Decimal) -> None:
    share = points * 5
    written = {f"{points}", f"{points}".replace(".", ","), f"{points}/20", f"{share} %"}
    assert {grade_of(text, Decimal(20)) for text in written} == {share.quantize(Decimal("0.01"))}


@pytest.mark.parametrize("text", ["1.2.3,4,5", "", "x", "--1", "1,2,3.4.5"])
def test_a_number_with_too_many_signs_is_none(text: str) -> None:
    assert decimal_of(text) is None


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda one: one.code)
def test_the_states_of_tasks_are_known_in_four_languages(language) -> None:
    assert [is_done(text) for text in (language.done, language.passed, language.by_hand)] == [True, True, True]
    # What was done without a pass grade the platform does not count for its course either.
    assert [is_done(text) for text in (language.failed, language.not_done)] == [False, False]


@pytest.mark.parametrize("text", ["2026-05-14", "85.00", "maybe", "completed by nobody"])
def test_other_words_are_no_state(text: str) -> None:
    with pytest.raises(Unreadable):
        is_done(text)


@pytest.mark.parametrize(
    "text",
    [
        "2026-05-14 19:43:00", "2026-05-14 19:43", "jueves, 14 de mayo de 2026, 19:43",
        "Thursday, 14 May 2026, 7:43 PM", "quinta-feira, 14 de maio de 2026, 19:43", "jeudi 14 mai 2026, 19:43",
    ],
)  # fmt: skip
def test_a_last_access_is_read_as_the_platform_writes_it(text: str) -> None:
    assert wall_time_of(text) == datetime(2026, 5, 14, 19, 43)  # noqa: DTZ001 - a wall time


@pytest.mark.parametrize(
    "text", ["3/4/2026 10:00", "2026-13-01", "31 de abril de 2026", "2 days 3 hours", "14 xyz 2026"]
)
def test_a_date_that_may_be_two_or_none_is_not_guessed(text: str) -> None:
    with pytest.raises(Unreadable):
        wall_time_of(text)


def test_never_is_no_date() -> None:
    assert [wall_time_of(text) for text in ("Never", "Nunca", "-", "")] == [None] * 4


def recognized(rows: list[list[str]]) -> tuple[list[str], Columns]:
    labels = rules.labels_of(rows[0], max(map(len, rows)))
    return labels, rules.recognized(rows[0], labels, rows[1:])


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda one: one.code)
def test_the_grade_export_is_recognized_in_four_languages(language) -> None:
    _labels, found = recognized(grade_rows([ANA, LUIS], language))
    assert found == Columns(
        email=language.email, name=(language.first, language.last), grade=f"{language.total} ({language.real})"
    )
    _labels, found = recognized(percent_rows([ANA, LUIS], language))
    assert (found.grade, found.kind) == (f"{language.total} ({language.percentage})", "grades")


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda one: one.code)
def test_the_completion_export_is_recognized_in_four_languages(language) -> None:
    labels, found = recognized(completion_rows([ANA, LUIS], language, ["Foro", "Ensayo"]))
    assert labels == ["[A]", language.email, "Foro", "[D]", "Ensayo", "[F]"]
    assert found == Columns(email=language.email, name=("[A]",), tasks=("Foro", "Ensayo"))
    assert found.kind == "completion"


def test_columns_of_one_heading_are_told_apart() -> None:
    assert rules.labels_of(["Foro", "Foro", " ", "Foro\x00 "], 5) == ["Foro", "Foro (2)", "[C]", "Foro (3)", "[E]"]


def test_what_was_chosen_before_holds_and_new_tasks_count_by_themselves() -> None:
    labels, found = recognized(completion_rows([ANA], LANGUAGES[0], ["Foro", "Ensayo"]))
    chosen = Columns(email=found.email, name=found.name, tasks=("Ensayo",), maximum=Decimal(20))
    stored = rules.to_remember(chosen, found.tasks)
    three = Learner("Ana", "Rojas", "ana@example.org", done=(True, True, True))
    labels, later = recognized(completion_rows([three], LANGUAGES[0], ["Foro", "Ensayo", "Examen"]))
    again = rules.with_remembered(later, stored, labels)
    assert (again.tasks, again.maximum, again.email) == (("Ensayo", "Examen"), Decimal(20), found.email)


@pytest.mark.parametrize(
    ("columns", "error"),
    [
        (Columns(email="x", name=("n",)), errors.ColumnUnknown),
        (Columns(email="e", tasks=("x",)), errors.ColumnUnknown),
        (Columns(email="e", maximum=Decimal(0)), errors.MaximumOutOfRange),
        (Columns(email="e", maximum=Decimal("NaN")), errors.MaximumOutOfRange),
        (Columns(grade="e"), errors.ExportWithoutPeople),
    ],
)
def test_a_choice_without_sense_is_refused(columns: Columns, error: type[Exception]) -> None:
    with pytest.raises(error):
        rules.checked_columns(columns, ["e", "n"])


def test_a_row_says_what_can_be_read_and_names_what_can_not() -> None:
    columns = Columns(email="mail", name=("n",), grade="g", last_access="a", tasks=("t", "u"))
    said, faults = rules.said_by(7, ["ana@example.org", "Ana\x00", "B", "ayer", "Completed", "x"],
                                 ["mail", "n", "g", "a", "t", "u"], columns)  # fmt: skip
    assert (said.name, said.grade, said.unread) == ("Ana", None, ("tasks", "grade", "last_access"))
    assert [(fault.row, fault.column, fault.found) for fault in faults] == [
        (7, "u", "x"), (7, "g", "B"), (7, "a", "ayer"),
    ]  # fmt: skip
    short, faults = rules.said_by(8, ["ana@example.org"], ["mail", "n", "g", "a", "t", "u"], columns)
    assert (short.tasks_done, short.tasks_total, faults) == (0, 2, [])


def row(**said: object) -> SimpleNamespace:
    nothing = {
        "grade": None,
        "tasks_done": None,
        "tasks_total": None,
        "last_access_at": None,
        "items": {},
        "unread": [],
    }
    return SimpleNamespace(**{**nothing, **said})


def test_of_several_exports_the_last_one_counts_for_what_it_tells() -> None:
    grades, tasks = {"grade": "g", "tasks": [], "last_access": ""}, {"grade": "", "tasks": ["t"], "last_access": ""}
    said = [(grades, row(grade=Decimal(50))), (tasks, row(tasks_done=1, tasks_total=2)), (grades, row(grade=None))]
    known = rules.known_from(said[:2])
    assert known is not None
    assert (known.grade, known.tasks_done) == (Decimal(50), 1)
    known = rules.known_from(said)
    assert known is not None
    assert (known.grade, known.tasks_done) == (None, 1)
    unread = rules.known_from([*said[:2], (grades, row(grade=None, unread=["grade"]))])
    assert unread is not None
    assert unread.grade == Decimal(50)
    assert rules.known_from([]) is None
