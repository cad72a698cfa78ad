"""A backup is of one moment, comes back whole or not at all, and nobody gets anything twice for it."""

import itertools
import json
import stat
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from apiflask import APIFlask
from sqlalchemy import select

from ilpes_lms.backups import dumping, service
from ilpes_lms.backups.errors import Altered, NewerSchema, NotABackup, NotEmpty, StillRunning, TargetTaken
from ilpes_lms.core import actor, clock, files, pulses, restoring, schema
from ilpes_lms.core.database import db, writing
from ilpes_lms.core.jobs import Job
from ilpes_lms.notifications import holding, notes
from ilpes_lms.notifications import service as notifications
from ilpes_lms.notifications.models import Message
from ilpes_lms.people.models import Attempt, Person
from ilpes_lms.privacy import ledger
from ilpes_lms.privacy import service as privacy
from ilpes_lms.privacy.retention import service as retention
from tests.conftest import empty, new_database
from tests.factories.keeping import kept
from tests.factories.notifications import deliver_all, mailbox
from tests.factories.notifications import test_kinds as kinds_for_tests
from tests.factories.people import person

_numbers = itertools.count()


@pytest.fixture(autouse=True)
def greetings(app: APIFlask, elsewhere: APIFlask) -> Iterator[None]:
    """A kind of message that is always due, known on both hosts."""
    with kinds_for_tests(app), kinds_for_tests(elsewhere):
        yield


@pytest.fixture
def elsewhere(
    database_kind: str, tmp_path: Path, make_app: Callable[[str], APIFlask], request: pytest.FixtureRequest
) -> APIFlask:
    """The application on another host: another database, nothing in it."""
    if database_kind == "sqlite":
        return make_app(f"sqlite:///{tmp_path / 'elsewhere.db'}")
    return make_app(new_database(request.getfixturevalue("postgresql")))


def sweep(name: str, function: Callable[[], None]) -> Job:
    return Job(name, "", function, every=60, retries=0)


def send(key: str) -> None:
    notifications.send(kind="test.greeting", key=key, values={"title": "there"}, address=f"{key}@example.org")


def a_life(app: APIFlask, target: Path) -> None:
    """One letter sent, one waiting, a file kept; the backup; and the waiting letter sent after it."""
    with app.app_context():
        files.keep(b"a letter of nomination")
        person()
        send("before")
    deliver_all(app)
    with app.app_context():
        send("waiting")
        service.backup(target)
    deliver_all(app)


def test_what_was_backed_up_comes_back_and_what_may_have_been_sent_is_held(
    app: APIFlask, elsewhere: APIFlask, tmp_path: Path
) -> None:
    a_life(app, tmp_path / "backup")
    with app.app_context():
        before = dumping.counts()
    with elsewhere.app_context():
        done = service.restore(tmp_path / "backup")
        assert {name: dumping.counts()[name] for name in ("persons", "messages")} == {
            name: before[name] for name in ("persons", "messages")
        }
        assert files.fetch(files.key_of(b"a letter of nomination")) == b"a letter of nomination"
        assert done.held == {"test.greeting": 1}
        assert (done.failed_sweeps, done.same_secret) == ((), True)
        states = {row[0]: row[1] for row in db.session.execute(select(Message.key, Message.note))}
        assert states["waiting"] == notes.HELD
    deliver_all(elsewhere)
    assert mailbox(elsewhere) == []

    with elsewhere.app_context():
        assert holding.release("test.greeting") == 1
        assert (holding.release("test.greeting"), holding.held_kinds()) == (0, {})
        # The restored tables go on counting where they were.
        assert person().id > max(db.session.scalars(select(Person.id)).all()[:-1])


def test_without_the_hold_a_message_would_be_sent_a_second_time(
    app: APIFlask, elsewhere: APIFlask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control of the test above."""
    monkeypatch.setattr(holding, "hold_due", dict)
    a_life(app, tmp_path / "backup")
    with elsewhere.app_context():
        service.restore(tmp_path / "backup")
    deliver_all(elsewhere)
    assert len(mailbox(elsewhere)) == 1


def test_a_restore_replays_what_rooms_have_registered(app: APIFlask, elsewhere: APIFlask, tmp_path: Path) -> None:
    a_life(app, tmp_path / "backup")
    restoring.when_restored(elsewhere, "people counted", lambda: db.session.query(Person).count())
    with elsewhere.app_context():
        assert service.restore(tmp_path / "backup").caught_up["people counted"] == 1


def test_who_was_erased_after_the_backup_is_erased_again_by_the_restore(
    app: APIFlask, elsewhere: APIFlask, tmp_path: Path
) -> None:
    a_life(app, tmp_path / "backup")
    with app.app_context(), actor.acting("test"):
        privacy.forget(person_ref=db.session.scalars(select(Person.public_id)).one(), reason="Asked for in writing")
        known = ledger.file()
    with elsewhere.app_context():
        # The ledger lies apart from the backups, and is brought along.
        ledger.file().write_bytes(known.read_bytes())
        assert service.restore(tmp_path / "backup").caught_up["erasures"] == 1
        assert db.session.scalars(select(Person.forgotten_at)).one() is not None


def test_what_was_let_go_after_the_backup_goes_again_with_the_restore(
    app: APIFlask, elsewhere: APIFlask, tmp_path: Path
) -> None:
    with app.app_context():
        retention.let_go()
        kept(Attempt(key="k", at=clock.now()))
        service.backup(tmp_path / "backup")
    with time_machine.travel(clock.now() + timedelta(days=3)), elsewhere.app_context():
        service.restore(tmp_path / "backup")
        assert db.session.query(Attempt).count() == 0


def test_an_altered_or_unfinished_backup_changes_nothing(app: APIFlask, elsewhere: APIFlask, tmp_path: Path) -> None:
    a_life(app, tmp_path / "backup")
    part = next((tmp_path / "backup" / "database").iterdir())
    part.write_bytes(part.read_bytes() + b" ")
    with elsewhere.app_context():
        with pytest.raises(Altered, match=part.name):
            service.restore(tmp_path / "backup")
        (tmp_path / "backup" / "manifest.json").unlink()
        with pytest.raises(NotABackup, match="written last"):
            service.restore(tmp_path / "backup")
        assert dumping.counts()["persons"] == 0


def test_a_damaged_file_is_named_and_left_out_of_the_backup(app: APIFlask, elsewhere: APIFlask, tmp_path: Path) -> None:
    with app.app_context():
        whole, damaged, gone = (files.keep(content) for content in (b"whole", b"damaged", b"gone"))
        (lying,) = (app.config["SETTINGS"].var / "files").rglob(f"*{damaged[-10:]}")
        lying.chmod(0o600)
        lying.write_bytes(b"something else")
        files.forget(gone)
    done = app.test_cli_runner().invoke(args=["backup", str(tmp_path / "backup")])
    assert f"WARNING: file {damaged}" in done.output
    with elsewhere.app_context():
        manifest = service.restore(tmp_path / "backup").manifest
        assert (list(manifest.files), list(manifest.damaged)) == ([whole], [damaged])


def test_a_sweep_that_fails_or_never_ends_is_named_after_a_restore(
    app: APIFlask, elsewhere: APIFlask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_life(app, tmp_path / "backup")

    def fail() -> None:
        raise RuntimeError

    def go_on() -> None:
        send(f"again-{next(_numbers)}")

    monkeypatch.setattr(service, "sweeps", lambda: [sweep("test.fails", fail), sweep("test.goes_on", go_on)])
    with elsewhere.app_context():
        assert service.restore(tmp_path / "backup").failed_sweeps == ("test.fails", "test.goes_on")


def test_a_backup_of_a_newer_release_is_refused(app: APIFlask, tmp_path: Path) -> None:
    a_life(app, tmp_path / "backup")
    manifest = tmp_path / "backup" / "manifest.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"schema": "9999"}))
    with app.app_context(), pytest.raises(NewerSchema, match="9999"):
        service.restore(tmp_path / "backup", force=True)


def test_people_are_overwritten_only_by_force_and_never_beside_a_worker(app: APIFlask, tmp_path: Path) -> None:
    a_life(app, tmp_path / "backup")
    with app.app_context():
        person()
        with pytest.raises(NotEmpty):
            service.restore(tmp_path / "backup")
        pulses.give(pulses.WORKER, "here:1")
        with pytest.raises(StillRunning):
            service.restore(tmp_path / "backup", force=True)
        assert dumping.counts()["persons"] == 2


def test_by_force_a_database_is_as_it_was(app: APIFlask, elsewhere: APIFlask, tmp_path: Path) -> None:
    a_life(app, tmp_path / "backup")
    with elsewhere.app_context():
        person()
        person()
        service.restore(tmp_path / "backup", force=True)
        assert dumping.counts()["persons"] == 1
        assert schema.tables_are_there()


def test_a_backup_lies_over_nothing_and_only_its_owner_reads_it(
    app: APIFlask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], vault_keys="sealing"))
    with app.app_context():
        service.backup(tmp_path / "backup")
        with pytest.raises(TargetTaken):
            service.backup(tmp_path / "backup")
        assert stat.S_IMODE((tmp_path / "backup").stat().st_mode) == 0o700
        assert service.write_keys(tmp_path / "keys") == ["SECRET_KEY", "VAULT_KEYS"]
        assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o600
        with pytest.raises(TargetTaken):
            service.write_keys(tmp_path / "keys")
        secret = app.config["SETTINGS"].secret_key.encode()
        assert not any(secret in path.read_bytes() for path in (tmp_path / "backup").rglob("*") if path.is_file())


def test_trust_17_a_backup_under_load_is_of_one_moment_and_nothing_is_sent_again(
    app: APIFlask, elsewhere: APIFlask, tmp_path: Path
) -> None:
    """Each transaction writes a person and a message: of one moment, there are as many of the one as of the other."""
    stop, written = threading.Event(), threading.Semaphore(0)
    failures: list[Exception] = []

    def work(worker: int) -> None:
        number = 0
        while not stop.is_set():
            number += 1
            try:
                with app.app_context(), writing():
                    person()
                    send(f"load-{worker}-{number}")
                written.release()
            except Exception as failure:  # noqa: BLE001 - the test fails with it below
                failures.append(failure)
                return

    threads = [threading.Thread(target=work, args=(worker,)) for worker in range(2)]
    for thread in threads:
        thread.start()
    for _ in range(20):
        assert written.acquire(timeout=30)
    try:
        with app.app_context():
            manifest = service.backup(tmp_path / "backup")
        assert written.acquire(timeout=30)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert failures == []
    assert manifest.rows["persons"] == manifest.rows["messages"] >= 20
    deliver_all(app)
    with elsewhere.app_context():
        done = service.restore(tmp_path / "backup")
        assert done.held == {"test.greeting": manifest.rows["messages"]}
    deliver_all(elsewhere)
    assert mailbox(elsewhere) == []


@pytest.fixture(autouse=True)
def emptied(elsewhere: APIFlask) -> None:
    empty(elsewhere)
