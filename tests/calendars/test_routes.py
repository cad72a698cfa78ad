"""One's own calendar as JSON."""

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from tests.factories import people
from tests.factories.calendars import give_place, make_course

ANA = "ana@example.org"


@pytest.fixture
def headers(app: APIFlask) -> dict[str, str]:
    """Ana's token; she is in Madrid and has a place in a course in Santiago."""
    with app.app_context():
        ana = people.person(ANA, zone="Europe/Madrid")
        give_place(make_course("2032-04-30T20:30", joining_link="https://meet.example.org/x"), ana)
    return people.bearer(app, ANA)


def test_a_month_is_one_s_own_zone_s(client: FlaskClient, headers: dict[str, str]) -> None:
    may = client.get("/api/v1/me/calendar?month=2032-05", headers=headers).get_json()
    assert (may["month"], may["zone"], may["invitations"], may["feed_made_at"]) == (
        "2032-05",
        "Europe/Madrid",
        True,
        None,
    )
    (entry,) = may["items"]
    assert entry["starts_at"] == "2032-05-01T00:30:00Z"
    assert (entry["title"], entry["zone"], entry["link"]) == (
        "Prospectiva", "America/Santiago", "https://meet.example.org/x",
    )  # fmt: skip
    assert client.get("/api/v1/me/calendar?month=2032-04", headers=headers).get_json()["items"] == []
    assert client.get("/api/v1/me/calendar?month=2032-00", headers=headers).status_code == 422


def test_a_feed_is_made_renewed_and_stopped(client: FlaskClient, headers: dict[str, str]) -> None:
    first = client.put("/api/v1/me/calendar/feed", headers=headers)
    assert first.status_code == 200
    second = client.put("/api/v1/me/calendar/feed", headers=headers).get_json()
    assert second["webcal_url"] == second["url"].replace("http://", "webcal://")
    path = second["url"].removeprefix("http://localhost")
    assert client.get(path).status_code == 200
    assert client.get(first.get_json()["url"].removeprefix("http://localhost")).status_code == 404
    assert client.get("/api/v1/me/calendar", headers=headers).get_json()["feed_made_at"]
    assert client.delete("/api/v1/me/calendar/feed", headers=headers).status_code == 204
    assert client.get(path).status_code == 404


def test_dates_by_mail_are_a_choice(client: FlaskClient, headers: dict[str, str]) -> None:
    for wanted in (False, True):
        answer = client.put("/api/v1/me/calendar/invitations", json={"wanted": wanted}, headers=headers)
        assert answer.get_json() == {"wanted": wanted}
        assert client.get("/api/v1/me/calendar", headers=headers).get_json()["invitations"] is wanted
    assert client.put("/api/v1/me/calendar/invitations", json={"wanted": "no"}, headers=headers).status_code == 422


def test_files_are_the_same_as_on_pages(client: FlaskClient, headers: dict[str, str]) -> None:
    (entry,) = client.get("/api/v1/me/calendar?month=2032-05", headers=headers).get_json()["items"]
    own = client.get(f"/api/v1/enrolments/{entry['enrolment']}/calendar", headers=headers)
    assert own.content_type == "text/calendar; charset=utf-8"
    assert "meet.example.org" in own.text
    everyone = client.get(f"/api/v1/activities/{entry['activity']}/calendar")
    assert "meet.example.org" not in everyone.text
    assert "BEGIN:VEVENT" in everyone.text
