"""What rooms do once a database was brought back from a backup: what was done since the backup is not in it."""

from collections.abc import Callable

from flask import Flask, current_app

_EXTENSION = "ilpes-restoring"
# Does it, and returns how many records it was about.
Deed = Callable[[], int]


def when_restored(app: Flask, name: str, deed: Deed) -> None:
    """Let a room do something after every restore, under a name that the operator reads."""
    app.extensions.setdefault(_EXTENSION, {})[name] = deed


def catch_up() -> dict[str, int]:
    """Do what the rooms have registered, in that order; return of how many records each was."""
    deeds: dict[str, Deed] = current_app.extensions.get(_EXTENSION, {})
    return {name: deed() for name, deed in deeds.items()}
