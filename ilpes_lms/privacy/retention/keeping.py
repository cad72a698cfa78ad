"""What is kept for a time only: each room's kinds of data are registered with how long, and with what lets them go."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import Flask, current_app

from ilpes_lms.core.keeping import Found
from ilpes_lms.privacy.retention.errors import NoSuchKind

_EXTENSION = "ilpes-retention"


def _nobody(_before: datetime) -> int:
    return 0


@dataclass(frozen=True, kw_only=True)
class Keeping:
    """A kind of data that is kept for a time.

    `label`, `what`, `since` (from when the days count) and `why` are English gettext keys. `days` holds unless an
    administrator sets others, from `least` to `most`. `due` finds what counts from before a moment; `let_go` lets some
    of that go in a transaction of its own, however often it is called and by how many at once, and returns how much
    that was: 0 once nothing is left. `tell` is called before, to warn whom it is about.
    """

    kind: str
    label: str
    what: str
    since: str
    why: str
    days: int
    least: int
    most: int
    due: Callable[[datetime], Found]
    let_go: Callable[[datetime], int]
    tell: Callable[[datetime], int] = _nobody


def open_keeping(app: Flask) -> None:
    """Give the application an empty register."""
    app.extensions[_EXTENSION] = {}


def register(app: Flask, *keepings: Keeping) -> None:
    """Make kinds of data known."""
    known: dict[str, Keeping] = app.extensions[_EXTENSION]
    for keeping in keepings:
        if keeping.kind in known:
            raise ValueError(f"two kinds of data are called {keeping.kind}")
        known[keeping.kind] = keeping


def registered() -> list[Keeping]:
    """Return all kinds, in the order of registration."""
    known: dict[str, Keeping] = current_app.extensions[_EXTENSION]
    return list(known.values())


def keeping_of(kind: str) -> Keeping:
    """Return a kind by its name; raises NoSuchKind."""
    known: dict[str, Keeping] = current_app.extensions[_EXTENSION]
    if kind not in known:
        raise NoSuchKind
    return known[kind]
