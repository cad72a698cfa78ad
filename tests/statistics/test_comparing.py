"""A period beside the one before: on the right base, and nothing where the base is not known."""

from datetime import date

import pytest

from ilpes_lms.demo.service import load_report, publish_report
from ilpes_lms.statistics import comparing, service
from ilpes_lms.statistics.comparing import Before, comparison
from ilpes_lms.statistics.earlier import published
from ilpes_lms.statistics.rules import KINDS, Period, share, totals_of_share
from ilpes_lms.statistics.transcription import transcription
from tests.factories.statistics import REPORT_PERIOD, counted_activity

YEAR = Period(*map(date.fromisoformat, REPORT_PERIOD))


def result_of(**by_kind: int | None) -> dict[str, object]:
    known = [number for number in by_kind.values() if number is not None]
    return {
        "period": {"start": "2023-06-01", "end": "2024-05-31"},
        "totals": {"participations": sum(known)},
        "by_kind": {kind: {"participations": by_kind.get(kind)} for kind in KINDS},
    }


@pytest.mark.parametrize(
    ("start", "end", "before"),
    [
        (date(2021, 6, 1), date(2022, 5, 31), (date(2020, 6, 1), date(2021, 5, 31))),
        (date(2024, 3, 1), date(2025, 2, 28), (date(2023, 3, 1), date(2024, 2, 29))),
        (date(2024, 2, 29), date(2025, 2, 27), (date(2023, 2, 28), date(2024, 2, 28))),
        (date(2023, 3, 1), date(2023, 3, 10), (date(2023, 2, 19), date(2023, 2, 28))),
    ],
)
def test_the_period_before_ends_the_day_before_and_is_as_long(start, end, before) -> None:
    assert comparing.before(Period(start, end)) == Period(*before)


@pytest.mark.parametrize(
    ("start", "end"), [("0001-01-01", "0001-12-31"), ("0001-03-01", "2022-05-31"), ("9999-01-01", "9999-12-31")]
)
def test_where_the_calendar_ends_there_is_no_period_before(start: str, end: str) -> None:
    assert comparing.before(Period(date.fromisoformat(start), date.fromisoformat(end))) is None


def test_a_share_tells_between_which_numbers_its_total_lies() -> None:
    for part, percent in ((1198, 49), (521, 22), (1, 50), (3, 100)):
        totals = totals_of_share(part, percent)
        assert all(share(part, total) == percent for total in totals)
        assert share(part, totals[-1] + 1) != percent
        assert totals[0] == part or share(part, totals[0] - 1) != percent


def test_what_is_entered_as_published_is_what_the_transcription_has(context) -> None:
    load_report()
    publish_report()
    figures = transcription().figures
    earlier, year = (published(period) for period in (comparing.before(YEAR), YEAR))
    assert (earlier.symbol, earlier.release, year.symbol, year.release) == ("LC/MDCRP.29/3", None, None, 2)
    names = {"webinar": "webinars", "national_restricted": "restricted", "international_open": "international"}
    assert earlier.participations == {kind: figures[f"previous-{name}"].value for kind, name in names.items()}
    assert earlier.shares == {
        kind: figures[f"previous-share-{names[kind]}"].value for kind in ("webinar", "international_open")
    }
    assert (year.total, list(year.totals)) == (figures["participations"].value, [4328])


def test_the_report_s_year_grew_by_the_earlier_numbers(app) -> None:
    with app.app_context():
        load_report()
        publish_report()
        found = service.compare(YEAR.start, YEAR.end)
    assert found["previous"]["published_in"] == "LC/MDCRP.29/3"
    assert (found["previous"]["total_from"], found["previous"]["total_to"]) == (2421, 2423)
    webinars = found["by_kind"]["webinar"]
    assert webinars == {
        "before": 1198, "now": 2340, "change": 1142, "per_cent": 95, "multiple": 1.95,
        "share_before": 49, "share_now": 54, "share_change": 5,
    }  # fmt: skip
    restricted, international = found["by_kind"]["national_restricted"], found["by_kind"]["international_open"]
    assert (restricted["per_cent"], restricted["multiple"], restricted["share_before"]) == (99, 1.99, 18)
    assert (international["change"], international["per_cent"], international["share_change"]) == (-44, -8, -11)
    others = found["by_kind"]["other_division"]
    assert (others["before"], others["change"], others["per_cent"], others["share_before"]) == (None, None, None, None)
    assert (found["totals"]["before"], found["totals"]["per_cent"]) == (None, 79)


def test_what_was_published_of_every_kind_is_the_base_of_the_next_year() -> None:
    numbers = {"national_restricted": 889, "webinar": 2340, "international_open": 477, "other_division": 622}
    year = Before(YEAR, "LC/MDCRP.29/3", numbers)
    found = comparison(result_of(webinar=1170, national_restricted=0, international_open=954, other_division=622), year)
    assert found["totals"] == {
        "before": 4328, "now": 2746, "change": -1582, "per_cent": -37, "multiple": 0.63,
        "share_before": 100, "share_now": 100, "share_change": 0,
    }  # fmt: skip
    assert found["by_kind"]["national_restricted"]["per_cent"] == -100
    assert found["by_kind"]["other_division"]["change"] == 0


def test_nothing_is_a_per_cent_of_zero_or_of_no_record() -> None:
    earlier = Before(YEAR, None, dict.fromkeys(KINDS, 0))
    found = comparison(result_of(webinar=5, other_division=None), earlier)
    assert (found["by_kind"]["webinar"]["change"], found["by_kind"]["webinar"]["per_cent"]) == (5, None)
    assert found["by_kind"]["webinar"]["multiple"] is None
    assert found["by_kind"]["other_division"]["change"] is None


def test_a_period_that_nobody_published_is_compared_with_the_record(app) -> None:
    with app.app_context():
        counted_activity("webinar", women=3, men=1)
        spring = service.compare(date(2023, 4, 1), date(2023, 4, 30))
        assert service.compare(date(2019, 4, 1), date(2019, 4, 30)) is None
    assert spring["previous"]["published_in"] is None
    assert (spring["by_kind"]["webinar"]["before"], spring["by_kind"]["webinar"]["now"]) == (4, 0)
    assert spring["by_kind"]["webinar"]["per_cent"] == -100
