"""A person's whole way in each of the four catalogues, by JSON alone: from the catalogue to the statistics."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from apiflask import APIFlask
from flask.testing import FlaskClient

from ilpes_lms.core import clock
from tests.factories import people
from tests.ways.post import letters_to, link_in, text_of

NEWCOMER = "rosa.quispe@example.org"
PASSWORD = "tres montes callados"
ZONE = "America/Santiago"


@dataclass
class Caller:
    """A program that speaks for somebody, or for nobody."""

    client: FlaskClient
    headers: dict[str, str] = field(default_factory=dict)

    def post(self, path: str, body: dict[str, Any] | None = None, expect: int = 201) -> Any:
        return self._ask("post", path, expect, json=body if body is not None else {})

    def put(self, path: str, body: dict[str, Any], expect: int = 200) -> Any:
        return self._ask("put", path, expect, json=body)

    def get(self, path: str, expect: int = 200) -> Any:
        return self._ask("get", path, expect)

    def _ask(self, method: str, path: str, expect: int, **options: Any) -> Any:
        answer = getattr(self.client, method)(f"/api/v1{path}", headers=self.headers, **options)
        assert answer.status_code == expect, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.get_json(silent=True)


@dataclass
class World:
    """The application with a coordinator, an instructor and an activity that begins in ten days."""

    app: APIFlask
    run_jobs: Callable[[], int]
    anyone: Caller
    coordinator: Caller
    instructor: Caller
    activity: str = ""
    class_session: str = ""
    day: date = field(default_factory=lambda: clock.today(ZONE) + timedelta(days=10))

    def announces(self, kind: str, title: str, **fields: Any) -> None:
        made = self.coordinator.post(
            "/activities",
            {"kind": kind, "titles": {"es": title}, "starts_on": str(self.day), "hours": 4, "zone": ZONE, **fields},
        )
        self.activity = made["ref"]
        at = datetime.combine(self.day, time(10)).isoformat()
        held = self.coordinator.post(f"/activities/{self.activity}/class-sessions", {"starts_wall": at, "minutes": 90})
        self.class_session = held["ref"]
        self.coordinator.post(
            f"/activities/{self.activity}/assignments", {"email": "instructor@example.org", "role": "instructor"}
        )
        self.coordinator.post(f"/activities/{self.activity}/publications")

    def newcomer_signs_up(self) -> Caller:
        body = {
            "email": NEWCOMER, "password": PASSWORD, "given_names": "Rosa", "first_surname": "Quispe",
            "second_surname": "Mamani", "country": "BOL", "sex": "female", "organization": "Municipalidad",
            "language": "es", "consent": True,
        }  # fmt: skip
        self.anyone.post("/accounts", body, expect=202)
        self.run_jobs()
        token = link_in(letters_to(self.app, NEWCOMER)[-1], "/confirm/")
        self.anyone.post("/accounts/confirmations", {"token": token})
        answer = self.anyone.post("/tokens", {"email": NEWCOMER, "password": PASSWORD})
        return Caller(self.anyone.client, {"Authorization": f"Bearer {answer['token']}"})

    def finds(self, words: str) -> None:
        found = self.anyone.get(f"/activities?q={words}")
        assert [card["ref"] for card in found["items"]] == [self.activity]

    def sees_it_through(self, participant: Caller) -> None:
        """Be told, be marked, complete, get the certificate, have it checked, be counted."""
        self.run_jobs()
        told = letters_to(self.app, NEWCOMER)[-1]
        assert "confirm" in str(told["Subject"]).lower()
        assert text_of(told).rstrip().endswith("(ILPES)"), "nothing meant for the record follows the signature"
        enrolment = participant.get("/me/enrolments")["items"][0]
        assert enrolment["state"] == "confirmed"
        begun = datetime.combine(self.day, time(10, 30), ZoneInfo(ZONE))
        with time_machine.travel(begun, tick=True):
            self.instructor.put(f"/class-sessions/{self.class_session}/marks/{enrolment['id']}", {"mark": "present"})
            outcome = participant.get(f"/enrolments/{enrolment['id']}/attendance")["outcome"]
            assert outcome["result"] == "completed"
            self.coordinator.post(f"/activities/{self.activity}/certificates", expect=202)
            self.run_jobs()
            certificate = participant.get("/me/certificates")["items"][0]
            assert certificate["state"] == "issued"
            checked = self.anyone.get(f"/certificates/{certificate['code']}")
            assert checked["state"] == "valid"
            assert "Rosa Quispe Mamani" in str(checked)
            assert "certificad" in text_of(letters_to(self.app, NEWCOMER)[-1]).lower()
            found = self.coordinator.get(f"/statistics?from={self.day}&to={self.day}")
        assert found["totals"]["participations"] == 1
        assert found["totals"]["women"] == 1
        assert found["totals"]["persons"] == 1


@pytest.fixture
def world(app: APIFlask, client: FlaskClient, run_jobs: Callable[[], int]) -> World:
    with app.app_context():
        people.coordinator("coordinator@example.org")
        people.person("instructor@example.org")

    def caller(address: str) -> Caller:
        return Caller(client, people.bearer(app, address))

    return World(app, run_jobs, Caller(client), caller("coordinator@example.org"), caller("instructor@example.org"))


def test_a_webinar_gives_a_place_at_once(world):
    world.announces("webinar", "Gobierno abierto y participación ciudadana")
    world.finds("participacion")
    participant = world.newcomer_signs_up()
    assert participant.post(f"/activities/{world.activity}/enrolments")["state"] == "confirmed"
    world.sees_it_through(participant)


def test_an_international_course_selects(world):
    world.announces("international_open", "Planificación estratégica territorial")
    world.finds("PLANIFICACION")
    participant = world.newcomer_signs_up()
    wish = {"motivation": "Trabajo en el plan de desarrollo de mi municipio."}
    applied = participant.post(f"/activities/{world.activity}/enrolments", wish)
    assert applied["state"] == "applied"
    decided = world.coordinator.post(
        f"/activities/{world.activity}/decisions", {"enrolments": [applied["id"]], "decision": "accept"}
    )
    assert decided["items"][0]["state"] == "confirmed"
    world.sees_it_through(participant)


def test_a_national_course_takes_whom_the_institution_nominates(world):
    world.announces("national_restricted", "Gestión por resultados", country="BOL", capacity=30)
    world.finds("gestion")
    participant = world.newcomer_signs_up()
    participant.post(f"/activities/{world.activity}/enrolments", expect=409)
    closing = str(world.day - timedelta(days=2))
    quota = {
        "organization": "Ministerio de Planificación", "country": "BOL", "places": 2, "closes_on": closing,
        "focal_point_email": "enlace@example.org",
    }  # fmt: skip
    world.coordinator.post(f"/activities/{world.activity}/quotas", quota)
    world.run_jobs()
    desk = link_in(letters_to(world.app, "enlace@example.org")[-1], "/nominate/")
    world.anyone.post(f"/nominations/{desk}", {"email": NEWCOMER, "given_names": "Rosa", "first_surname": "Quispe"})
    world.run_jobs()
    invitation = link_in(letters_to(world.app, NEWCOMER)[-1], "/invitations/")
    assert participant.post(f"/invitations/{invitation}/acceptances")["state"] == "confirmed"
    world.sees_it_through(participant)


def test_a_course_of_another_division_takes_whom_its_coordinators_invite(world):
    world.announces("other_division", "Estadísticas ambientales", admission="invitation", division="statistics")
    world.finds("estadisticas")
    participant = world.newcomer_signs_up()
    guest = {"email": NEWCOMER, "given_names": "Rosa", "first_surname": "Quispe", "language": "es"}
    world.coordinator.post(f"/activities/{world.activity}/invitations", guest)
    world.run_jobs()
    invitation = link_in(letters_to(world.app, NEWCOMER)[-1], "/invitations/")
    assert participant.post(f"/invitations/{invitation}/acceptances")["state"] == "confirmed"
    world.sees_it_through(participant)
