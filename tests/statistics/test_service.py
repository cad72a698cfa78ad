"""What comes out of what is on record, on a real database."""

from datetime import date, timedelta

import pytest

from ilpes_lms.core.database import db, writing
from ilpes_lms.core.settings import institute_day
from ilpes_lms.demo.service import load_report
from ilpes_lms.statistics import queries, service
from ilpes_lms.statistics.errors import PeriodReversed
from ilpes_lms.statistics.rules import SEXES
from tests.factories.catalogue import make_activity
from tests.factories.enrolment import enrol, make_someone
from tests.factories.statistics import (
    REPORT_PERIOD,
    counted_activity,
    past_activity,
    peopled_activity,
    put_people_in_place_of_headcounts,
)

REPORT_YEAR = tuple(map(date.fromisoformat, REPORT_PERIOD))
MARCH = (date(2023, 3, 1), date(2023, 3, 31))


def check_report_totals(result) -> None:
    totals, kinds = result["totals"], result["by_kind"]
    assert (totals["activities"], totals["without_record"], totals["participations"]) == (52, 1, 4328)
    assert (totals["women"], totals["men"], totals["other"], totals["not_stated"]) == (2313, 2015, 0, 0)
    assert {kind: (found["activities"], found["women"], found["men"], found["participations"])
            for kind, found in kinds.items()} == {
        "national_restricted": (15, 500, 389, 889),
        "webinar": (10, 1172, 1168, 2340),
        "international_open": (13, 274, 203, 477),
        "other_division": (14, 367, 255, 622),
    }  # fmt: skip


def test_the_report_s_headcounts_give_the_report_s_tables(context, statements) -> None:
    load_report()
    del statements[:]
    result = service.compute(*REPORT_YEAR)
    check_report_totals(result)
    assert (result["totals"]["persons"], result["totals"]["activities_without_persons"]) == (None, 52)
    assert len(statements) == 1


def test_individual_people_give_the_same_tables_as_the_headcounts(context, statements) -> None:
    load_report()
    by_headcount = service.compute(*REPORT_YEAR)
    assert put_people_in_place_of_headcounts() == 4328
    del statements[:]
    by_people = service.compute(*REPORT_YEAR)
    assert len(statements) == 4
    check_report_totals(by_people)
    assert by_people["activities"] == by_headcount["activities"]
    assert (by_people["totals"]["persons"], by_people["totals"]["activities_without_persons"]) == (4328, 1)
    assert by_people["by_kind"]["webinar"]["persons"] == 2340


def test_the_report_s_activities_come_in_the_annex_s_order(context) -> None:
    load_report()
    activities = service.compute(*REPORT_YEAR)["activities"]
    assert [a["title"] for a in activities[:2]] == [
        "Logical Framework for the Formulation of Development Projects", "National Territorial Development Policies",
    ]  # fmt: skip
    assert activities[24]["title"] == "Feria de Gobierno Abierto 2022"
    assert [activities[24][name] for name in (*SEXES, "total")] == [None] * 5
    assert activities[11]["dates"] == {
        "start": "2021-01-01", "end": "2021-12-31", "start_precision": "month", "end_precision": "month",
        "text": "January to December 2021",
    }  # fmt: skip
    assert (activities[0]["location"], activities[0]["country"], activities[0]["hours"]) == ("Panama", "PAN", 80)
    assert activities[-1]["title"] == "Introduction to Environmental Statistics"


def test_people_and_headcounts_are_added_up_together(context) -> None:
    counted_activity("webinar", women=10, men=5, other=1, not_stated=2)
    peopled_activity("webinar", "female", "male", "other", "not_stated")
    webinars = service.compute(*MARCH)["by_kind"]["webinar"]
    assert [webinars[name] for name in ("activities", *SEXES, "participations")] == [2, 11, 6, 2, 3, 22]
    assert (webinars["persons"], webinars["activities_without_persons"]) == (4, 1)


def test_a_person_in_two_activities_is_two_participations_and_one_person(context) -> None:
    ana = make_someone(sex="female")
    for kind in ("webinar", "international_open"):
        enrol(past_activity(kind), ana)
    result = service.compute(*MARCH)
    assert (result["totals"]["participations"], result["totals"]["persons"]) == (2, 1)
    assert [result["by_kind"][kind]["persons"] for kind in ("webinar", "international_open")] == [1, 1]


def test_only_confirmed_people_took_part(context) -> None:
    activity = peopled_activity("international_open", "female")
    for state in ("applied", "waitlisted"):
        enrol(activity, make_someone(sex="male"), state)
    assert service.compute(*MARCH)["totals"]["participations"] == 1


def test_a_person_counts_as_they_were_when_confirmed(context) -> None:
    person = make_someone(sex="not_stated")
    enrol(past_activity(), person)
    with writing():
        person.sex = "female"
    totals = service.compute(*MARCH)["totals"]
    assert (totals["women"], totals["not_stated"]) == (0, 1)


@pytest.mark.parametrize("status", ["draft", "cancelled"])
def test_drafts_and_cancelled_activities_are_left_out(context, status) -> None:
    past_activity(status=status)
    assert service.compute(*MARCH)["totals"]["activities"] == 0


def test_an_activity_counts_from_the_day_it_begins(context) -> None:
    today = institute_day()
    running = make_activity("webinar", starts_on=today, ends_on=today + timedelta(days=3))
    coming = make_activity("webinar", starts_on=today + timedelta(days=1), ends_on=today + timedelta(days=3))
    for activity in (running, coming):
        enrol(activity, make_someone(sex="male"))
    totals = service.compute(today, today + timedelta(days=30))["totals"]
    assert (totals["activities"], totals["participations"]) == (1, 1)


def test_an_activity_falls_into_every_period_it_overlaps(context) -> None:
    counted_activity("webinar", women=1, men=0)
    for start, end in ((MARCH[0], date(2023, 3, 6)), (date(2023, 3, 17), MARCH[1]), MARCH):
        assert service.compute(start, end)["totals"]["activities"] == 1
    assert service.compute(date(2023, 3, 18), MARCH[1])["totals"]["activities"] == 0


def test_an_activity_on_record_by_people_without_anyone_counts_zero(context) -> None:
    past_activity()
    totals = service.compute(*MARCH)["totals"]
    assert (totals["without_record"], totals["participations"], totals["persons"]) == (0, 0, 0)


def test_a_period_that_ends_before_it_begins_is_refused(context) -> None:
    with pytest.raises(PeriodReversed):
        service.compute(MARCH[1], MARCH[0])
    with pytest.raises(PeriodReversed):
        service.ask_compilation(start=MARCH[1], end=MARCH[0])


def test_a_compilation_is_queued_and_the_worker_woken_with_its_ref(context, notes) -> None:
    asked = service.ask_compilation(start=MARCH[0], end=MARCH[1])
    assert asked.state == "queued"
    assert notes == [("statistics.compile", (asked.public_id,))]


def test_the_worker_keeps_the_result_with_its_digest(context) -> None:
    counted_activity("webinar", women=3, men=4)
    asked = service.ask_compilation(start=MARCH[0], end=MARCH[1])
    assert service.compile_queued(asked.public_id) == 1
    kept = queries.compilation(asked.public_id)
    assert (kept.state, kept.result) == ("done", {**service.compute(*MARCH), "comparison": service.compare(*MARCH)})
    assert kept.digest == service.digest(kept.result)
    assert kept.done_at is not None


def test_compiling_twice_compiles_once_and_a_kept_result_does_not_move(context) -> None:
    counted_activity("webinar", women=3, men=4)
    asked = service.ask_compilation(start=MARCH[0], end=MARCH[1])
    service.compile_queued(asked.public_id)
    counted_activity("webinar", women=30, men=40)
    assert service.compile_queued(asked.public_id) == 0
    assert service.compile_queued() == 0
    assert queries.compilation(asked.public_id).result["totals"]["participations"] == 7


def test_a_sweep_compiles_what_a_lost_note_left(context, notes) -> None:
    asked = [service.ask_compilation(start=MARCH[0], end=MARCH[1]) for _ in range(3)]
    notes.clear()
    assert service.compile_queued() == 3
    assert {queries.compilation(one.public_id).state for one in asked} == {"done"}


def test_a_compilation_that_fails_says_so_and_does_not_block_the_next(context, monkeypatch) -> None:
    first = service.ask_compilation(start=MARCH[0], end=MARCH[1])
    with monkeypatch.context() as broken:
        broken.setattr(service, "compute", lambda *_: 1 / 0)
        assert service.compile_queued() == 0
    second = service.ask_compilation(start=MARCH[0], end=MARCH[1])
    assert service.compile_queued() == 1
    db.session.expire_all()
    assert [queries.compilation(one.public_id).state for one in (first, second)] == ["failed", "done"]


def test_the_digest_does_not_depend_on_the_order_of_keys() -> None:
    assert service.digest({"a": 1, "b": {"c": "ñ", "d": None}}) == service.digest({"b": {"d": None, "c": "ñ"}, "a": 1})
    assert service.digest({"a": 1}) != service.digest({"a": 2})
