"""Which messages a reader of the log sees: rooms above know which activity belongs to which division."""

from collections.abc import Callable

from flask import Flask, current_app
from sqlalchemy import Select

_EXTENSION = "ilpes-message-visibility"
ActivitiesOf = Callable[[frozenset[str]], Select[str]]


def register(app: Flask, activities_of: ActivitiesOf) -> None:
    """Let a room say which activities (public ids) belong to some divisions."""
    app.extensions[_EXTENSION] = activities_of


def activities_of(divisions: frozenset[str]) -> Select[str] | None:
    """Return the activities of divisions as a statement, None when no room knows."""
    asked: ActivitiesOf | None = current_app.extensions.get(_EXTENSION)
    return asked(divisions) if asked else None
