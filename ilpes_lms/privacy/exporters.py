"""Which room tells what it has about a person: each registers a function, none is forgotten by accident."""

from collections.abc import Callable
from typing import Any

from flask import Flask, current_app

from ilpes_lms.privacy.errors import TwoExporters

_EXTENSION = "ilpes-exporters"
Exporter = Callable[[int], dict[str, Any]]


def open_exporters(app: Flask) -> None:
    """Give the application an empty register."""
    app.extensions[_EXTENSION] = {}


def register(app: Flask, room: str, exporter: Exporter) -> None:
    """Let a room say what it has about a person, as lists and maps of plain values."""
    if room in _registered(app):
        raise TwoExporters(room)
    _registered(app)[room] = exporter


def export(person_id: int) -> dict[str, dict[str, Any]]:
    """Return all that is stored about a person, room by room, in the order of registration."""
    return {room: exporter(person_id) for room, exporter in _registered(current_app).items()}


def _registered(app: Flask) -> dict[str, Exporter]:
    found: dict[str, Exporter] = app.extensions[_EXTENSION]
    return found
