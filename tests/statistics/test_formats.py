"""Statistics as text, from the rules' result and through the command."""

import csv
import io
import json
from datetime import date

import pytest

from ilpes_lms.demo.service import load_report
from ilpes_lms.statistics import formats, rules, service
from ilpes_lms.statistics.rules import Counts, Line, Period
from tests.factories.statistics import REPORT_PERIOD


def result_of(title: str = "Un webinar", counts: Counts | None = None):
    day = date(2021, 8, 19)
    line = Line("webinar", title, day, day, "day", "day", None, None, None, None, counts, by_people=False)
    return rules.compilation(Period(day, day), [line], {})


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def run(app, *arguments: str):
    return app.test_cli_runner().invoke(args=["statistics", "show", *arguments])


@pytest.mark.parametrize(
    "title", ["=1+1", "+1", "-2", "@SUM(A1)", "\tx", "  =cmd|'/c calc'!A1", "＝1", '=HYPERLINK("http://x")']
)
def test_trust_30_a_cell_that_a_spreadsheet_takes_for_a_formula_stays_text(title: str) -> None:
    row = rows_of(formats.as_csv(result_of(title)))[0]
    assert row["title"] == f"'{title}"


def test_commas_quotes_and_lines_survive_the_csv() -> None:
    title = 'Uno, "dos"\ny tres'
    assert rows_of(formats.as_csv(result_of(title)))[0]["title"] == title


def test_no_record_is_an_empty_cell_and_zero_is_zero() -> None:
    assert rows_of(formats.as_csv(result_of()))[0]["women"] == ""
    assert rows_of(formats.as_csv(result_of(counts=Counts(men=3))))[0]["women"] == "0"


def test_every_csv_row_names_its_period_and_definition() -> None:
    rows = rows_of(formats.as_csv(result_of()))
    assert {(row["period_start"], row["period_end"], row["definition"]) for row in rows} == {
        ("2021-08-19", "2021-08-19", "confirmed")
    }
    assert [row["level"] for row in rows] == ["activity", "kind", "kind", "kind", "kind", "total"]
    assert rows[-1]["definition_text"].startswith(rules.DEFINITIONS["confirmed"])


def test_the_csv_says_which_rows_have_no_record_and_what_an_empty_cell_means() -> None:
    none, three = rows_of(formats.as_csv(result_of())), rows_of(formats.as_csv(result_of(counts=Counts(men=3))))
    assert [(row["activities"], row["without_record"]) for row in (none[0], three[0])] == [("1", "1"), ("1", "0")]
    assert "not that it is zero" in none[-1]["definition_text"]
    assert three[-1]["definition_text"] == rules.DEFINITIONS["confirmed"]


def test_the_terminal_s_table_says_no_record_and_the_definition() -> None:
    text = formats.as_table(result_of())
    assert "no record" in text
    assert "confirmed enrolments" in text
    assert "Distinct persons: not known" in text


def test_the_command_prints_the_report_s_figures_and_nothing_else(app) -> None:
    with app.app_context():
        load_report()
        computed = service.compute(*map(date.fromisoformat, REPORT_PERIOD))
    period = ("--from", REPORT_PERIOD[0], "--to", REPORT_PERIOD[1])
    assert json.loads(run(app, *period, "--format", "json").stdout) == computed
    rows = rows_of(run(app, *period, "--format", "csv").stdout)
    assert len(rows) == 57
    assert (rows[-1]["activities"], rows[-1]["women"], rows[-1]["men"], rows[-1]["total"]) == (
        "52", "2313", "2015", "4328",
    )  # fmt: skip
    assert sum(int(row["total"] or 0) for row in rows if row["level"] == "activity") == 4328
    table = run(app, *period).stdout
    assert [line.split()[-1] for line in table.splitlines() if "Subtotal" in line] == ["889", "2,340", "477", "622"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("--from", "2022-05-31", "--to", "2021-06-01"),
        ("--from", "yesterday", "--to", "2021-06-01"),
        ("--from", "2021-06-01"),
        ("--from", "2021-06-01", "--to", "2022-05-31", "--format", "xml"),
    ],
)
def test_a_wrong_call_is_refused_with_a_reason_and_no_output(app, arguments) -> None:
    done = run(app, *arguments)
    assert done.exit_code == 2
    assert done.stdout == ""
    assert done.stderr


def test_reconcile_prints_the_interface_s_json_and_a_table(app) -> None:
    runner = app.test_cli_runner()
    assert runner.invoke(args=["statistics", "reconcile"]).exit_code == 1
    with app.app_context():
        load_report()
    printed = runner.invoke(args=["statistics", "reconcile", "--format", "json"])
    assert printed.exit_code == 0
    findings = json.loads(printed.output)
    keys = ["id", "type", "figure", "published", "computed", "where", "note"]
    assert all(list(finding) == keys for finding in findings)
    growth = next(finding for finding in findings if finding["id"] == "growth-webinars")
    assert (growth["published"], growth["computed"]) == (49, 95)
    assert growth["where"] == ["section 6 a), paragraph 4"]
    table = runner.invoke(args=["statistics", "reconcile", "--lang", "es"])
    assert "published 577, computed or elsewhere 579" in table.output
    assert "sección 1 b), párrafo 3" in table.output
    assert table.output.rstrip().endswith("9 contradictions, 9 ambiguities")
