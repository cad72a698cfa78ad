"""The application factory: the only module that knows every room.

A process that serves pages opens the rooms' `wiring` and `serving`; every other one, their `wiring` alone.
"""

from typing import TYPE_CHECKING, Any

import structlog
from celery import Celery
from flask import Flask

from ilpes_lms import config
from ilpes_lms.core import schema
from ilpes_lms.core.broker import publisher, working_celery
from ilpes_lms.core.database import open_database
from ilpes_lms.core.files import open_files
from ilpes_lms.core.jobs import open_jobs
from ilpes_lms.core.logging import open_logs
from ilpes_lms.web.groundwork import open_groundwork

if TYPE_CHECKING:
    from apiflask import APIFlask

log = structlog.get_logger(__name__)


def create_app(settings: config.Settings | None = None, **overrides: Any) -> "APIFlask":
    """Return the whole application, ready to serve; raises UnsafeSettings or RuntimeError rather than start unsafe."""
    from ilpes_lms.web import access, shell
    from ilpes_lms.web.application import Application

    settings = settings or config.load(**overrides)
    app = Application(
        "ilpes_lms", title="ILPES LMS", version="1", spec_path="/api/v1/openapi.json", docs_path=None,
        json_errors=False, static_folder="web/static",
    )  # fmt: skip
    app.config.update(OPENAPI_VERSION="3.1.0", SPEC_FORMAT="json")
    _open(app, settings)
    counted = settings.var / "metrics" if settings.metrics_token else None
    shell.open_web(app, production=settings.production, proxies=settings.proxies, counted=counted)
    schema.open_migrations(app)
    _serve_rooms(app)
    access.verify(app)
    return app


def create_backstage(settings: config.Settings | None = None, **overrides: Any) -> Flask:
    """Return the application without its pages, for workers, the scheduler and commands; raises UnsafeSettings."""
    app = Flask("ilpes_lms", static_folder=None)
    _open(app, settings or config.load(**overrides))
    return app


def create_celery(app: Flask | None = None) -> Celery:
    """Return the Celery application of workers and beat."""
    app = app or create_backstage()
    return working_celery(app, app.config["SETTINGS"].redis_url)


def _open(app: Flask, settings: config.Settings) -> None:
    open_logs(settings.log_level)
    for warning in config.warnings_of(settings):
        log.warning("setting_for_trials", warning=warning)
    _configure(app, settings)
    open_database(app, settings.database_url)
    open_files(app, settings.var / "files", settings.files_url)
    open_jobs(app, publisher(settings.redis_url))
    open_groundwork(app)
    _wire_rooms(app)


def _configure(app: Flask, settings: config.Settings) -> None:
    settings.var.mkdir(parents=True, exist_ok=True)
    app.config.update(
        SETTINGS=settings,
        SECRET_KEY=settings.secret_key,
        BASE_URL=settings.base_url.rstrip("/"),
        TESTING=settings.environment == "test",
    )


def _wire_rooms(app: Flask) -> None:
    from ilpes_lms.attendance import wiring as attendance
    from ilpes_lms.audit import wiring as audit
    from ilpes_lms.backups import wiring as backups
    from ilpes_lms.calendars import wiring as calendars
    from ilpes_lms.catalogue import wiring as catalogue
    from ilpes_lms.certificates import wiring as certificates
    from ilpes_lms.demo import wiring as demo
    from ilpes_lms.enrolment import wiring as enrolment
    from ilpes_lms.notifications import wiring as notifications
    from ilpes_lms.people import wiring as people
    from ilpes_lms.privacy import wiring as privacy
    from ilpes_lms.reminders import wiring as reminders
    from ilpes_lms.statistics import wiring as statistics

    for room in (
        audit, people, notifications, catalogue, enrolment, attendance, certificates, calendars, reminders, statistics,
        privacy, demo, backups,
    ):  # fmt: skip
        room.wire(app)


def _serve_rooms(app: "APIFlask") -> None:
    from ilpes_lms.attendance import serving as attendance
    from ilpes_lms.audit import serving as audit
    from ilpes_lms.calendars import serving as calendars
    from ilpes_lms.catalogue import serving as catalogue
    from ilpes_lms.certificates import serving as certificates
    from ilpes_lms.desks import serving as desks
    from ilpes_lms.enrolment import serving as enrolment
    from ilpes_lms.notifications import serving as notifications
    from ilpes_lms.people import serving as people
    from ilpes_lms.privacy import serving as privacy
    from ilpes_lms.reminders import serving as reminders
    from ilpes_lms.statistics import serving as statistics

    for room in (
        audit, people, notifications, catalogue, enrolment, attendance, certificates, calendars, reminders, statistics,
        desks, privacy,
    ):  # fmt: skip
        room.serve(app)
