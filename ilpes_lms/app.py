"""The application factory: the only module that knows every room."""

from typing import Any

import structlog
from apiflask import APIFlask
from celery import Celery
from flask import Flask
from flask_migrate import Migrate

from ilpes_lms import config
from ilpes_lms.core.broker import publisher, working_celery
from ilpes_lms.core.database import db, open_database
from ilpes_lms.core.jobs import open_jobs
from ilpes_lms.core.logging import open_logs
from ilpes_lms.web import access
from ilpes_lms.web.shell import open_web

log = structlog.get_logger(__name__)


def create_app(settings: config.Settings | None = None, **overrides: Any) -> APIFlask:
    """Return the whole application, ready to serve; raises UnsafeSettings or RuntimeError rather than start unsafe."""
    settings = settings or config.load(**overrides)
    open_logs(settings.log_level)
    for warning in config.warnings_of(settings):
        log.warning("setting_for_trials", warning=warning)
    app = APIFlask(
        "ilpes_lms", title="ILPES LMS", version="1", spec_path="/api/v1/openapi.json", docs_path=None,
        json_errors=False, static_folder="web/static", template_folder="web/templates",
    )  # fmt: skip
    _configure(app, settings)
    open_database(app, settings.database_url)
    open_jobs(app, publisher(settings.redis_url))
    open_web(app, production=settings.production, proxies=settings.proxies)
    Migrate(app, db, directory=str(config.ROOT / "migrations"), render_as_batch=True)
    _open_rooms(app)
    access.verify(app)
    return app


def create_celery(app: Flask | None = None) -> Celery:
    """Return the Celery application of workers and beat."""
    app = app or create_app()
    return working_celery(app, app.config["SETTINGS"].redis_url)


def _configure(app: APIFlask, settings: config.Settings) -> None:
    settings.var.mkdir(parents=True, exist_ok=True)
    app.config.update(
        SETTINGS=settings,
        SECRET_KEY=settings.secret_key,
        BASE_URL=settings.base_url.rstrip("/"),
        FILES_FOLDER=str(settings.var / "files"),
        TESTING=settings.environment == "test",
    )
    app.config.update(OPENAPI_VERSION="3.1.0", SPEC_FORMAT="json")


def _open_rooms(app: APIFlask) -> None:
    from ilpes_lms.attendance import wiring as attendance
    from ilpes_lms.audit import wiring as audit
    from ilpes_lms.catalogue import wiring as catalogue
    from ilpes_lms.certificates import wiring as certificates
    from ilpes_lms.demo import wiring as demo
    from ilpes_lms.desks import wiring as desks
    from ilpes_lms.enrolment import wiring as enrolment
    from ilpes_lms.notifications import wiring as notifications
    from ilpes_lms.people import wiring as people
    from ilpes_lms.privacy import wiring as privacy
    from ilpes_lms.reminders import wiring as reminders
    from ilpes_lms.statistics import wiring as statistics

    for room in (
        audit, people, notifications, catalogue, enrolment, attendance, certificates, reminders, statistics, desks,
        privacy, demo,
    ):  # fmt: skip
        room.wire(app)
