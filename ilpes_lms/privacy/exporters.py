"""Which room tells what it has about a person: each registers a function, none is forgotten by accident."""

from collections.abc import Callable
from typing import Any

from flask import Flask, current_app

from ilpes_lms.core.errors import NotFound
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


def numbers(person_id: int) -> dict[str, int]:
    """Return how many records each room has about a person."""
    return {room: sum(map(_number, parts.values())) for room, parts in export(person_id).items()}


def rooms() -> tuple[str, ...]:
    """Return the rooms that keep something about people, in the order of registration."""
    return tuple(_registered(current_app))


def export_of(room: str, person_id: int) -> dict[str, Any]:
    """Return what one room has stored about a person; raises NotFound for a room that keeps nothing."""
    if room not in _registered(current_app):
        raise NotFound
    return _registered(current_app)[room](person_id)


def _registered(app: Flask) -> dict[str, Exporter]:
    found: dict[str, Exporter] = app.extensions[_EXTENSION]
    return found


def _number(part: Any) -> int:
    return len(part) if isinstance(part, list) else int(part is not None)
