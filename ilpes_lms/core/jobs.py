"""Work in the background: registered by name, woken after commit, swept for what was lost (laws 1 and 2).

A request never speaks to the broker: `wake` leaves a note to a thread of this process, which publishes it
with short timeouts. A note that is lost costs nothing but time, because every job is also a sweep that the
scheduler wakes.
"""

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import structlog
from flask import Flask, current_app

from ilpes_lms.core import tracing
from ilpes_lms.core.database import after_commit

log = structlog.get_logger(__name__)
# Name, arguments, and the number of the request that asked.
Publish = Callable[[str, tuple[str, ...], str], None]
_EXTENSION = "ilpes-jobs"
_WAITING_NOTES = 1000


@dataclass(frozen=True)
class Job:
    """One job: carries ids only, may run twice, and is swept every so many seconds if `every` is given.

    `label` is an English gettext key, what administrators call it.
    """

    name: str
    label: str
    function: Callable[..., None]
    every: float | None
    retries: int


class Jobs:
    """The jobs an application knows, and the way to wake them."""

    def __init__(self, publish: Publish) -> None:
        self.registered: dict[str, Job] = {}
        self.waker = Waker(publish)

    def add(self, job: Job) -> None:
        if job.name in self.registered:
            raise ValueError(f"two jobs are called {job.name}")
        self.registered[job.name] = job


class Waker:
    """Publishes notes from a thread of its own, so that a frozen broker freezes no request."""

    def __init__(self, publish: Publish) -> None:
        self._publish = publish
        self._notes: queue.Queue[tuple[str, tuple[str, ...], str]] = queue.Queue(_WAITING_NOTES)
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def note(self, name: str, arguments: tuple[str, ...]) -> None:
        self._start()
        try:
            self._notes.put_nowait((name, arguments, tracing.current()))
        except queue.Full:
            log.warning("wake_dropped", job=name)

    def _start(self) -> None:
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._work, daemon=True, name="waker")
                self._thread.start()

    def _work(self) -> None:
        while True:
            name, arguments, request = self._notes.get()
            try:
                self._publish(name, arguments, request)
            except Exception as error:  # noqa: BLE001 - whatever the broker's client raises, the sweep comes later
                log.warning("wake_failed", job=name, error=type(error).__name__, request=request)


def open_jobs(app: Flask, publish: Publish) -> None:
    """Give the application its register of jobs."""
    app.extensions[_EXTENSION] = Jobs(publish)


def jobs_of(app: Flask) -> Jobs:
    """Return the application's register of jobs."""
    jobs: Jobs = app.extensions[_EXTENSION]
    return jobs


def sweeps() -> list[Job]:
    """Return the jobs that the scheduler wakes."""
    return [job for job in jobs_of(_application()).registered.values() if job.every]


def register(
    app: Flask, name: str, function: Callable[..., None], *, label: str, every: float | None = None, retries: int = 3
) -> None:
    """Make a function a job under a name; `every` is the sweep's interval in seconds."""
    jobs_of(app).add(Job(name, label, function, every, retries))


def wake(name: str, *arguments: str) -> None:
    """Ask for a job by name once the open unit of work is committed."""
    jobs = jobs_of(_application())
    if name not in jobs.registered:
        raise KeyError(f"no job is called {name}")
    after_commit(lambda: jobs.waker.note(name, arguments))


def _application() -> Flask:
    application: Any = current_app
    found: Flask = application._get_current_object()  # noqa: SLF001 - the proxy's documented way to its object
    return found
