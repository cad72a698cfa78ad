"""Statistics as people see them."""

import csv
import io
import re

import pytest
from sqlalchemy import select

from ilpes_lms.core.database import db
from ilpes_lms.demo.service import load_report, publish_report
from ilpes_lms.statistics import rules, service
from ilpes_lms.statistics.models import Compilation
from tests.factories import people
from tests.factories.statistics import counted_activity, peopled_activity, put_people_in_place_of_headcounts

STATISTICS = "/coordinate/statistics"
PAGE = f"{STATISTICS}/tables"
MARCH = {"from": "2023-03-01", "to": "2023-03-31"}


@pytest.fixture
def coordinator(app, client):
    with app.app_context():
        people.coordinator()
    people.sign_in(client, "coordinator@example.org")
    return client


def in_english(page: str) -> str:
    return f"{page}{'&' if '?' in page else '?'}lang=en"


def words_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def tables_of(html: str) -> dict[str, list[list[str]]]:
    """Return the tables of a page by caption, cells as text."""
    found = {}
    for table in re.findall(r"<table.*?</table>", html, re.DOTALL):
        caption = words_of(re.search(r"<caption>(.*?)</caption>", table, re.DOTALL).group(1))
        rows = re.findall(r"<tr.*?</tr>", table, re.DOTALL)
        found[caption] = [[words_of(c) for c in re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)] for row in rows]
    return found


def table(html: str, start: str) -> list[list[str]]:
    return next(rows for caption, rows in tables_of(html).items() if caption.startswith(start))


def test_a_coordinator_sees_the_report_s_totals_figures_and_tables(app, coordinator) -> None:
    with app.app_context():
        load_report()
    answer = coordinator.get(in_english(PAGE))
    assert answer.status_code == 200
    html = answer.text
    assert "Activities 52 Participations 4,328 Women 2,313 (53%) Men 2,015 (47%) Activities without record 1" in (
        words_of(html)
    )
    assert table(html, "Participants by type of course") == [
        ["Type of course", "Activities", "Participants", "Share"],
        ["Restricted national courses", "15", "889", "21%"],
        ["Webinars and seminars", "10", "2,340", "54%"],
        ["International open courses", "13", "477", "11%"],
        ["Courses of other divisions", "14", "622", "14%"],
        ["Total", "52", "4,328", "100%"],
    ]
    assert table(html, "Women and men by type of course")[1:] == [
        ["Restricted national courses", "500", "389", "889", "56%"],
        ["Webinars and seminars", "1,172", "1,168", "2,340", "50%"],
        ["International open courses", "274", "203", "477", "57%"],
        ["Courses of other divisions", "367", "255", "622", "59%"],
        ["Total", "2,313", "2,015", "4,328", "53%"],
    ]
    assert "What is counted: Participations in activities whose dates overlap the period" in words_of(html)


def test_the_annex_s_four_tables_stand_in_its_order_with_no_record_said(app, coordinator) -> None:
    with app.app_context():
        load_report()
    html = coordinator.get(in_english(PAGE)).text
    annex = [caption.split(".")[1] for caption in tables_of(html) if caption.startswith("Table A1")]
    assert [f"A1.{number}" for number in annex] == ["A1.1", "A1.2", "A1.3", "A1.4"]
    webinars = table(html, "Table A1.2")
    assert webinars[10][0] == "Feria de Gobierno Abierto 2022"
    assert webinars[0] == ["Name of activity", "Dates", "Women", "Men", "Total"]
    assert webinars[10][1:] == ["19 May 2022", *["– no record"] * 3]
    assert webinars[11] == ["Subtotal", "", "1,172", "1,168", "2,340"]
    assert table(html, "Table A1.1")[1] == [
        "Logical Framework for the Formulation of Development Projects", "31 May 2021 – 19 Jul 2021", "Panama",
        "Panama", "80", "13", "15", "28",
    ]  # fmt: skip
    assert table(html, "Table A1.4")[7][1] == "7 Jun 2021 – August 2021"


def test_the_pictures_say_in_words_what_they_show(app, coordinator) -> None:
    with app.app_context():
        load_report()
    html = coordinator.get(in_english(PAGE)).text
    pictures = re.findall(r'<svg class="bars".*?</svg>', html, re.DOTALL)
    assert len(pictures) == 2
    for picture in pictures:
        assert 'role="img"' in picture
        named = re.search(r'aria-labelledby="([^"]+)"', picture).group(1).split()
        assert all(f'id="{name}"' in picture for name in named)
        assert "style=" not in picture
    assert "Webinars and seminars: 2,340 (54%)" in pictures[0]
    women_first = "Restricted national courses: Women 500 (56%), Men 389 (44%)"
    assert women_first in pictures[1]


def test_what_has_no_record_is_said_with_the_figures(app, coordinator, client) -> None:
    with app.app_context():
        load_report()
        publish_report()
    legend = "1 activity has no record of its participants: it is in no bar"
    assert coordinator.get(in_english(PAGE)).text.count(legend) == 1
    assert legend in client.get("/statistics?lang=en").text
    with app.app_context():
        counted_activity("webinar", women=1, men=2)
    assert "no bar" not in coordinator.get(PAGE, query_string={**MARCH, "lang": "en"}).text


def test_other_and_not_stated_get_columns_only_where_somebody_is(app, coordinator) -> None:
    with app.app_context():
        counted_activity("webinar", women=1, men=2)
    plain = coordinator.get(PAGE, query_string={**MARCH, "lang": "en"}).text
    assert table(plain, "Women and men")[0][1:3] == ["Women", "Men"]
    assert "Nobody is recorded as other or not stated." in plain
    with app.app_context():
        peopled_activity("webinar", "other", "not_stated", "female")
    more = coordinator.get(PAGE, query_string={**MARCH, "lang": "en"}).text
    assert table(more, "Women and men")[0][1:5] == ["Women", "Men", "Other", "Not stated"]
    assert table(more, "Women and men")[2][1:6] == ["2", "2", "1", "1", "6"]


@pytest.mark.parametrize("language", ["es", "pt", "fr"])
def test_the_page_speaks_the_reader_s_language(app, coordinator, language) -> None:
    with app.app_context():
        load_report()
    html = coordinator.get(PAGE, query_string={"lang": language}).text
    assert {"es": "Mujeres", "pt": "Mulheres", "fr": "Femmes"}[language] in html
    assert "What is counted" not in html
    assert {"es": "2\u00a0340", "pt": "2.340", "fr": "2\u202f340"}[language] in html


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"from": "2023-03-31", "to": "2023-03-01"}, "can&#39;t end before it begins"),
        ({"from": "soon", "to": "2023-03-01"}, "Not a valid date"),
        ({"to": "2023-03-01"}, "This field is required"),
    ],
)
def test_a_wrong_period_is_told_beside_its_field_and_kept(coordinator, asked, message) -> None:
    for page in (PAGE, f"{STATISTICS}.csv"):
        answer = coordinator.get(page, query_string={**asked, "lang": "en"})
        assert answer.status_code == 422
        assert message in answer.text
        assert 'value="2023-03-01"' in answer.text


def test_a_period_without_activities_says_so(coordinator) -> None:
    answer = coordinator.get(PAGE, query_string={"from": "1999-01-01", "to": "1999-12-31", "lang": "en"})
    assert answer.status_code == 200
    assert "No activity on record overlaps this period." in answer.text


def test_the_csv_is_what_the_page_shows(app, coordinator) -> None:
    with app.app_context():
        load_report()
    answer = coordinator.get(f"{STATISTICS}.csv")
    assert answer.content_type == "text/csv; charset=utf-8"
    assert "statistics-2021-06-01-2022-05-31.csv" in answer.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert rows[-1]["total"] == "4328"


def test_no_page_asks_the_database_more_than_twelve_times(app, coordinator, statements) -> None:
    with app.app_context():
        load_report()
        put_people_in_place_of_headcounts()
        kept = [service.ask_compilation(**_dates()).public_id for _ in range(12)]
        service.compile_queued()
    for page in (PAGE, f"{STATISTICS}/compilations", f"{STATISTICS}/compilations/{kept[0]}", "/statistics"):
        del statements[:]
        assert coordinator.get(page).status_code == 200
        assert len(statements) <= 12, page


def _dates():
    from datetime import date

    return {"start": date(2021, 6, 1), "end": date(2022, 5, 31)}


def test_a_compilation_is_asked_for_done_by_the_worker_and_shown_as_kept(app, coordinator, run_jobs) -> None:
    with app.app_context():
        counted_activity("webinar", women=3, men=4)
    answer = people.form_post(coordinator, f"{STATISTICS}/compilations", MARCH, page=PAGE)
    assert answer.status_code == 303
    place = answer.headers["Location"]
    waiting = coordinator.get(in_english(place)).text
    assert "Being compiled" in waiting
    assert 'hx-trigger="every 3s"' in waiting
    assert coordinator.get(f"{place}.csv").status_code == 404
    run_jobs()
    with app.app_context():
        counted_activity("webinar", women=30, men=40)
    done = coordinator.get(in_english(place)).text
    assert "The kept figures match their digest." in done
    assert "hx-trigger" not in done
    assert table(done, "Table A1.2")[-1][-3:] == ["3", "4", "7"]
    assert coordinator.get(f"{place}.csv").status_code == 200
    assert place.rsplit("/", 1)[1] in coordinator.get(f"{STATISTICS}/compilations").text


def test_a_kept_result_that_was_changed_afterwards_is_found_out(app, coordinator, run_jobs) -> None:
    with app.app_context():
        ref = service.ask_compilation(**_dates()).public_id
    run_jobs()
    from sqlalchemy import update

    from ilpes_lms.core.database import writing

    with app.app_context(), writing() as session:
        kept = session.scalar(Compilation.__table__.select().with_only_columns(Compilation.result))
        kept["totals"]["women"] = 999
        session.execute(update(Compilation).values(result=kept))
    html = coordinator.get(in_english(f"{STATISTICS}/compilations/{ref}")).text
    assert "they were changed after they were compiled" in html


def test_a_failed_compilation_says_how_to_go_on(app, coordinator) -> None:
    from sqlalchemy import update

    from ilpes_lms.core.database import writing

    with app.app_context():
        ref = service.ask_compilation(**_dates()).public_id
        with writing() as session:
            session.execute(update(Compilation).values(state="failed"))
    html = coordinator.get(in_english(f"{STATISTICS}/compilations/{ref}")).text
    assert "Ask for it again" in html


def test_asking_for_a_wrong_period_is_refused_on_the_page(app, coordinator) -> None:
    wrong = {"from": "2023-03-31", "to": "2023-03-01"}
    answer = people.form_post(coordinator, f"{STATISTICS}/compilations", wrong, page=PAGE)
    assert answer.status_code == 422
    with app.app_context():
        from ilpes_lms.statistics import queries

        assert queries.queued() == []


def test_compilations_come_in_pages_newest_first(app, coordinator) -> None:
    with app.app_context():
        refs = [service.ask_compilation(**_dates()).public_id for _ in range(12)]
    first = coordinator.get(f"{STATISTICS}/compilations").text
    assert refs[-1] in first
    assert refs[0] not in first
    older = re.search(r'href="([^"]+cursor=[^"]+)"[^>]*rel="next"', first).group(1)
    assert refs[0] in coordinator.get(older.replace("&amp;", "&")).text


def test_the_home_page_shows_the_last_published_year_once_it_is_published(app, client) -> None:
    assert "The last published year in figures" not in client.get("/?lang=en").text
    with app.app_context():
        load_report()
        publish_report()
    home = client.get("/?lang=en").text
    assert "The last published year in figures" in home
    assert "Webinars and seminars: Women 1,172 (50%), Men 1,168 (50%)" in home


@pytest.mark.parametrize("role", ["statistics_reader", "administrator", "coordinator"])
def test_who_reads_statistics_may(app, client, role) -> None:
    with app.app_context():
        people.staff(role, "reader@example.org")
    people.sign_in(client, "reader@example.org")
    assert client.get(PAGE).status_code == 200


def test_others_may_not(app, client) -> None:
    assert client.get(PAGE).status_code == 303
    with app.app_context():
        people.person("ana@example.org")
    people.sign_in(client, "ana@example.org")
    for page in (PAGE, f"{STATISTICS}.csv", f"{STATISTICS}/compilations", f"{STATISTICS}/compilations/x"):
        assert client.get(page).status_code == 403


def test_the_reconciliation_shows_each_contradiction_with_both_values_and_why(app, coordinator) -> None:
    page = f"{STATISTICS}/reconciliation"
    assert "There is nothing to hold the report against" in coordinator.get(in_english(page)).text
    with app.app_context():
        load_report()
    answer = coordinator.get(in_english(page))
    assert answer.status_code == 200
    assert "Published figures 345 Agree 329 Contradictions 9" in words_of(answer.text)
    rows = {row[0]: row[1:] for row in table(answer.text, "Figures that do not agree")}
    growth = rows["Increase in participants over the previous period: Webinars and seminars"]
    assert growth[:3] == ["49%", "95%", "section 6 a), paragraph 4"]
    assert "the wrong base" in growth[3]
    launch = next(cells for name, cells in rows.items() if "anzamiento del libro" in name)
    assert launch[:2] == ["13 Dec 2021", "27 Dec 2021"]
    doubted = table(answer.text, "Figures that can be read in two ways")
    assert ["not known" in row for row in doubted].count(True) == 3


def test_the_period_stands_beside_the_one_before_on_its_own_base(app, coordinator) -> None:
    with app.app_context():
        load_report()
        publish_report()
    rows = table(coordinator.get(in_english(PAGE)).text, "Participations beside those of 1 June 2020")
    assert rows[2] == ["Webinars and seminars", "1,198", "2,340", "+1,142", "+95%", "49%", "54%", "+5"]
    assert rows[3] == ["International open courses", "521", "477", "−44", "−8%", "22%", "11%", "−11"]
    assert rows[4] == ["Courses of other divisions", "not published", "622", "", "", "", "14%", ""]
    assert rows[5][:5] == ["Total", "not published", "4,328", "", "+79%"]


def test_a_kept_compilation_offers_the_annual_report_in_four_languages(app, coordinator, run_jobs) -> None:
    with app.app_context():
        load_report()
        service.ask_compilation(start=rules.PUBLISHED.start, end=rules.PUBLISHED.end)
    run_jobs()
    with app.app_context():
        kept = db.session.scalar(select(Compilation))
        page = f"{STATISTICS}/compilations/{kept.public_id}"
    html = coordinator.get(in_english(page)).text
    offered = re.findall(r'href="([^"]+/report/[^"]+)"', html)
    assert len(offered) == 12
    made = coordinator.get(next(one for one in offered if one.endswith("/fr.docx")))
    assert made.status_code == 200
    assert made.data.startswith(b"PK")
    assert "Participations beside those of" in html


@pytest.mark.parametrize("page", [PAGE, f"{STATISTICS}.csv", f"{STATISTICS}/releases/new"])
@pytest.mark.parametrize("period", ["from=0001-01-01&to=2022-05-31", "from=2021-06-01&to=9999-12-31"])
def test_dates_on_which_nothing_can_be_on_record_are_named(coordinator, page, period) -> None:
    answer = coordinator.get(in_english(f"{page}?{period}"))
    assert answer.status_code == 422
    assert "This date is not plausible." in answer.text


def test_the_first_year_that_can_be_asked_for_has_an_earlier_one_beside_it(coordinator) -> None:
    assert coordinator.get(f"{PAGE}?from=1948-01-01&to=1948-12-31").status_code == 200
