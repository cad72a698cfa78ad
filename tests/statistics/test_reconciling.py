"""What the report published, held against the record, against itself, and against every number in its text."""

import json
import os
import tomllib
from collections import Counter
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from sqlalchemy import select

from ilpes_lms.catalogue.models import Activity, Headcount
from ilpes_lms.core.database import db, writing
from ilpes_lms.demo.service import load_report
from ilpes_lms.demo.service.report import report as demonstration
from ilpes_lms.statistics import reconciling, service
from ilpes_lms.statistics.errors import NothingToReconcile
from ilpes_lms.statistics.explanations import NOTES
from ilpes_lms.statistics.reconciled import as_record, name_of, place, shown
from ilpes_lms.statistics.reconciling import AGREEMENT, MEASURES, Reconciliation, Record
from ilpes_lms.statistics.transcription import Figure, transcription
from ilpes_lms.web import i18n
from tests.factories.statistics import put_people_in_place_of_headcounts
from tests.statistics.published_numbers import numbers_by_place

REPORT = transcription()
CHECKED = tomllib.loads((Path(__file__).parent / "published_numbers.toml").read_text(encoding="utf-8"))
CONTRADICTIONS = {
    "participations-27-october": (577, 579),
    "date-book-launch": ("2021-12-13", "2021-12-27"),
    "growth-webinars": (49, 95),
    "share-restricted": (21, 29),
    "previous-share-restricted": (11, 18),
    "multiple-restricted": (3, 1.99),
    "multiple-all": (2, 1.79),
    "activities-webinars-nine": (9, 10),
    "webinars-raga": (2, 3),
}
AMBIGUITIES = {
    "people-or-participations": (4328, None),
    "which-activities-belong": (4328, 3793),
    "officials-or-participants": (889, None),
    "rows-or-courses": (15, 22),
    "dates-coneval": ("2021-01/2021-12", "2021-09/2022-05"),
    "dates-forum": ("2021-08/2021-10", "2021-08-02/2021-09-30"),
    "officials-dominican-republic": (180, 0),
    "event-paraguay": (300, None),
    "seminars-network": (2, 3),
}


def found_of(findings: list[reconciling.Finding], kind: str) -> dict[str, tuple[object, object]]:
    return {one.figure.id: (one.figure.value, one.computed) for one in findings if one.type == kind}


def numerals(figure: Figure) -> set[int]:
    """Return the numerals by which a figure is printed: the day and the year of a date, a number itself."""
    if figure.unit != "date":
        return set() if figure.unit == "sign" else {int(figure.value)}
    days = "/".join(str(value) for value in (figure.value, figure.other) if value).split("/")
    parts = [[int(part) for part in day.split("-")] for day in days]
    return {number for day in parts for number in (day[0], *day[2:])}


def test_the_contradictions_are_these_and_no_others(app) -> None:
    with app.app_context():
        load_report()
        findings = service.reconcile()
    assert found_of(findings, "contradiction") == CONTRADICTIONS
    assert found_of(findings, "ambiguity") == AMBIGUITIES
    assert [one.type for one in findings] == ["contradiction"] * 9 + ["ambiguity"] * 9


def test_every_figure_of_the_transcription_agrees_or_is_listed_or_stands_alone(app) -> None:
    with app.app_context():
        load_report()
        listed = {one.figure.id for one in service.reconcile()}
    alone = {figure.id for figure in REPORT.figures.values() if figure.alone}
    told = {figure.id for figure in REPORT.figures.values() if figure.told_by}
    agreeing = set(REPORT.figures) - listed - alone - told
    assert (len(REPORT.figures), len(agreeing), len(alone), len(told)) == (345, 328, 7, 1)
    assert alone == {
        "previous-webinars", "previous-restricted", "previous-international",
        "officials-chile-planned", "countries-snip", "dates-chile-planned", "dates-panama-planned",
    }  # fmt: skip


def test_individual_people_in_place_of_headcounts_contradict_the_same_and_tell_how_many_persons(app) -> None:
    with app.app_context():
        load_report()
        put_people_in_place_of_headcounts()
        findings = service.reconcile()
    assert found_of(findings, "contradiction") == CONTRADICTIONS
    # Everybody is a person of their own here, save those of the one activity without record.
    assert "people-or-participations" in found_of(findings, "ambiguity")


def test_a_record_that_changes_contradicts_what_was_printed(app) -> None:
    with app.app_context():
        load_report()
        head = db.session.scalar(
            select(Headcount).join(Activity).where(Activity.kind == "international_open", Activity.position == 3)
        )
        with writing():
            head.women += 1
        new = {one.figure.id: one for one in service.reconcile() if one.figure.id not in CONTRADICTIONS}
        notes = {name: as_record(one)["note"] for name, one in new.items() if one.type == "contradiction"}
    assert set(notes) == {
        "participations", "participations-international", "A1.3-women", "A1.3-total", "A1.3.3-women", "A1.3.3-total",
    }  # fmt: skip


def test_an_explanation_is_given_only_for_what_it_explains(app) -> None:
    with app.app_context(), i18n.in_language("en"):
        finding = reconciling.Finding("contradiction", REPORT.figures["participations-27-october"], 579)
        assert "298 men" in as_record(finding)["note"]
        other = as_record(replace(finding, computed=580))["note"]
        assert other == "The report prints 577; the records of the activities give 580."
        gone = as_record(replace(finding, computed=None))["note"]
        assert gone == "It is not on record here, so it can't be computed again."


def test_a_contradiction_names_the_place_of_either_value(app) -> None:
    with app.app_context(), i18n.in_language("en"):
        load_report()
        where = {one.figure.id: as_record(one)["where"] for one in service.reconcile()}
    assert where["participations-27-october"] == ["section 1 b), paragraph 3", "table A1.2, row 2"]
    assert where["webinars-raga"][0] == "section 6 b), under RAGA"
    assert where["webinars-raga"][-1] == "executive summary, list of seminars, entry 5"
    assert where["activities-webinars-nine"] == ["section 6 a), paragraph 8", "table A1.2"]


def test_nothing_on_record_is_said_and_not_taken_for_agreement(app) -> None:
    with app.app_context(), pytest.raises(NothingToReconcile):
        service.reconcile()


def test_the_previous_period_s_total_follows_from_two_shares_of_it() -> None:
    one = Reconciliation(REPORT, Record([], None))
    totals = one.previous_totals(REPORT.figures["multiple-all"])
    assert list(totals) == [2421, 2422, 2423]
    shares = {name: REPORT.figures[f"previous-share-{name}"].value for name in ("webinars", "international")}
    for total in totals:
        assert {"webinars": reconciling.share(1198, total), "international": reconciling.share(521, total)} == shares
    for total in (2420, 2424):
        assert {"webinars": reconciling.share(1198, total), "international": reconciling.share(521, total)} != shares


@pytest.mark.parametrize(
    ("published", "exact", "agrees"),
    [(2, Fraction(18, 10), True), (2, Fraction(1799, 1000), False), (2, Fraction(22, 10), True),
     (2, Fraction(2201, 1000), False), (1, Fraction(477, 521), True), (3, Fraction(889, 447), False)],
)  # fmt: skip
def test_words_of_multiples_hold_within_a_tenth(published: int, exact: Fraction, agrees: bool) -> None:
    assert AGREEMENT["multiple"](published, exact) is agrees


@pytest.mark.parametrize(
    ("published", "recorded", "agrees"),
    [("2021-10/2021-11", "2021-10-14/2021-11-25", True), ("2021-06-07/2021-08", "2021-06-07/2021-08", True),
     ("2021-12-13", "2021-12-27", False), ("2021-08", "2021-08-19", True), ("2021-10", "2021-10-14/2021-11-25", False)],
)  # fmt: skip
def test_dates_are_compared_as_precisely_as_both_are_known(published: str, recorded: str, agrees: bool) -> None:
    assert AGREEMENT["date"](published, recorded) is agrees


@pytest.mark.parametrize("place_of", list(CHECKED["numbers"]))
def test_every_number_of_a_training_passage_is_transcribed_or_said_to_be_something_else(place_of: str) -> None:
    figures = [*REPORT.figures.values(), *REPORT.doubts.values()]
    transcribed = {number for figure in figures if place_of in figure.where for number in numerals(figure)}
    left = [number for number in CHECKED["numbers"][place_of] if number not in transcribed]
    assert Counter(left) == Counter(CHECKED["not_training"].get(place_of, {}).get("numbers", []))


def test_a_number_left_out_of_the_transcription_would_be_noticed() -> None:
    # The control of the test above: without the figure for the participants of 2 December, 376 is left.
    figures = [figure for figure in REPORT.figures.values() if figure.id != "participations-2-december"]
    transcribed = {number for figure in figures if "6b.network" in figure.where for number in numerals(figure)}
    assert [n for n in CHECKED["numbers"]["6b.network"] if n not in transcribed] == [376, 10]


@pytest.mark.parametrize("figure", REPORT.figures.values(), ids=lambda figure: figure.id)
def test_every_figure_is_printed_where_it_is_said_to_stand(figure: Figure) -> None:
    # What is counted from a list, or said without a numeral, has none to look for.
    unsaid = figure.id.endswith("-listed") or figure.id in {"activities-on-site", "A1.2-without-record"}
    if figure.unit == "sign" or unsaid or (figure.id.startswith("courses-") and figure.value == 1):
        return
    for one in set(figure.where) - {"introduction.2"}:
        assert numerals(figure) <= set(CHECKED["numbers"].get(one, [])), (figure.id, one)


@pytest.mark.skipif("ACTIVITIES_REPORT" not in os.environ, reason="the report's text is not part of the project")
def test_the_numbers_kept_are_those_of_the_report() -> None:
    text = Path(os.environ["ACTIVITIES_REPORT"]).read_text(encoding="utf-8")
    assert numbers_by_place(text) == CHECKED["numbers"]


def test_two_transcriptions_of_the_annex_agree() -> None:
    for row in demonstration()["activities"]:
        name = f"{row['table']}.{row['row']}"
        for column in ("women", "men", "total", "hours"):
            figure = REPORT.figures.get(f"{name}-{column}")
            assert (figure.value if figure else None) == row[column]
        start, end = date.fromisoformat(row["start"]), date.fromisoformat(row["end"])
        printed = reconciling._said(start, row["start_precision"]), reconciling._said(end, row["end_precision"])
        assert REPORT.figures[f"{name}-dates"].value == "/".join(dict.fromkeys(printed))


def test_women_and_men_make_the_totals_and_the_rows_the_subtotals() -> None:
    for table in ("A1.1", "A1.2", "A1.3", "A1.4"):
        sums = Counter()
        for row in {figure.row for figure in REPORT.figures.values() if (figure.row or "").startswith(f"{table}.")}:
            counts = [REPORT.figures.get(f"{row}-{column}") for column in ("women", "men", "total")]
            if all(counts):
                women, men, total = (figure.value for figure in counts)
                assert women + men == total
                sums.update({"women": women, "men": men, "total": total})
        assert sums == {column: REPORT.figures[f"{table}-{column}"].value for column in ("women", "men", "total")}


@pytest.mark.parametrize("language", list(i18n.LANGUAGES))
def test_every_finding_has_its_words_in_the_reader_s_language(app, language: str) -> None:
    with app.app_context():
        load_report()
        findings = service.reconcile()
        with i18n.in_language(language):
            records = [as_record(one) for one in findings]
            values = [shown(one) for one in findings]
    assert all(record["figure"] and record["note"] and all(record["where"]) for record in records)
    assert language == "en" or not any(" row " in f" {one}" for record in records for one in record["where"])
    assert "{" not in json.dumps([record["note"] for record in records])
    assert not any("%(" in str(value) for record in (*records, *values) for value in record.values())


def test_every_figure_can_be_named_and_placed(app) -> None:
    with app.app_context(), i18n.in_language("en"):
        for figure in (*REPORT.figures.values(), *REPORT.doubts.values()):
            assert figure.alone or name_of(reconciling.Finding("contradiction", figure, None))
            assert all(place(one) for one in figure.where)
        assert place("summary.courses.3") == "executive summary, list of courses, entry 3"
        assert place("A1.2.6") == "table A1.2, row 6"
        assert place("5.DOM") == "section 5, Dominican Republic"
        assert place("6a.5") == "section 6 a), paragraph 5"


def test_every_doubt_and_every_contradiction_found_is_explained_and_nothing_else() -> None:
    explained = {figure.id for figure in REPORT.figures.values() if figure.finds is not None}
    assert explained == set(CONTRADICTIONS)
    assert set(NOTES) == explained | set(REPORT.doubts)
    assert {figure.measure for figure in REPORT.figures.values() if figure.measure} <= set(MEASURES)
