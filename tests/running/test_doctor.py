"""The doctor says what is about to go wrong, and how to go on."""

import os
import shutil
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from apiflask import APIFlask

from ilpes_lms import config, doctor, supervisor
from ilpes_lms.backups import service as backups
from ilpes_lms.core import clock
from ilpes_lms.core.database import writing
from ilpes_lms.notifications import holding
from ilpes_lms.notifications import service as notifications
from ilpes_lms.people.models import SecondFactor
from tests.deploy.conftest import _certificate
from tests.factories import people
from tests.factories.catalogue import make_activity


def warnings(app: APIFlask, **settings: str) -> dict[str, str]:
    found = doctor.look_around(replace(app.config["SETTINGS"], **settings))
    return {each.name: each.warning for each in found if each.warning}


@pytest.fixture(autouse=True)
def no_backup_yet(app: APIFlask) -> None:
    (app.config["SETTINGS"].var / "last-backup").unlink(missing_ok=True)


def test_where_all_is_well_nothing_is_warned_of(context: APIFlask) -> None:
    assert warnings(context) == {}


def test_a_production_without_a_backup_of_the_day_is_warned(context: APIFlask, tmp_path: Path) -> None:
    assert "ilpes-lms backup" in warnings(context, environment="production")["backup"]
    backups.backup(tmp_path / "backup")
    assert "backup" not in warnings(context, environment="production")
    old = clock.now() - doctor.backup_rules.OLDEST * 1.1
    (context.config["SETTINGS"].var / "last-backup").write_text(old.isoformat())
    assert "backup" in warnings(context, environment="production")


def test_a_full_disk_a_mail_server_away_and_an_old_anchor_are_said(
    context: APIFlask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: shutil._ntuple_diskusage(100 << 30, 99 << 30, 1 << 20))
    anchor = tmp_path / "anchors"
    anchor.touch()
    os.utime(anchor, (0, 0))
    monkeypatch.setattr(doctor.anchors, "file", lambda: anchor)
    away = f"smtp://127.0.0.1:{supervisor.free_port()}"
    assert {"disk", "mail server", "audit anchors"} <= set(
        warnings(context, environment="production", mail_url=away)
    )  # fmt: skip


def test_counts_that_are_off_and_messages_held_back_are_said(context: APIFlask) -> None:
    made = make_activity()
    with writing():
        made.confirmed_count = 2
    notifications.send(kind="people.address_known", key="held", values={}, address="a@example.org")
    holding.hold_due()
    found = warnings(context)
    assert "Of 1 activities" in found["places"]
    assert "ilpes-lms messages held" in found["messages held"]


def test_staff_without_a_second_factor_are_counted_and_not_named(context: APIFlask) -> None:
    ana, _disabled, _participant = people.administrator(), people.coordinator(), people.person("rosa@example.org")
    people.service.disable_account(person_id=_disabled.id)
    people.service.grant_role(person_id=ana.id, role="coordinator")
    assert people.service.staff_without_second_factor() == (1, 1)
    said = warnings(context, environment="production")["staff"]
    assert said.startswith("A password alone opens 1 accounts of staff.")
    assert "asked to set one up" in warnings(context, environment="production", second_factor="staff")["staff"]
    assert "SECOND_FACTOR=nobody" in warnings(context, environment="production", second_factor="nobody")["staff"]
    assert "staff" not in warnings(context)
    with writing() as session:
        account_id = people.account("admin@example.org").id
        session.add(SecondFactor(account_id=account_id, secret="x", created_at=clock.now(), confirmed_at=clock.now()))
    assert people.service.staff_without_second_factor() == (1, 0)
    assert "staff" not in warnings(context, environment="production")


@pytest.fixture
def site(tmp_path: Path) -> Iterator[int]:
    """Something that speaks TLS with a certificate of one day; yields its port."""
    _certificate(tmp_path)
    secure = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    secure.load_cert_chain(tmp_path / "fullchain.pem", tmp_path / "key.pem")
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with suppress(OSError):
            while True:
                line, _caller = listening.accept()
                with suppress(OSError), secure.wrap_socket(line, server_side=True) as secured:
                    secured.recv(1)

    threading.Thread(target=serve, daemon=True).start()
    yield listening.getsockname()[1]
    listening.close()


def test_a_certificate_of_the_site_that_no_browser_trusts_is_said(context: APIFlask, site: int) -> None:
    assert "Browsers do not trust 127.0.0.1" in warnings(context, base_url=f"https://127.0.0.1:{site}")["site"]
    away = f"https://127.0.0.1:{supervisor.free_port()}"
    assert "site" not in warnings(context, base_url=away), "who can't reach it from here knows nothing about it"


def test_a_certificate_of_the_site_that_is_about_to_expire_is_said(
    context: APIFlask, site: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def trusting() -> ssl.SSLContext:
        found = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        found.check_hostname = False
        found.load_verify_locations(tmp_path / "fullchain.pem")
        return found

    monkeypatch.setattr(ssl, "create_default_context", trusting)
    address = f"https://127.0.0.1:{site}"
    assert "expires in 0 days" in warnings(context, base_url=address)["site"]
    with time_machine.travel(clock.now() - timedelta(days=30), tick=False):
        # Only the doctor's clock is another: what it is about is how many days are left.
        assert "site" not in warnings(context, base_url=address)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"proxies": 0}, "PROXIES"), ({"second_factor": "nobody"}, "SECOND_FACTOR"),
        ({"database_url": "postgresql+psycopg://u:p@db.example.org/ilpes"}, "DATABASE_URL"),
        ({"redis_url": "redis://:p@broker.example.org/0"}, "REDIS_URL"),
    ],
)  # fmt: skip
def test_what_a_production_should_not_stay_with_is_warned_of(changed: dict[str, str | int], said: str) -> None:
    fine: dict[str, str | int] = {
        "environment": "production", "secret_key": "k" * 48, "base_url": "https://courses.example.org", "proxies": 1,
        "database_url": "postgresql+psycopg://u:p@db.example.org/ilpes?sslmode=verify-full",
        "redis_url": "rediss://:p@broker.example.org/0", "certificate_key_file": "/etc/ilpes-lms/certificates.pem",
        "second_factor": "staff",
    }  # fmt: skip
    assert config.warnings_of(config.load({}, **fine)) == []
    (warning,) = config.warnings_of(config.load({}, **fine | changed))
    assert warning.startswith(said)
