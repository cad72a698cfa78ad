"""Which room forgets a person: each registers a function, beside the one that tells what it has."""

from collections.abc import Callable

from flask import Flask, current_app

_EXTENSION = "ilpes-forgetters"
# Takes the person out of what the room keeps, in the transaction that is open, and returns of how many records.
Forgetter = Callable[[int], int]


def open_forgetters(app: Flask) -> None:
    """Give the application an empty register."""
    app.extensions[_EXTENSION] = {}


def register(app: Flask, room: str, forgetter: Forgetter) -> None:
    """Let a room forget a person."""
    app.extensions[_EXTENSION][room] = forgetter


def registered() -> dict[str, Forgetter]:
    """Return the rooms that can forget a person, in the order of registration."""
    found: dict[str, Forgetter] = current_app.extensions[_EXTENSION]
    return found
