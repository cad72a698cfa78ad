"""Logs as JSON lines, without personal data: codes, ids and durations only.

What went wrong is said by its type and where it was, never by its message: a database's names the values it refused. Of
a library's line the words are kept, not what it would put into them.
"""

import logging
import sys
import traceback
from types import TracebackType
from typing import Any

import structlog
from structlog.typing import EventDict, Processor

_DEEPEST = 40


def open_logs(level: str) -> None:
    """Send every log line of the process, ours and the libraries', to standard error as JSON."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Foreign())
    logging.basicConfig(level=level, handlers=[handler])
    logging.getLogger("alembic").setLevel(logging.WARNING)
    structlog.configure(
        processors=_processors(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )


def without_messages(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Put the types of an exception and of its causes, and where it was raised, in the place of all that it says."""
    found = event.pop("exc_info", None)
    error = found if isinstance(found, BaseException) else (found and sys.exc_info()[1])
    if error:
        event["raised"] = _types(error)
        event["at"] = _frames(error.__traceback__)
    return event


class _Foreign(logging.Formatter):
    """A library's line."""

    def format(self, record: logging.LogRecord) -> str:
        event: EventDict = {"event": str(record.msg), "logger": record.name, "level": record.levelname.lower()}
        if record.exc_info and record.exc_info[1]:
            event["exc_info"] = record.exc_info[1]
        for process in _processors():
            event = process(None, "", event)  # type: ignore[assignment]  # the last one makes the text
        return str(event)


def _processors() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        _add_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        without_messages,
        structlog.processors.JSONRenderer(),
    ]


def _add_level(_logger: Any, method: str, event: EventDict) -> EventDict:
    event.setdefault("level", method)
    return event


def _types(error: BaseException) -> list[str]:
    found: list[str] = []
    while error and len(found) < _DEEPEST:
        found.append(f"{type(error).__module__}.{type(error).__qualname__}")
        following = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        if following is None:
            break
        error = following
    return found


def _frames(trace: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(trace)[-_DEEPEST:]
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
