"""The number of a request, which stands in every line of the log about it, in the worker's lines too."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from ilpes_lms.core.ids import public_id

HEADER = "X-Request-ID"
_NAME = "request"
# What a proxy of our own makes; whatever else is sent could be somebody's name.
_FORM = re.compile(r"[0-9a-f]{32}")


def current() -> str:
    """Return the number of the request that is under way, empty where none is."""
    return str(structlog.contextvars.get_contextvars().get(_NAME, ""))


def numbered(given: str | None) -> str:
    """Return the number that a proxy gave to a request if it is one, else a new one."""
    return given if given and _FORM.fullmatch(given) else public_id()


@contextmanager
def tracing(number: str) -> Iterator[None]:
    """Let every line that is logged inside carry a request's number, if there is one."""
    with structlog.contextvars.bound_contextvars(**({_NAME: number} if number else {})):
        yield
