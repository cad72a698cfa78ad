"""Releases as everyone reads them, and as coordinators publish them."""

import re
from datetime import date

import pytest

from ilpes_lms.demo.service import load_report, publish_report
from ilpes_lms.statistics.releases import queries
from ilpes_lms.statistics.rules import digest
from tests.factories import people
from tests.factories.releases import release
from tests.factories.statistics import counted_activity, put_people_in_place_of_headcounts
from tests.statistics.test_pages import table, words_of
from tests.statistics.test_releases import correct

NEW = "/coordinate/statistics/releases/new"
MARCH = {"from": "2023-03-01", "to": "2023-03-31"}
API = "/api/v1/statistics/releases"


@pytest.fixture
def coordinator(app, client):
    with app.app_context():
        people.coordinator()
    people.sign_in(client, "coordinator@example.org")
    return client


@pytest.fixture
def activity(app):
    with app.app_context():
        return counted_activity(women=3, men=4)


def publish(client, **typed):
    page = client.get(NEW, query_string={**MARCH, "lang": "en"})
    seen = page.text.partition('name="seen" value="')[2].partition('"')[0]
    return people.form_post(client, NEW, {**MARCH, "seen": seen, **typed}, page=f"{NEW}?from=2023-03-01&to=2023-03-31")


def test_without_a_release_the_public_page_says_that_nothing_is_published(app, client) -> None:
    with app.app_context():
        load_report()
    answer = client.get("/statistics?lang=en")
    assert answer.status_code == 200
    assert "Nothing is published yet" in answer.text
    assert 'id="last-published"' not in client.get("/").text


@pytest.mark.parametrize("language", ["es", "en", "pt", "fr"])
def test_everyone_reads_the_published_year_in_four_languages(app, client, language) -> None:
    with app.app_context():
        load_report()
        publish_report()
        ref = queries.headline().public_id
    for page in ("/statistics", f"/statistics/releases/{ref}"):
        answer = client.get(f"{page}?lang={language}")
        assert answer.status_code == 200
        assert f'lang="{language}"' in answer.text
        assert answer.text.count('<svg class="bars"') == 2
    assert "A1.1" in answer.text
    if language == "en":
        assert table(answer.text, "Women and men by type of course")[-1] == ["Total", "2,313", "2,015", "4,328", "53%"]
        assert table(answer.text, "Table A1.2")[10][1:] == ["19 May 2022", *["– no record"] * 3]


def test_the_first_page_shows_what_was_published_and_not_what_was_edited_since(app, client, activity) -> None:
    with app.app_context():
        release()
        correct(activity, women=5)
    html = words_of(client.get("/?lang=en").text)
    assert "The last published year" not in html
    assert "Participation in courses and webinars 1 March 2023 – 31 March 2023" in html
    assert "Women 3 (43%)" in html


def test_the_files_are_downloads_and_the_json_is_what_was_hashed(app, client, activity) -> None:
    with app.app_context():
        made = release()
    for base in ("/statistics/releases", API):
        for form, start in (("json", b'{"changed_cells"'), ("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK")):
            answer = client.get(f"{base}/{made.public_id}.{form}")
            assert answer.status_code == 200
            assert "attachment" in answer.headers["Content-Disposition"]
            assert answer.data.startswith(start)
        assert digest(client.get(f"{base}/{made.public_id}.json").text) == made.digest
    assert client.get("/statistics/releases/nothing").status_code == 404
    assert client.get("/statistics/releases/nothing.csv").status_code == 404


def test_a_coordinator_looks_publishes_and_revises_with_a_reason(app, coordinator, activity) -> None:
    first = publish(coordinator)
    assert first.status_code == 303
    again = coordinator.get(NEW, query_string={**MARCH, "lang": "en"})
    assert again.status_code == 422
    assert "there is nothing to revise" in again.text
    assert f'href="{first.location}">What is published of this period' in again.text
    with app.app_context():
        correct(activity, women=5)
    page = coordinator.get(NEW, query_string={**MARCH, "lang": "en"})
    assert page.status_code == 200
    assert ["Total", "Women", "3", "5", "+2"] in table(page.text, "Figures that differ")
    refused = publish(coordinator)
    assert refused.status_code == 422
    assert "Say why the published figures change." in refused.text
    revised = publish(coordinator, reason="A list came late.")
    assert revised.status_code == 303
    html = coordinator.get(f"{revised.location}?lang=en").text
    assert "Why: A list came late." in words_of(html)
    assert ["Webinars and seminars", "Participations", "7", "9", "+2"] in table(html, "Figures that differ")
    old = coordinator.get(f"{first.location}?lang=en").text
    assert "These figures were revised on" in old
    assert revised.location in old


def test_drift_names_the_figures_the_activities_and_what_was_logged(app, coordinator, activity) -> None:
    with app.app_context():
        ref = release().public_id
    page = f"/coordinate/statistics/releases/{ref}"
    assert "The records still say what was published" in coordinator.get(f"{page}?lang=en").text
    with app.app_context():
        correct(activity, women=5)
    html = coordinator.get(f"{page}?lang=en").text
    assert ["Total", "Participations", "7", "9", "+2"] in table(html, "Figures that differ")
    told = next(row for row in table(html, "Activities that differ") if row[1] == "Women")
    assert told[2:4] == ["3", "5"]
    assert told[4].startswith("Headcount recorded, ")
    assert told[4].endswith(": The list was read twice.")


def test_where_nobody_is_on_record_by_name_no_empty_tables_are_shown(app, coordinator, activity) -> None:
    ref = publish(coordinator).location.rsplit("/", 1)[-1]
    html = coordinator.get(f"/coordinate/statistics/releases/{ref}?lang=en").text
    assert "True numbers" not in html
    assert "There is nothing here yet." not in html


def test_a_coordinator_of_one_division_looks_and_does_not_publish(app, client, activity) -> None:
    with app.app_context():
        people.coordinator("one@example.org", division="statistics")
    people.sign_in(client, "one@example.org")
    page = client.get(NEW, query_string={**MARCH, "lang": "en"})
    assert "only who coordinates all of them may publish it" in page.text
    token = people.bearer(app, "one@example.org")
    seen = client.get(f"{API}/preview", query_string=MARCH, headers=token).json["seen"]
    assert client.post(API, json={**MARCH, "seen": seen}, headers=token).status_code == 403


def test_programs_preview_publish_list_and_hold_against_the_records(app, client, activity) -> None:
    with app.app_context():
        people.coordinator()
    token = people.bearer(app, "coordinator@example.org")
    assert client.get(API).json == {"items": [], "next_cursor": None}
    preview = client.get(f"{API}/preview", query_string=MARCH, headers=token).json
    assert (preview["revises"], preview["changes"]) == (None, [])
    stale = client.post(API, json={**MARCH, "seen": "something else"}, headers=token)
    assert (stale.status_code, stale.json["code"]) == (412, "figures_moved")
    made = client.post(API, json={**MARCH, "seen": preview["seen"]}, headers=token)
    assert made.status_code == 201
    listed = client.get(API).json["items"]
    assert [(one["number"], one["digest"]) for one in listed] == [(1, made.json["digest"])]
    got = client.get(made.headers["Location"]).json
    assert got["content"]["statistics"] == preview["statistics"]
    assert digest(client.get(f"{API}/{got['ref']}.json").text) == got["digest"]
    with app.app_context():
        correct(activity, women=5)
    drift = client.get(f"{API}/{got['ref']}/drift", headers=token).json
    assert {"of": "all", "title": None, "figure": "women", "before": 3, "after": 5} in drift["changes"]
    assert [one["deed"] for one in drift["logged"]] == ["activity.headcount"]


def test_pages_of_releases_ask_little_of_the_database(app, coordinator, statements) -> None:
    with app.app_context():
        load_report()
        publish_report()
        ref = queries.headline().public_id
        put_people_in_place_of_headcounts()
    coordinator.get("/")
    for page in ("/statistics", f"/statistics/releases/{ref}", f"/coordinate/statistics/releases/{ref}"):
        del statements[:]
        assert coordinator.get(page).status_code == 200
        assert len(statements) <= 12, page


def test_who_asks_for_no_period_is_asked_for_one_and_who_asks_for_nonsense_is_told(coordinator) -> None:
    asked = coordinator.get(f"{NEW}?lang=en")
    assert asked.status_code == 200
    assert "error-summary" not in asked.text
    nonsense = coordinator.get(f"{NEW}?from=2023-13-45&to=&lang=en")
    assert nonsense.status_code == 422
    assert "Not a valid date" in nonsense.text
    assert "error-summary" in nonsense.text


def test_the_list_of_releases_leads_those_who_publish_on_and_shows_everyone_else_no_tabs(app, client) -> None:
    with app.app_context():
        people.coordinator()
    assert "/coordinate/" not in client.get("/statistics").text
    people.sign_in(client, "coordinator@example.org")
    html = client.get("/statistics").text
    assert f'href="{NEW}"' in html
    assert 'href="/coordinate/statistics/publications/new"' in html
    assert 'href="/statistics" aria-current="page"' in html


def test_the_newest_whole_reporting_year_stands_before_later_and_longer_periods(app, client) -> None:
    with app.app_context():
        counted_activity(women=3, men=4)
        release(date(2022, 6, 1), date(2023, 5, 31))
        release(date(2021, 6, 1), date(2023, 12, 31))
        release(date(2023, 3, 1), date(2023, 6, 30))
    html = client.get("/statistics?lang=en").text
    assert '<p class="lead">1 June 2022 – 31 May 2023</p>' in html
    listed = re.findall(r'<p><a href="/statistics/releases/[^"]+">([^<]+)</a>', html)
    assert listed == ["1 June 2021 – 31 December 2023", "1 March 2023 – 30 June 2023", "1 June 2022 – 31 May 2023"]
    assert "The last published year in figures 1 June 2022 – 31 May 2023" in words_of(client.get("/?lang=en").text)
    assert client.get("/api/v1/home").json["figures"]["start"] == "2022-06-01"


def test_the_menu_marks_statistics_on_all_their_pages(coordinator) -> None:
    def marked(page: str) -> list[tuple[str, str]]:
        header = coordinator.get(f"{page}?lang=en", follow_redirects=True).text.partition("<main")[0]
        return sorted(set(re.findall(r'aria-current="(page|true)">([A-Z][^<]+)</a>', header)) - {("true", "English")})

    assert marked("/coordinate/statistics") == [("page", "Statistics")]
    for page in (
        "tables",
        "reconciliation",
        "compilations",
        "quality",
        "releases/new",
        "publications/new",
        "activities",
    ):
        assert marked(f"/coordinate/statistics/{page}") == [("true", "Statistics")], page
    assert marked("/statistics") == [("page", "In figures")]
    assert marked("/coordinate") == [("page", "Coordination")]
    assert marked("/coordinate/activities/new") == [("true", "Manage activities")]
    assert marked("/") == marked("/help") == []
