"""Who is acting: set by web, tasks and commands; read by audit and by histories."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

SYSTEM = "system"
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
