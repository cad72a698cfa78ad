"""`ilpes-lms up` is tried with its real processes."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from ilpes_lms import config
from ilpes_lms.config import ROOT
from ilpes_lms.supervisor import CannotRun, Child, Supervisor, answers, free_port
from tests.running.processes import PATIENCE_SECONDS, family, read_until, until

Start = Callable[[int], subprocess.Popen[str]]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start the whole system on a port, in a folder of its own, and stop what is left of it afterwards."""
    running: list[subprocess.Popen[str]] = []

    def run(port: int) -> subprocess.Popen[str]:
        environment = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "REDIS_URL", "ILPES_ENV"}}
        process = subprocess.Popen(
            [sys.executable, "-m", "ilpes_lms.cli", "up"], cwd=ROOT, text=True,
            env=environment | {"PORT": str(port), "VAR_FOLDER": str(tmp_path / "var"), "WEB_WORKERS": "1"},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        running.append(process)
        return process

    yield run
    for process in running:
        process.terminate()
        process.wait(60)
        if process.stdout:
            process.stdout.close()


def named(process: subprocess.Popen[str], word: str) -> list[psutil.Process]:
    found = []
    for child in psutil.Process(process.pid).children():
        try:
            if any(word in part for part in child.cmdline()):
                found.append(child)
        except psutil.NoSuchProcess:
            continue
    return found


def test_one_command_starts_everything_and_an_interrupt_stops_everything(start: Start) -> None:
    port = free_port()
    process = start(port)
    welcome = read_until(process, "Ctrl-C stops everything.")
    assert f"ready at http://127.0.0.1:{port}" in welcome
    assert answers(f"http://127.0.0.1:{port}/health/ready")
    assert named(process, "valkey"), "the embedded broker"
    assert named(process, "granian"), "the web server"
    assert named(process, "--beat"), "the scheduler"
    everyone = family(process)

    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=60)

    assert process.returncode == 0, output
    assert output.rstrip().endswith("Stopped.")
    assert [p for p in everyone if p.is_running() and p.status() != psutil.STATUS_ZOMBIE] == []


def test_a_worker_that_dies_is_started_again(start: Start) -> None:
    port = free_port()
    process = start(port)
    assert until(lambda: answers(f"http://127.0.0.1:{port}/health/ready"), PATIENCE_SECONDS)
    before = {p.pid for p in named(process, "--beat")}
    for child in named(process, "--beat"):
        child.kill()
    assert until(lambda: bool({p.pid for p in named(process, "--beat")} - before), 30)


def test_running_twice_in_one_folder_is_refused_with_the_way_out(start: Start) -> None:
    first = start(free_port())
    assert until(lambda: bool(named(first, "granian")), PATIENCE_SECONDS)
    second = start(free_port())
    output, _ = second.communicate(timeout=60)
    assert second.returncode == 2
    assert "running already" in output


def test_a_taken_port_is_said_with_the_way_out(start: Start) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        process = start(port)
        output, _ = process.communicate(timeout=60)
    assert process.returncode == 2
    assert f"Port {port} is taken" in output
    assert "PORT=" in output


class Dead(Child):
    """A child that dies as soon as it is started."""

    def start(self, environment: dict[str, str]) -> None:
        pass


def dies_every(tmp_path: Path, seconds: float, times: int) -> int:
    """Return how often a child is started again that dies so often, by a clock of its own."""
    now, said = [1000.0], list[str]()
    settings = config.load({}, environment="test", var_folder=str(tmp_path))
    child = Dead("worker", ["true"], tmp_path / "worker.log")
    supervisor = Supervisor(settings, said.append, children=[child], clock=lambda: now[0], pause=lambda _seconds: None)
    for _ in range(times):
        now[0] += seconds
        supervisor._revive()
    return len(said)


def test_a_child_that_dies_once_a_day_is_started_again_for_ever(tmp_path: Path) -> None:
    assert dies_every(tmp_path, 86_400, times=100) == 100


def test_a_child_that_keeps_dying_is_given_up_with_the_place_where_it_wrote_why(tmp_path: Path) -> None:
    with pytest.raises(CannotRun, match=r"worker process keeps stopping; see .*worker\.log"):
        dies_every(tmp_path, 60, times=6)
    assert dies_every(tmp_path, 60, times=5) == 5
