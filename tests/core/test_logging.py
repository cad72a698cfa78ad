"""Lines of the log carry the request's number, and nothing that somebody is called."""

import json
import logging
from typing import Any

import pytest
import structlog
from apiflask import APIFlask
from celery import Celery
from flask.testing import FlaskClient
from sqlalchemy import text

from ilpes_lms.core import tracing
from ilpes_lms.core.broker import working_celery
from ilpes_lms.core.database import db
from ilpes_lms.core.jobs import Job, jobs_of
from ilpes_lms.core.logging import _Foreign, without_messages
from ilpes_lms.web import access

CANARY = "Canaria-Nadie"


def raised() -> BaseException:
    try:
        try:
            raise ValueError(CANARY)  # noqa: TRY301 - a cause to look for
        except ValueError as cause:
            raise LookupError(f"{CANARY}@example.org") from cause
    except LookupError as error:
        return error


def test_of_what_went_wrong_the_types_and_the_place_are_logged_and_no_message() -> None:
    event = without_messages(None, "error", {"event": "unforeseen", "exc_info": raised()})
    assert event["raised"] == ["builtins.LookupError", "builtins.ValueError"]
    assert "test_logging.py" in event["at"][0]
    assert CANARY not in json.dumps(event)


def test_of_a_librarys_line_the_words_are_kept_and_not_what_they_are_filled_with() -> None:
    error = raised()
    record = logging.LogRecord(
        "celery", logging.ERROR, __file__, 1, "Task %s raised", (CANARY,), (type(error), error, error.__traceback__)
    )
    line = json.loads(_Foreign().format(record))
    assert (line["event"], line["logger"], line["level"]) == ("Task %s raised", "celery", "error")
    assert CANARY not in json.dumps(line)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_trust_37_a_canary_in_address_form_and_error_is_in_no_line_and_the_number_in_each(
    app: APIFlask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines: list[dict[str, Any]] = []

    def keep(_logger: Any, method: str, event: Any) -> Any:
        lines.append(json.loads(json.dumps(without_messages(_logger, method, dict(event)), default=str)))
        raise structlog.DropEvent

    def fails() -> Any:
        db.session.execute(text("SELECT :secret FROM nowhere"), {"secret": CANARY})

    monkeypatch.setitem(app.view_functions, "health.live", access.public(fails))
    number = "0123456789abcdef" * 2
    before = structlog.get_config()
    structlog.configure(
        processors=[structlog.contextvars.merge_contextvars, keep],
        wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG),
    )
    try:
        answer = client.get(f"/health/live?name={CANARY}", headers={tracing.HEADER: number})
        client.post("/sign-in", data={"email": f"{CANARY}@example.org"}, headers={tracing.HEADER: CANARY})
        client.get(f"/no/{CANARY}")
    finally:
        structlog.configure(**before)
    assert (answer.status_code, answer.headers[tracing.HEADER]) == (503, number)
    assert CANARY not in json.dumps(lines)
    assert {"database_busy", "request"} <= {line["event"] for line in lines if line["request"] == number}
    assert all(line["request"] for line in lines)
    assert len({line["request"] for line in lines}) == 3


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_job_has_the_number_of_the_request_that_asked_for_it(app: APIFlask, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    told = Job("test.tell", "", lambda: seen.append(tracing.current()), every=None, retries=0)
    monkeypatch.setitem(jobs_of(app).registered, told.name, told)
    celery: Celery = working_celery(app, "memory://")
    celery.tasks["test.tell"].apply(headers={"ilpes_request": "f" * 32})
    assert seen == ["f" * 32]
