"""A monitoring system reads a few figures, if it knows the token."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core import pulses
from ilpes_lms.core.database import writing
from ilpes_lms.notifications import service as notifications
from tests.factories.catalogue import make_activity
from tests.factories.notifications import deliver_all

TOKEN = "a token that the monitoring system knows"


@pytest.fixture
def with_token(app: APIFlask) -> Iterator[dict[str, str]]:
    settings = app.config["SETTINGS"]
    app.config["SETTINGS"] = replace(settings, metrics_token=TOKEN)
    yield {"Authorization": f"Bearer {TOKEN}"}
    app.config["SETTINGS"] = settings


def test_figures_are_read_as_prometheus_has_them(app: APIFlask, client: FlaskClient, with_token) -> None:
    with app.app_context():
        pulses.give("worker", "here:1")
        for number in range(3):
            notifications.send(kind="people.unheard_of", key=str(number), values={}, address="ana@example.org")
    deliver_all(app)
    with app.app_context():
        notifications.send(kind="people.unheard_of", key="due", values={}, address="ana@example.org")
    answer = client.get("/metrics", headers=with_token)
    assert answer.content_type == "text/plain; version=0.0.4; charset=utf-8"
    found = {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }
    assert found["ilpes_messages", "failed"] == 3
    assert found["ilpes_messages", "queued"] == found[("ilpes_messages_due",)] == 1
    assert 0 <= found["ilpes_pulse_age_seconds", "worker"] < 60
    assert "ana@example.org" not in answer.text


def test_whoever_does_not_know_the_token_finds_nothing(app: APIFlask, client: FlaskClient, with_token) -> None:
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer another"}).status_code == 404
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], metrics_token="")
    for token in ("", TOKEN):
        assert client.get("/metrics", headers={"Authorization": f"Bearer {token}"}).status_code == 404


def test_a_count_that_is_not_the_number_of_rows_is_told(app: APIFlask, client: FlaskClient, with_token) -> None:
    def off() -> str:
        return client.get("/metrics", headers=with_token).text.partition("\nilpes_places_off ")[2].split("\n")[0]

    with app.app_context():
        made = make_activity()
        reference = made.id
    assert off() == "0.0"
    with app.app_context(), writing() as session:
        session.get_one(Activity, reference).confirmed_count = 3
    assert off() == "1.0"
