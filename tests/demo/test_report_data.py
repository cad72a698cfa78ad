"""The report's data, as transcribed: what it must add up to, whoever loads it."""

import json
from collections import Counter
from datetime import date
from importlib.resources import files
from itertools import groupby
from typing import Any

import pycountry
import pytest

from ilpes_lms.statistics.transcription import transcription

CONEVAL_COURSES = (
    "Cursos dirigidos a funcionarios de CONEVAL sobre temas de marco lógico, evaluación y gestión por resultados"
)
LANGUAGES = {"es", "en", "pt", "fr"}
PERIOD = (date(2021, 6, 1), date(2022, 5, 31))
KINDS = {
    "A1.1": "national_restricted",
    "A1.2": "webinar",
    "A1.3": "international_open",
    "A1.4": "other_division",
}
FIELDS = {
    "table", "row", "kind", "course", "title", "title_as_printed", "language",
    "start", "end", "start_precision", "end_precision", "dates_text",
    "location", "country", "place_in_text", "hours", "record", "women", "men", "total",
    "modality", "modality_evidence", "topics", "requesting_institution", "technical_assistance",
    "partners", "notes",
}  # fmt: skip


def read(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((files("ilpes_lms.demo") / "report" / name).read_text(encoding="utf-8"))
    return content


REPORT = read("activities.json")
CATALOGUE = read("courses.json")
ACTIVITIES = REPORT["activities"]
COUNTED = [row for row in ACTIVITIES if row["record"] == "headcount"]
TOPICS = {topic["code"] for topic in CATALOGUE["topics"]}


def place(row: dict[str, Any]) -> tuple[str, int]:
    return row["table"], row["row"]


def in_table(table: str) -> list[dict[str, Any]]:
    return [row for row in ACTIVITIES if row["table"] == table]


def total(rows: list[dict[str, Any]], column: str) -> int:
    return sum(row[column] or 0 for row in rows)


def overlaps_period(row: dict[str, Any]) -> bool:
    return date.fromisoformat(row["start"]) <= PERIOD[1] and date.fromisoformat(row["end"]) >= PERIOD[0]


def reaches_outside_period(row: dict[str, Any]) -> bool:
    return date.fromisoformat(row["start"]) < PERIOD[0] or date.fromisoformat(row["end"]) > PERIOD[1]


def row_at(table: str, number: int) -> dict[str, Any]:
    return next(row for row in ACTIVITIES if place(row) == (table, number))


def test_every_row_of_the_annex_is_there_in_its_order() -> None:
    tables = [(table, [row["row"] for row in rows]) for table, rows in groupby(ACTIVITIES, lambda r: r["table"])]
    assert tables == [
        ("A1.1", list(range(1, 16))),
        ("A1.2", list(range(1, 11))),
        ("A1.3", list(range(1, 14))),
        ("A1.4", list(range(1, 15))),
    ]
    assert len(ACTIVITIES) == 52


@pytest.mark.parametrize("row", ACTIVITIES, ids=lambda row: f"{row['table']}-{row['row']}")
def test_each_row_is_whole_and_agrees_with_itself(row: dict[str, Any]) -> None:
    assert set(row) == FIELDS
    assert row["kind"] == KINDS[row["table"]]
    assert row["language"] in {"es", "en"}
    assert row["title"].strip() == row["title"]
    assert row["title"].casefold() in row["title_as_printed"].casefold()
    assert date.fromisoformat(row["start"]) <= date.fromisoformat(row["end"])
    assert row["modality"] in {"self_paced_online", "live_online", "blended", "in_person"}
    assert row["modality_evidence"] in {"stated", "kind"}
    assert row["topics"]
    assert set(row["topics"]) <= TOPICS
    assert row["hours"] is None or row["hours"] > 0
    assert all(note["where"] and note["text"] for note in row["notes"])


@pytest.mark.parametrize("row", COUNTED, ids=lambda row: f"{row['table']}-{row['row']}")
def test_women_and_men_make_the_total(row: dict[str, Any]) -> None:
    assert row["women"] + row["men"] == row["total"]


@pytest.mark.parametrize(
    ("table", "women", "men", "both"),
    [("A1.1", 500, 389, 889), ("A1.2", 1172, 1168, 2340), ("A1.3", 274, 203, 477), ("A1.4", 367, 255, 622)],
)
def test_each_table_adds_up_to_its_printed_subtotal(table: str, women: int, men: int, both: int) -> None:
    rows = in_table(table)
    assert [total(rows, column) for column in ("women", "men", "total")] == [women, men, both]
    printed = [transcription().figures[f"{table}-{column}"].value for column in ("women", "men", "total")]
    assert printed == [women, men, both]


def test_the_four_tables_add_up_to_the_printed_total() -> None:
    assert total(ACTIVITIES, "total") == transcription().figures["participations"].value == 4328
    assert (total(ACTIVITIES, "women"), total(ACTIVITIES, "men")) == (2313, 2015)


def test_no_record_is_one_open_government_fair_and_not_zero() -> None:
    without = [row for row in ACTIVITIES if row["record"] == "no_record"]
    assert [row["title"] for row in without] == ["Feria de Gobierno Abierto 2022"]
    assert [without[0][column] for column in ("women", "men", "total")] == [None, None, None]
    assert without[0]["modality"] == "in_person"


def test_zero_men_is_a_count_and_not_a_missing_record() -> None:
    assert [place(row) for row in COUNTED if row["men"] == 0] == [("A1.4", 6), ("A1.4", 9)]


def test_every_activity_overlaps_the_period_and_seven_reach_outside_it() -> None:
    assert all(overlaps_period(row) for row in ACTIVITIES)
    outside = [row for row in ACTIVITIES if reaches_outside_period(row)]
    assert [(place(row), row["title"]) for row in outside] == [
        (("A1.1", 1), "Logical Framework for the Formulation of Development Projects"),
        (
            ("A1.1", 12),
            CONEVAL_COURSES,
        ),
        (("A1.3", 1), "Territorial Strategic Planning and the 2030 Agenda"),
        (("A1.3", 2), "Logical Framework for the Formulation of Development Projects"),
        (("A1.3", 13), "Introducción al Ordenamiento Territorial"),
        (("A1.4", 5), "Introduction to Environmental Statistics"),
        (("A1.4", 6), "Gender Statistics and Indicators"),
    ]
    assert total(outside, "total") == 547
    assert all(any("the report's period" in note["text"] for note in row["notes"]) for row in outside)


def test_only_two_activities_have_dates_known_by_the_month() -> None:
    vague = [
        (row["dates_text"], row["start"], row["end"], row["start_precision"], row["end_precision"])
        for row in ACTIVITIES
        if "month" in {row["start_precision"], row["end_precision"]}
    ]
    assert vague == [
        ("January to December 2021", "2021-01-01", "2021-12-31", "month", "month"),
        ("7 June–August 2021", "2021-06-07", "2021-08-31", "day", "month"),
    ]


@pytest.mark.parametrize("row", ACTIVITIES, ids=lambda row: f"{row['table']}-{row['row']}")
def test_printed_dates_name_the_days_and_years_of_the_data(row: dict[str, Any]) -> None:
    start, end = date.fromisoformat(row["start"]), date.fromisoformat(row["end"])
    words = row["dates_text"].replace("–", " ").split()
    assert f"{end:%B}" in words
    assert f"{start:%B}" in words
    assert {word for word in words if len(word) == 4 and word.isdigit()} == {str(start.year), str(end.year)}
    days = [
        when.day for when, known in ((start, row["start_precision"]), (end, row["end_precision"])) if known == "day"
    ]
    printed = [int(word) for word in words if word.isdigit() and len(word) < 3]
    assert printed == (days if start != end else days[:1])


def test_every_country_is_a_valid_code_and_blank_where_the_table_is_blank() -> None:
    named = [row for row in ACTIVITIES if row["country"]]
    assert all(pycountry.countries.get(alpha_3=row["country"]) for row in named)
    assert {row["table"] for row in named} == {"A1.1", "A1.3"}
    assert {row["table"] for row in ACTIVITIES if row["country"] is None} == {"A1.2", "A1.4"}
    assert {row["country"] for row in in_table("A1.3")} == {"CHL"}
    assert Counter(row["country"] for row in in_table("A1.1")) == {
        "PAN": 6, "ARG": 2, "PRY": 1, "URY": 1, "DOM": 1, "MEX": 1, "CHL": 1, "ECU": 1, "BOL": 1,
    }  # fmt: skip


def test_hours_are_unknown_for_webinars_alone() -> None:
    assert {row["kind"] for row in ACTIVITIES if row["hours"] is None} == {"webinar"}
    assert len([row for row in ACTIVITIES if row["hours"] is None]) == 10


def test_partners_have_a_known_role_and_only_restricted_courses_are_requested() -> None:
    roles = {"co_organizer", "technical_secretariat", "academic_partner", "donor"}
    assert all(partner["name"] and partner["role"] in roles for row in ACTIVITIES for partner in row["partners"])
    requested = [row for row in ACTIVITIES if row["requesting_institution"]]
    assert {row["kind"] for row in requested} == {"national_restricted"}
    assert all(row["technical_assistance"] for row in requested)
    assert len([row for row in requested if row["country"] == "PAN"]) == 6


@pytest.mark.parametrize(
    ("table", "row", "words"),
    [
        ("A1.2", 2, "577 participants"),
        ("A1.2", 6, "13 December 2021"),
        ("A1.2", 8, "una oportunidad para la cooperación"),
        ("A1.2", 5, "RAGA"),
        ("A1.1", 12, "May 2022"),
        ("A1.1", 11, "180"),
    ],
)
def test_a_contradiction_is_a_note_beside_the_table_s_figure(table: str, row: int, words: str) -> None:
    assert any(words in note["text"] for note in row_at(table, row)["notes"])


def test_the_table_s_figure_stands_where_the_text_contradicts_it() -> None:
    assert row_at("A1.2", 2)["total"] == 579
    assert row_at("A1.2", 6)["start"] == "2021-12-27"


def test_every_activity_s_course_is_in_the_catalogue_and_every_course_was_taught() -> None:
    courses = {course["slug"]: course for course in CATALOGUE["courses"]}
    assert len(courses) == len(CATALOGUE["courses"])
    assert {row["course"] for row in ACTIVITIES if row["course"]} == set(courses)
    for slug, course in courses.items():
        rows = [row for row in ACTIVITIES if row["course"] == slug]
        assert {row["kind"] for row in rows} == set(course["kinds"])
        assert course["default_hours"] in {row["hours"] for row in rows}


@pytest.mark.parametrize("course", CATALOGUE["courses"], ids=lambda course: course["slug"])
def test_each_course_is_described_in_the_four_languages(course: dict[str, Any]) -> None:
    for texts in (course["titles"], course["summaries"]):
        assert set(texts) == LANGUAGES
        assert len(set(texts.values())) == len(LANGUAGES)
        assert all(text == text.strip() != "" for text in texts.values())
    assert course["topics"]
    assert set(course["topics"]) <= TOPICS
    assert course["sdgs"]
    assert set(course["sdgs"]) <= set(range(1, 18))


def test_each_topic_is_named_in_the_four_languages_and_used() -> None:
    assert all(set(topic["titles"]) == LANGUAGES for topic in CATALOGUE["topics"])
    used = {code for row in ACTIVITIES for code in row["topics"]}
    assert used == TOPICS
