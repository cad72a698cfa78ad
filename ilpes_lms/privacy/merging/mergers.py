"""Which room moves what when two records become one: each registers a plan, and how it is carried out and undone."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from flask import Flask, current_app

from ilpes_lms.core import moving
from ilpes_lms.core.moving import Move

_EXTENSION = "ilpes-mergers"
PERSONS, ORGANIZATIONS = "persons", "organizations"


class Merger(NamedTuple):
    """What one room does: plans without writing anything, writes what was planned, and puts it back.

    `comes_back` says of written moves which could be put back now, `put_back` returns those that were not.
    """

    plan: Callable[..., list[Move]]
    carry_out: Callable[[Sequence[Move]], None] = moving.carry_out
    put_back: Callable[[Sequence[Move]], list[Move]] = moving.put_back
    comes_back: Callable[[Sequence[Move]], list[Move]] = moving.still_there


def open_mergers(app: Flask) -> None:
    """Give the application empty registers."""
    app.extensions[_EXTENSION] = {PERSONS: {}, ORGANIZATIONS: {}}


def register(app: Flask, kind: str, room: str, merger: Merger) -> None:
    """Let a room move what it keeps of persons or of organizations."""
    app.extensions[_EXTENSION][kind][room] = merger


def registered(kind: str) -> dict[str, Merger]:
    """Return the rooms that keep something of a kind, in the order in which they write."""
    found: dict[str, Merger] = current_app.extensions[_EXTENSION][kind]
    return found
