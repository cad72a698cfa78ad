"""Celery over the registered jobs: one configuration that publishes, one that works."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import structlog
from celery import Celery, Task
from celery.signals import heartbeat_sent, worker_process_init
from flask import Flask

from ilpes_lms.core import actor, beating, pulses, runs, tracing, turns
from ilpes_lms.core.database import db
from ilpes_lms.core.jobs import Job, Publish, jobs_of

log = structlog.get_logger(__name__)

# So that a running job is never handed to a second worker.
_LONGEST_JOB_SECONDS = int(turns.LONGEST_JOB.total_seconds())
_PUBLISHER_SECONDS = 1.0
_REQUEST = "ilpes_request"


def publisher(redis_url: str) -> Publish:
    """Return the function that hands a note to the broker; without a broker, notes are left to the sweeps."""
    if not redis_url:
        return lambda _name, _arguments, _request: None
    celery = _configured(redis_url, socket_seconds=_PUBLISHER_SECONDS)

    def publish(name: str, arguments: tuple[str, ...], request: str) -> None:
        celery.send_task(name, args=arguments, retry=False, ignore_result=True, headers={_REQUEST: request})

    return publish


def broker_answers(redis_url: str) -> bool:
    """Tell whether the broker at an address answers within a moment."""
    from redis import Redis
    from redis.exceptions import RedisError

    try:
        with Redis.from_url(redis_url, socket_timeout=2, socket_connect_timeout=2) as client:
            return bool(client.ping())
    except (RedisError, ValueError):
        return False


def working_celery(app: Flask, redis_url: str) -> Celery:
    """Return the Celery application of workers and beat: every registered job, every sweep on its schedule."""
    celery = _configured(redis_url or "memory://", socket_seconds=20.0)
    for job in jobs_of(app).registered.values():
        _add_task(celery, app, job)
    celery.conf.beat_schedule = {
        job.name: {"task": job.name, "schedule": job.every, "options": {"expires": job.every * 2}}
        for job in jobs_of(app).registered.values()
        if job.every
    }
    worker_process_init.connect(lambda **_: _forget_connections(app), weak=False)
    celery.flask_app = app
    celery.conf.beat_scheduler = beating.NAME
    _give_signs_of_life(app)
    return celery


def _give_signs_of_life(app: Flask) -> None:
    # From the worker's own loop, which hears the broker: one that is cut off from it gives no more signs.
    heart = pulses.Heart(pulses.WORKER)

    def beat(**_: Any) -> None:
        with app.app_context():
            heart.beat()

    heartbeat_sent.connect(beat, weak=False)


def _configured(redis_url: str, *, socket_seconds: float) -> Celery:
    celery = Celery("ilpes_lms", broker=redis_url, set_as_current=False)
    celery.conf.update(
        timezone="UTC",
        enable_utc=True,
        task_ignore_result=True,
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        task_time_limit=_LONGEST_JOB_SECONDS - 60,
        worker_prefetch_multiplier=1,
        worker_hijack_root_logger=False,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_connection_timeout=_PUBLISHER_SECONDS,
        broker_transport_options={
            "visibility_timeout": _LONGEST_JOB_SECONDS,
            # Together these bring redelivery after a killed worker from minutes to seconds.
            "unacked_restore_interval": 10,
            "unacked_restore_throttle": 10,
            "socket_timeout": socket_seconds,
            "socket_connect_timeout": _PUBLISHER_SECONDS,
            "retry_on_timeout": False,
        },
    )
    return celery


def _add_task(celery: Celery, app: Flask, job: Job) -> None:
    def run(task: Task, *arguments: str) -> None:
        number = _number(task.request)
        with (
            app.app_context(), actor.acting(f"job:{job.name}"), tracing.tracing(number), runs.remembered(job.name),
            _logged(job.name),
        ):  # fmt: skip
            job.function(*arguments)

    options: dict[str, Any] = {
        "bind": True,
        "autoretry_for": (Exception,),
        "max_retries": job.retries,
        "retry_backoff": True,
        "retry_backoff_max": 60,
        # Another Celery application of this process works with another database.
        "shared": False,
    }
    celery.task(run, name=job.name, **options)


def _number(context: Any) -> str:
    # The broker's messages bring it beside what Celery knows itself, jobs run at once among their headers.
    given = getattr(context, _REQUEST, None) or (context.headers or {}).get(_REQUEST)
    return str(given or context.id or "")


@contextmanager
def _logged(name: str) -> Iterator[None]:
    """Write a line about a job that ran, with how long it took."""
    began = time.perf_counter()
    try:
        yield
    except Exception as error:
        log.exception("job_failed", job=name, error=type(error).__name__)
        raise
    log.info("job", job=name, ms=round((time.perf_counter() - began) * 1000, 1))


def _forget_connections(app: Flask) -> None:
    # A forked worker must not share its parent's connections.
    with app.app_context():
        db.engine.dispose(close=False)
