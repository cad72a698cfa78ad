"""What goes along with a sign-up: deeds that upper rooms do for whoever confirms an address, and whom they expect.

People stands below the rooms that have such deeds. A room registers a deed by its name in `create_app`; a sign-up
that asks for one carries it in the values of its token, and the confirmation does it in its own transaction.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, current_app

from ilpes_lms.core.errors import DomainError
from ilpes_lms.people.models import OneTimeToken

_EXTENSION = "ilpes-deeds"
_NEWCOMERS = "ilpes-newcomers"
Values = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """A deed by its name, with what it is about; `caller` is who asks, for limits, and is not kept."""

    name: str
    about: Values
    caller: str | None = None


@dataclass(frozen=True)
class Outcome:
    """What became of a deed, as its room reports it, or why nothing came of it."""

    values: Values = field(default_factory=dict)
    refused: DomainError | None = None


@dataclass(frozen=True)
class Said:
    """An outcome in the reader's language, in which tone, and where to see more of it."""

    text: str
    tone: str
    path: str


@dataclass(frozen=True)
class Carried:
    """A deed that a token carries: its name, what it is about, and what was prepared for it."""

    name: str
    about: Values
    prepared: Values

    @property
    def deed(self) -> "Deed":
        return _registered(current_app)[self.name]

    def heading(self) -> str:
        return self.deed.heading(self)

    def said(self, outcome: Outcome) -> Said:
        return self.deed.said(self, outcome)


@dataclass(frozen=True)
class Deed:
    """How a room does what somebody asked for with a sign-up.

    `prepare` and `do` run in the transactions that keep the wish and that confirm the address. `lock` is called before
    people locks anything, so that all rooms lock in one order. `letter` is the kind of message to an address without an
    account, `known_letter` that to the owner of one; both get `{"token": ref}`. The last three are for pages: what the
    deed is, the button that does it for somebody with an account, what came of it.
    """

    letter: str
    known_letter: str
    prepare: Callable[[Asked, str], Values]
    lock: Callable[[Carried], None]
    do: Callable[[Carried, int, str], Outcome]
    outcome: Callable[[Carried, int], Outcome]
    heading: Callable[[Carried], str]
    action: Callable[[], str]
    said: Callable[[Carried, Outcome], Said]


def open_deeds(app: Flask) -> None:
    """Give the application an empty register."""
    app.extensions[_EXTENSION] = {}


def register(app: Flask, name: str, deed: Deed) -> None:
    """Make a deed known."""
    _registered(app)[name] = deed


def prepared(asked: Asked, address: str) -> Carried:
    """Begin a deed for an address, in the open transaction; raises what its room refuses."""
    return Carried(asked.name, asked.about, _registered(current_app)[asked.name].prepare(asked, address))


def written(carried: Carried | None) -> Values:
    """Return a deed as a token keeps it."""
    if carried is None:
        return {}
    return {"deed": {"name": carried.name, "about": carried.about, "prepared": carried.prepared}}


def carried_by(token: OneTimeToken) -> Carried | None:
    """Return the deed that a token carries, None if it carries none."""
    kept = token.values.get("deed")
    return Carried(**kept) if kept else None


def _registered(app: Flask) -> dict[str, Deed]:
    found: dict[str, Deed] = app.extensions[_EXTENSION]
    return found


def tell_who_comes(app: Flask, known: Callable[[str], Mapping[str, str] | None]) -> None:
    """Let a room say what it knows of whoever comes from one of its addresses, so that sign-up does not ask again."""
    app.extensions.setdefault(_NEWCOMERS, []).append(known)


def known_of_whom_comes(path: str) -> dict[str, str]:
    """Return what rooms know of whoever comes from an address, by the name of the form's field; nothing for most."""
    for known in current_app.extensions.get(_NEWCOMERS, ()):
        if found := known(path):
            return dict(found)
    return {}
