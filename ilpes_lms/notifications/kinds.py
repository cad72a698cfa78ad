"""The kinds of messages: each room says, by name, how its own are written and whether one is still due."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, current_app

_EXTENSION = "ilpes-message-kinds"
Values = dict[str, Any]


def _always_due(_values: Values, _person_id: int | None) -> bool:
    return True


def _as_they_are(values: Values, _language: str) -> Values:
    return values


@dataclass(frozen=True)
class Kind:
    """One kind of message.

    `template` names `<template>.txt` (first line `Subject: ...`, then the text) and, if it exists,
    `<template>.html` (extends mail/layout.html; without it the text is set as HTML). `is_due` is asked when the
    message is about to be sent; `values` turns what the row keeps into what the template shows, in a language.
    Of the row's and the template's values those named in `secrets` (a token is masked within its link too) reach
    the mail only: the log masks them, and the row's are erased once the message is sent. A kind that is not
    `essential` may be declined by a person. `label` is an English gettext key, what the log calls such messages.
    """

    name: str
    template: str
    is_due: Callable[[Values, int | None], bool] = field(default=_always_due)
    values: Callable[[Values, str], Values] = field(default=_as_they_are)
    essential: bool = True
    secrets: tuple[str, ...] = ("token",)
    label: str = ""


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
