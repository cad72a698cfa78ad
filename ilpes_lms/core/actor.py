"""Who is acting: set by web, tasks and commands; read by audit and by histories."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

SYSTEM = "system"
NOBODY = "anonymous"  # a caller who has not said who they are
_actor: ContextVar[str] = ContextVar("actor", default=SYSTEM)


def current() -> str:
    """Return the public id of the acting account, or the name of the part of the system that acts."""
    return _actor.get()


@contextmanager
def acting(identifier: str) -> Iterator[None]:
    """Let everything inside be done in the name of one actor."""
    token = _actor.set(identifier)
    try:
        yield
    finally:
        _actor.reset(token)


@contextmanager
def proven(identifier: str) -> Iterator[None]:
    """Let everything inside be done by whom a caller has proved to be; who was known before stays who they were."""
    with acting(identifier if current() == NOBODY else current()):
        yield
