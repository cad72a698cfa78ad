"""The dashboard as people see it and as programs get it."""

import csv
import io
import re
from datetime import date
from html import unescape
from xml.etree import ElementTree as ET

import pytest

from ilpes_lms.attendance.models import Outcome
from ilpes_lms.core import clock
from ilpes_lms.core.database import writing
from ilpes_lms.demo.service import load_report
from tests.factories import people
from tests.factories.enrolment import enrol, make_institution, make_someone
from tests.factories.statistics import counted_activity, past_activity, put_people_in_place_of_headcounts

PAGE = "/coordinate/statistics"
URL = "/api/v1/statistics/dashboard"
MARCH = {"from": "2023-03-01", "to": "2023-03-31"}
REPORT = {"from": "2021-06-01", "to": "2022-05-31"}
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def coordinator(app, client):
    with app.app_context():
        people.coordinator()
    people.sign_in(client, "coordinator@example.org")
    return client


@pytest.fixture
def token(app):
    with app.app_context():
        people.staff("statistics_reader", "token@example.org")
    return people.bearer(app, "token@example.org")


def seen(client, page: str = PAGE, **asked: str):
    answer = client.get(page, query_string={**MARCH, "lang": "en", **asked})
    assert answer.status_code == 200, answer.status_code
    return answer.text


def words_of(html: str) -> str:
    return unescape(" ".join(re.sub(r"<[^>]+>", " ", html).split()))


def numbers_of(html: str) -> dict[str, str]:
    """Return the large figures by their names, each with what is said beneath it."""
    listed = re.search(r'<dl class="numbers">(.*?)</dl>', html, re.DOTALL).group(1)
    pairs = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", listed, re.DOTALL)
    return {words_of(name): words_of(text) for name, text in pairs}


def rows_of(html: str, caption: str) -> list[list[str]]:
    found = next(
        table for table in re.findall(r"<table.*?</table>", html, re.DOTALL)
        if words_of(re.search(r"<caption>(.*?)</caption>", table, re.DOTALL).group(1)).startswith(caption)
    )  # fmt: skip
    lines = re.findall(r"<tr.*?</tr>", found, re.DOTALL)
    return [[words_of(cell) for cell in re.findall(r"<t[hd].*?</t[hd]>", line, re.DOTALL)] for line in lines]


def links_of(html: str) -> list[str]:
    return [unescape(url) for url in re.findall(r'href="([^"]+)"', html)]


def chips_of(html: str) -> list[tuple[str, str]]:
    listed = re.search(r'<ul class="chips chosen-filters".*?</ul>', html, re.DOTALL)
    found = re.findall(r'<a href="([^"]+)"[^>]*>(.*?)</a>', listed.group(0), re.DOTALL) if listed else []
    return [(words_of(text).removesuffix(" ×"), unescape(url)) for url, text in found]


def march_with_people():
    """A course with four people of two countries, of whom two of three completed, and a webinar by headcount."""
    course = past_activity("international_open", hours=20)
    ministry = make_institution("Ministerio de Hacienda", "CHL")
    placed = [
        enrol(course, make_someone(sex="female", residence_country="CHL", organization_id=ministry.id)),
        enrol(course, make_someone(sex="female", residence_country="PER", sector="academia")),
        enrol(course, make_someone(sex="male", residence_country="CHL")),
        enrol(course, make_someone(sex="male", residence_country="ESP")),
    ]
    for enrolment, result in zip(placed, ("completed", "completed", "not_completed"), strict=False):
        with writing() as session:
            session.add(Outcome(enrolment_id=enrolment.id, result=result, rule_version=1, evidence={},
                                decided_at=clock.now()))  # fmt: skip
    return course, counted_activity("webinar", women=5, men=6), ministry


def test_the_figures_of_the_report_stand_on_the_dashboard(app, coordinator) -> None:
    with app.app_context():
        load_report()
    html = seen(coordinator, **REPORT)
    found = numbers_of(html)
    assert found["Activities"] == "52 1 of them without record"
    assert (found["Participations"], found["Women"], found["Men"]) == ("4,328", "2,313 53%", "2,015 47%")
    assert found["Distinct persons"] == "not known Only headcounts are on record."
    assert rows_of(html, "Women and men by type of course")[1:] == [
        ["Restricted national courses", "500", "389", "889", "56%"],
        ["Webinars and seminars", "1,172", "1,168", "2,340", "50%"],
        ["International open courses", "274", "203", "477", "57%"],
        ["Courses of other divisions", "367", "255", "622", "59%"],
        ["Total", "2,313", "2,015", "4,328", "53%"],
    ]
    assert "1 activity has no record of its participants" in html


def test_what_nobody_recorded_is_named_and_never_zero(app, coordinator) -> None:
    with app.app_context():
        counted_activity("webinar", women=5, men=6)
    html = seen(coordinator)
    assert "Nobody is on record by name here, so this is not known." in html
    assert '<svg class="tiles"' not in html
    assert "Not shown: 1 activity known by headcount, with 11 participations." in html
    found = numbers_of(html)
    assert found["Completion rate"] == "not known No outcome is decided."
    assert found["Hours delivered"].startswith("not known without 1 activity whose hours")
    webinars = next(row for row in rows_of(html, "Persons, outcomes and hours") if row[0] == "Webinars and seminars")
    assert webinars == ["Webinars and seminars", "1", "11", *["– no record"] * 2, "", "0", *["– no record"] * 2]


def test_persons_stand_beside_participations_and_rates_on_their_base(app, coordinator) -> None:
    with app.app_context():
        march_with_people()
        again = past_activity("webinar", hours=2)
        twice = make_someone(sex="female")
        for activity in (again, past_activity("international_open", hours=10)):
            enrol(activity, twice)
    found = numbers_of(seen(coordinator))
    assert found["Participations"] == "17"
    assert found["Distinct persons"] == "5 without 1 activity known by headcount"
    assert found["Completion rate"] == "67% 2 of 3 with an outcome"
    assert found["Hours delivered"] == "32 without 1 activity whose hours are not known"
    assert found["Person-hours"] == "92"


def test_the_map_shades_countries_of_the_region_and_names_the_others_beside(app, coordinator) -> None:
    with app.app_context():
        march_with_people()
    html = seen(coordinator)
    picture = re.search(r'<svg class="tiles".*?</svg>', html, re.DOTALL).group(0)
    assert re.search(r">CHL</text>\s*<text[^>]*>2</text>", picture)
    assert re.search(r">PER</text>\s*<text[^>]*>1</text>", picture)
    assert re.search(r">BOL</text>\s*<text[^>]*></text>", picture)
    assert "Beside the map: Spain (1)" in words_of(html)
    assert rows_of(html, "Participants by country of residence")[1:] == [
        ["Chile", "1", "1", "2", "50%"], ["Spain", "0", "1", "1", "0%"], ["Peru", "1", "0", "1", "100%"],
        ["Total", "2", "2", "4", "50%"],
    ]  # fmt: skip
    named = re.search(r'aria-labelledby="([^"]+)"', picture).group(1).split()
    assert all(f'id="{name}"' in picture for name in named)
    assert "Chile: 2" in picture


def test_a_filter_is_added_by_the_form_and_taken_away_by_its_chip(app, coordinator) -> None:
    with app.app_context():
        march_with_people()
    typed = {**MARCH, "country": "CHL", "add_country": "PER", "add_kind": "", "add_sex": "women", "find": ""}
    moved = coordinator.get(PAGE, query_string=typed)
    assert moved.status_code == 302
    html = coordinator.get(f"{moved.headers['Location']}&lang=en").text
    chips = chips_of(html)
    assert [text for text, _url in chips] == [
        "Remove the filter: Country of residence: Chile", "Remove the filter: Country of residence: Peru",
        "Remove the filter: Sex: Women", "Clear all",
    ]  # fmt: skip
    assert numbers_of(html)["Participations"] == "2"
    assert "1 activity of the period has nobody on record by name, so it is left out" in html
    fewer = coordinator.get(f"{chips[1][1]}&lang=en").text
    assert [text for text, _url in chips_of(fewer)][1:] == ["Remove the filter: Sex: Women", "Clear all"]
    assert numbers_of(fewer)["Participations"] == "1"
    assert numbers_of(coordinator.get(f"{chips[-1][1]}&lang=en").text)["Participations"] == "15"


def test_what_the_form_adds_leads_nowhere_but_to_the_dashboard(coordinator) -> None:
    moved = coordinator.get(PAGE, query_string={"add_sex": "women", "_external": "1", "_scheme": "ftp"})
    assert moved.headers["Location"].startswith(f"{PAGE}?")


def test_a_filter_that_is_not_known_is_said_and_left_out(app, coordinator) -> None:
    with app.app_context():
        march_with_people()
    answer = coordinator.get(PAGE, query_string={**MARCH, "country": "CHL,XXX", "lang": "en"})
    assert answer.status_code == 422
    assert "country=CHL,XXX" in answer.text
    assert numbers_of(answer.text)["Participations"] == "15"


def test_an_institution_is_found_by_a_part_of_its_name(app, coordinator) -> None:
    with app.app_context():
        _course, _webinar, ministry = march_with_people()
        ref = ministry.public_id
    html = seen(coordinator, find="hacienda")
    add = next(url for url in links_of(html) if f"institution={ref}" in url)
    filtered = coordinator.get(f"{add}&lang=en").text
    assert chips_of(filtered)[0][0] == "Remove the filter: Institution: Ministerio de Hacienda"
    assert numbers_of(filtered)["Participations"] == "1"
    assert "No institution has “Tesorería” in its name." in seen(coordinator, find="Tesorería")


@pytest.mark.parametrize(
    ("by", "title", "first"),
    [
        ("sector", "Women and men by sector", "Not on record"),
        ("institution", "Women and men by institution", "Of no institution on the list"),
        ("topic", "Women and men by topic", "Planning for development"),
        ("division", "Women and men by organizing division", None),
    ],
)
def test_the_last_chart_is_by_what_the_reader_chooses(app, coordinator, by, title, first) -> None:
    with app.app_context():
        march_with_people()
        enrol(past_activity("webinar", topics=["planning"]), make_someone())
    html = seen(coordinator, by=by)
    assert first is None or first in [row[0] for row in rows_of(html, title)]
    assert len(re.findall(r'<a href="[^"]+" aria-current="true">By ', html)) == 1


def test_every_figure_leads_to_the_activities_behind_it_and_on_to_their_people(app, coordinator) -> None:
    with app.app_context():
        course, webinar, _ministry = march_with_people()
        refs = course.public_id, webinar.public_id
    html = seen(coordinator)
    of_chile = next(url for url in links_of(html) if "/activities?" in url and "country=CHL" in url)
    listed = coordinator.get(f"{of_chile}&lang=en").text
    assert [row[3:6] for row in rows_of(listed, "Activities behind the figures")[1:]] == [["1", "1", "2"]]
    everything = next(url for url in links_of(html) if url.startswith(f"{PAGE}/activities?") and "country" not in url)
    rows = rows_of(coordinator.get(f"{everything}&lang=en").text, "Activities behind the figures")[1:]
    assert sorted(row[5] for row in rows) == ["11 (headcount)", "4"]
    way = next(url for url in links_of(listed) if url.endswith("/applications?state=confirmed&country=CHL"))
    assert refs[0] in way
    assert coordinator.get(way).status_code == 200


def test_a_statistics_reader_sees_activities_but_never_people(app, client) -> None:
    with app.app_context():
        people.staff("statistics_reader", "reader@example.org")
        course, _webinar, _ministry = march_with_people()
        ref = course.public_id
    people.sign_in(client, "reader@example.org")
    html = seen(client, f"{PAGE}/activities")
    assert f"/activities/{ref}" in links_of(html)
    assert not [url for url in links_of(html) if "/applications" in url or url.startswith("/coordinate/activities")]


def test_a_coordinator_of_one_division_is_led_to_the_people_of_that_division_alone(app, client) -> None:
    with app.app_context():
        people.coordinator("celade@example.org", division="celade")
        own = past_activity("other_division", division="celade")
        other = past_activity("other_division", division="ilpes")
        for activity in (own, other):
            enrol(activity, make_someone())
        refs = own.public_id, other.public_id
    people.sign_in(client, "celade@example.org")
    links = [url for url in links_of(seen(client, f"{PAGE}/activities")) if "/applications" in url]
    assert len(links) == 1
    assert refs[0] in links[0]


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"from": "2023-03-31", "to": "2023-03-01"}, "can&#39;t end before it begins"),
        ({"from": "soon", "to": "2023-03-01"}, "Not a valid date"),
        ({"from": "0001-01-01", "to": "2023-03-01"}, "This date is not plausible."),
        ({"from": "2023-03-01", "to": "9999-12-31"}, "This date is not plausible."),
    ],
)
def test_a_wrong_period_is_told_beside_its_field(coordinator, asked, message) -> None:
    for page in (PAGE, f"{PAGE}/activities", f"{PAGE}/charts/kinds.svg"):
        answer = coordinator.get(page, query_string={**asked, "lang": "en"})
        assert answer.status_code == 422
        assert message in answer.text


def test_without_a_period_the_newest_year_on_record_is_shown(app, coordinator) -> None:
    with app.app_context():
        load_report()
    assert "1 June 2022 – 31 May 2023" not in coordinator.get(PAGE, query_string={"lang": "en"}).text
    assert numbers_of(coordinator.get(PAGE, query_string={"lang": "en"}).text)["Activities"].startswith("52")


def test_where_nothing_counts_the_page_says_how_to_go_on(coordinator) -> None:
    html = seen(coordinator, **{"from": "1999-01-01", "to": "1999-12-31"})
    assert "No activity counts here" in html
    assert "Choose another year, or remove a filter." in html
    assert "No activity counts here" in seen(coordinator, f"{PAGE}/activities")


def test_a_year_in_which_nothing_was_on_record_begins_no_trend(app, coordinator) -> None:
    with app.app_context():
        load_report()
    periods = [row[0] for row in rows_of(seen(coordinator, **REPORT), "Participations over time")[1:]]
    assert periods == ["2020–21", "2021–22"]


@pytest.mark.parametrize("name", ["kinds", "trend", "countries", "sectors", "institutions", "topics", "divisions"])
def test_every_chart_can_be_taken_along(app, coordinator, name) -> None:
    with app.app_context():
        march_with_people()
    drawn = coordinator.get(f"{PAGE}/charts/{name}.svg", query_string={**MARCH, "sex": "women", "lang": "en"})
    assert drawn.content_type.startswith("image/svg+xml")
    root = ET.fromstring(drawn.text)
    assert root.find(f"{SVG}title").text
    assert "1 March 2023 – 31 March 2023; Sex: Women" in [text.text for text in root.iter(f"{SVG}text")]
    assert not re.search(r'style=|class=|href=|="\s*"', drawn.text), "it needs nothing but itself"


def test_a_chart_is_a_picture_too_with_every_look_that_it_may_have(app, coordinator) -> None:
    with app.app_context():
        march_with_people()
        for sex in ("other", "not_stated"):
            enrol(past_activity("webinar"), make_someone(sex=sex, residence_country="BRA"))
    for name in ("kinds", "trend", "countries"):
        picture = coordinator.get(f"{PAGE}/charts/{name}.png", query_string=MARCH)
        assert picture.data.startswith(b"\x89PNG"), name


def test_the_csv_of_a_chart_has_its_figures_its_period_and_its_filters(app, coordinator) -> None:
    with app.app_context():
        march_with_people()
    answer = coordinator.get(f"{PAGE}/charts/countries.csv", query_string={**MARCH, "sex": "women,men"})
    assert answer.headers["Content-Disposition"] == "attachment; filename=countries-2023-03-01-2023-03-31.csv"
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert [(row["code"], row["women"], row["men"], row["completed"]) for row in rows] == [
        ("CHL", "1", "1", "1"), ("ESP", "0", "1", "0"), ("PER", "1", "0", "1"),
    ]  # fmt: skip
    assert {(row["period_start"], row["sex"], row["country"]) for row in rows} == {("2023-03-01", "women,men", "")}


def test_the_csv_by_kind_tells_persons_who_add_up_to_nothing(app, coordinator) -> None:
    with app.app_context():
        march_with_people()
        twice = make_someone()
        for kind in ("webinar", "international_open"):
            enrol(past_activity(kind), twice)
    answer = coordinator.get(f"{PAGE}/charts/kinds.csv", query_string=MARCH)
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert {row["code"]: (row["participations"], row["persons"]) for row in rows} == {
        "national_restricted": ("0", ""), "webinar": ("12", "1"), "international_open": ("5", "5"),
        "other_division": ("0", ""), "total": ("17", "5"),
    }  # fmt: skip


def test_an_institution_s_name_is_text_in_the_table_the_drawing_and_the_csv(app, coordinator) -> None:
    name = '=1+1 <b> & "Sons"'
    with app.app_context():
        where = make_institution(name)
        enrol(past_activity("webinar"), make_someone(organization_id=where.id))
    assert "<b> &" not in seen(coordinator, by="institution")
    files = {form: coordinator.get(f"{PAGE}/charts/institutions.{form}", query_string=MARCH) for form in ("svg", "csv")}
    assert any("<b>" in (text.text or "") for text in ET.fromstring(files["svg"].text).iter(f"{SVG}text"))
    rows = list(csv.DictReader(io.StringIO(files["csv"].data.decode("utf-8-sig"))))
    assert not rows[0]["name"].startswith("=")


@pytest.mark.parametrize("language", ["es", "pt", "fr"])
def test_the_dashboard_speaks_the_reader_s_language(app, coordinator, language) -> None:
    with app.app_context():
        march_with_people()
    html = coordinator.get(PAGE, query_string={**MARCH, "lang": language}).text
    words = {"es": "Tasa de finalización", "pt": "Taxa de conclusão", "fr": "Taux d’achèvement"}
    assert words[language] in html
    assert "Completion rate" not in html


def test_no_page_of_the_dashboard_asks_the_database_more_than_twelve_times(app, coordinator, statements) -> None:
    with app.app_context():
        _course, _webinar, ministry = march_with_people()
        load_report()
        put_people_in_place_of_headcounts()
        asked = {"institution": f"{ministry.public_id},unknown", "find": "min", "by": "institution"}
    for page in (PAGE, f"{PAGE}?find=ministerio", f"{PAGE}/activities", f"{PAGE}/charts/countries.svg"):
        del statements[:]
        assert coordinator.get(page).status_code == 200
        assert len(statements) <= 12, page
    del statements[:]
    assert coordinator.get(PAGE, query_string={**MARCH, **asked}).status_code == 200
    assert len(statements) <= 12


def test_programs_get_what_the_page_shows(app, client, token) -> None:
    with app.app_context():
        march_with_people()
    found = client.get(URL, query_string={**MARCH, "by": "institution"}, headers=token).json
    assert (found["totals"]["participations"], found["persons"], found["totals"]["headcounted"]) == (15, 4, 11)
    assert {kind: one["participations"] for kind, one in found["by_kind"].items() if one["activities"]} == {
        "webinar": 11, "international_open": 4,
    }  # fmt: skip
    assert found["persons_by_kind"]["webinar"] is None
    assert sorted((one["country"], one["participations"]) for one in found["by_country"]) == [
        ("CHL", 2), ("ESP", 1), ("PER", 1),
    ]  # fmt: skip
    assert {(line["name"], line["country"], line["women"]) for line in found["lines"]} == {
        ("Ministerio de Hacienda", "CHL", 1), (None, None, 1),
    }  # fmt: skip
    assert found["trend"][-1]["period"] == {"start": "2023-03-01", "end": "2023-03-31"}
    women = client.get(URL, query_string={**MARCH, "sex": "women", "country": "CHL,PER"}, headers=token).json
    assert (women["totals"]["participations"], women["totals"]["left_out"]) == (2, 1)


def test_programs_get_the_activities_and_the_charts_as_well(app, client, token) -> None:
    with app.app_context():
        course, webinar, _ministry = march_with_people()
        refs = {course.public_id: 4, webinar.public_id: 11}
    listed = client.get(f"{URL}/activities", query_string=MARCH, headers=token).json
    assert {one["ref"]: one["participations"] for one in listed["items"]} == refs
    assert listed["next_cursor"] is None
    drawn = client.get(f"{URL}/charts/trend.svg", query_string=MARCH, headers=token)
    assert drawn.data.startswith(b"<svg")


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({**MARCH, "country": "CHL,XXX"}, "country"),
        ({**MARCH, "institution": "no such ref"}, "institution"),
        ({**MARCH, "by": "age"}, "by"),
        ({"from": "2023-03-31", "to": "2023-03-01"}, "to"),
        ({"from": "0001-01-01", "to": "2023-03-01"}, "from"),
    ],
)
def test_a_wrong_question_is_a_problem_that_names_its_field(client, token, asked, field) -> None:
    answer = client.get(URL, query_string=asked, headers=token)
    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    assert [fault["field"].rsplit(".", 1)[-1] for fault in answer.json["errors"]] == [field]


@pytest.mark.parametrize("day", [date(1948, 1, 1), date(2100, 12, 31)])
def test_the_farthest_plausible_days_can_be_asked_for(coordinator, day) -> None:
    assert "No activity counts here" in seen(coordinator, **{"from": day.isoformat(), "to": day.isoformat()})
