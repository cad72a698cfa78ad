"""The kinds of messages: each room says, by name, how its own are written and whether one is still due."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import Flask, current_app

from ilpes_lms.notifications.placeholders import Placeholder

_EXTENSION = "ilpes-message-kinds"
Values = dict[str, Any]


def _always_due(_values: Values, _person_id: int | None) -> bool:
    return True


def _is_no_test(_values: Values) -> bool:
    return False


def _no_end(_values: Values, _person_id: int | None) -> datetime | None:
    return None


def _nothing_missed(_person_id: int) -> None:
    return None


def _as_they_are(values: Values, _language: str) -> Values:
    return values


@dataclass(frozen=True)
class Kind:
    """One kind of message.

    `template` names `<template>.txt` (first line `Subject: ...`, then the text), the original of what the message
    says. With `placeholders` it is written once for all messages and people may write another (`texts`); its HTML is
    made from it. `is_due` is asked when the message is about to be sent, and raises NotYet where the person must not
    be written to now; `values` turns what the row keeps into what the text shows, in a language.
    Of the row's and the template's values those named in `secrets` (a token is masked within its link too) reach
    the mail only: the log masks them, and the row's are erased once the message is sent. A kind that is not
    `essential` may be declined by a person, and waits for the summary of the day if they chose one, unless it is of no
    more use by then: `ends` says when that is (None: it keeps). One that is `awaited` holds up who asked for it, and
    leaves before all that only has to arrive. `label` is an English gettext key, what the log calls such messages.
    Of one that `recurs`, a message that was no longer due when its turn came gives its key free: what was moved away
    and back is due again.
    `is_test` tells what somebody sends to themselves to look at: it leaves at once whatever they declined, and looks
    like the others, but nothing is declined by its link.
    `wanted_again` is told, in the same transaction, of a person who declined them and wants them again.
    """

    name: str
    template: str
    is_due: Callable[[Values, int | None], bool] = field(default=_always_due)
    values: Callable[[Values, str], Values] = field(default=_as_they_are)
    essential: bool = True
    secrets: tuple[str, ...] = ("token",)
    label: str = ""
    placeholders: tuple[Placeholder, ...] = ()
    ends: Callable[[Values, int | None], datetime | None] = field(default=_no_end)
    awaited: bool = False
    recurs: bool = False
    is_test: Callable[[Values], bool] = field(default=_is_no_test)
    wanted_again: Callable[[int], None] = field(default=_nothing_missed)


def open_kinds(app: Flask) -> None:
    """Give the application its register of kinds."""
    app.extensions[_EXTENSION] = {}


def register(app: Flask, kind: Kind) -> None:
    """Make a kind of message known."""
    known: dict[str, Kind] = app.extensions[_EXTENSION]
    if kind.name in known:
        raise ValueError(f"two kinds of message are called {kind.name}")
    known[kind.name] = kind


def all_kinds() -> list[Kind]:
    """Return all kinds, by name."""
    known: dict[str, Kind] = current_app.extensions[_EXTENSION]
    return [known[name] for name in sorted(known)]


def kind_named(name: str) -> Kind | None:
    """Return a kind, None when no room knows it (any more)."""
    known: dict[str, Kind] = current_app.extensions[_EXTENSION]
    return known.get(name)
