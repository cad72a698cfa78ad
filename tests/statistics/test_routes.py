"""Statistics as programs get them."""

from datetime import date

import pytest

from ilpes_lms.demo.service import load_report, publish_report
from ilpes_lms.statistics import service
from tests.factories import people
from tests.factories.statistics import REPORT_PERIOD, counted_activity

URL = "/api/v1/statistics"
MARCH = {"from": "2023-03-01", "to": "2023-03-31"}


@pytest.fixture
def token(app):
    with app.app_context():
        people.staff("statistics_reader", "reader@example.org")
    return people.bearer(app, "reader@example.org")


def test_the_json_is_what_the_command_prints(app, client, token) -> None:
    with app.app_context():
        load_report()
        computed = service.compute(*map(date.fromisoformat, REPORT_PERIOD))
    answer = client.get(URL, query_string={"from": REPORT_PERIOD[0], "to": REPORT_PERIOD[1]}, headers=token)
    assert answer.status_code == 200
    assert answer.json == computed


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"from": "2023-03-31", "to": "2023-03-01"}, "to"),
        ({"from": "soon", "to": "2023-03-01"}, "from"),
        ({"to": "2023-03-01"}, "from"),
        ({**MARCH, "kind": "webinar"}, "kind"),
    ],
)
def test_a_wrong_period_is_a_problem_that_names_its_field(client, token, asked, field) -> None:
    for answer in (
        client.get(URL, query_string=asked, headers=token),
        client.post(f"{URL}/compilations", json=asked, headers=token),
    ):
        assert answer.status_code == 422
        assert answer.content_type == "application/problem+json"
        assert [fault["field"].rsplit(".", 1)[-1] for fault in answer.json["errors"]] == [field]


def test_a_compilation_is_accepted_and_then_kept(app, client, token, run_jobs) -> None:
    with app.app_context():
        counted_activity("webinar", women=3, men=4)
    asked = client.post(f"{URL}/compilations", json=MARCH, headers=token)
    assert asked.status_code == 202
    assert asked.json["state"] == "queued"
    place = asked.headers["Location"]
    assert client.get(place, headers=token).json["result"] == {}
    run_jobs()
    kept = client.get(place, headers=token).json
    assert (kept["state"], kept["definition"]) == ("done", "confirmed")
    assert kept["result"]["totals"]["participations"] == 7
    assert kept["digest"] == service.digest(kept["result"])
    assert [one["ref"] for one in client.get(f"{URL}/compilations", headers=token).json["items"]] == [kept["ref"]]


def test_the_same_key_asks_for_one_compilation(client, token) -> None:
    headers = {**token, "Idempotency-Key": "march"}
    first = client.post(f"{URL}/compilations", json=MARCH, headers=headers)
    again = client.post(f"{URL}/compilations", json=MARCH, headers=headers)
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json == again.json
    assert len(client.get(f"{URL}/compilations", headers=token).json["items"]) == 1


def test_an_unknown_compilation_does_not_exist(client, token) -> None:
    assert client.get(f"{URL}/compilations/nothing", headers=token).status_code == 404


def test_without_the_permission_nothing_is_told(app, client) -> None:
    with app.app_context():
        people.person("ana@example.org")
    ana = people.bearer(app, "ana@example.org")
    for url in (URL, f"{URL}/compilations", f"{URL}/compilations/x"):
        assert client.get(url, query_string=MARCH).status_code == 401
        assert client.get(url, query_string=MARCH, headers=ana).status_code == 403
    assert client.post(f"{URL}/compilations", json=MARCH, headers=ana).status_code == 403


def test_reconciliation_lists_what_the_command_prints_in_the_reader_s_language(app, client, token) -> None:
    page = f"{URL}/reconciliation?lang=fr"
    nothing = client.get(page, headers=token)
    assert nothing.status_code == 409
    assert nothing.json["code"] == "nothing_to_reconcile"
    with app.app_context():
        load_report()
    items = client.get(page, headers=token).json["items"]
    first = next(item for item in items if item["id"] == "participations-27-october")
    assert (first["type"], first["published"], first["computed"]) == ("contradiction", 577, 579)
    assert first["where"] == ["section 1 b), paragraphe 3", "tableau A1.2, ligne 2"]
    assert "298 hommes" in first["note"]


def test_a_comparison_is_given_and_null_where_nothing_is_known(app, client, token) -> None:
    with app.app_context():
        load_report()
        publish_report()
    asked = {"from": REPORT_PERIOD[0], "to": REPORT_PERIOD[1]}
    found = client.get(f"{URL}/comparison", query_string=asked, headers=token).json["comparison"]
    assert found["previous"] == {
        "start": "2020-06-01", "end": "2021-05-31", "published_in": "LC/MDCRP.29/3", "release": None,
        "total_from": 2421, "total_to": 2423,
    }  # fmt: skip
    assert found["by_kind"]["webinar"]["per_cent"] == 95
    nothing = client.get(f"{URL}/comparison", query_string={"from": "2001-01-01", "to": "2001-12-31"}, headers=token)
    assert nothing.json == {"comparison": None}


def test_the_annual_report_of_a_kept_compilation_can_be_fetched(app, client, token, run_jobs) -> None:
    with app.app_context():
        load_report()
    asked = {"from": REPORT_PERIOD[0], "to": REPORT_PERIOD[1]}
    place = client.post(f"{URL}/compilations", json=asked, headers=token).headers["Location"]
    assert client.get(f"{place}/report/es.pdf", headers=token).status_code == 404
    run_jobs()
    made = client.get(f"{place}/report/es.pdf", headers=token)
    assert made.status_code == 200
    assert made.data.startswith(b"%PDF")
    assert made.headers["Content-Disposition"] == "attachment; filename=ilpes-2021-06-01-2022-05-31-es.pdf"
    assert client.get(f"{place}/report/de.pdf", headers=token).status_code == 404
    assert client.get(f"{place}/report/es.odt", headers=token).status_code == 404
