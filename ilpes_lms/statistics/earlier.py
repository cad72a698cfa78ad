"""What was published of earlier periods, as the releases above tell it."""

from collections.abc import Callable

from flask import Flask, current_app

from ilpes_lms.statistics.comparing import Before
from ilpes_lms.statistics.rules import Period

_EXTENSION = "ilpes-statistics-earlier"


def register(app: Flask, source: Callable[[Period], Before | None]) -> None:
    """Let releases say what was published of a period."""
    app.extensions[_EXTENSION] = source


def published(period: Period) -> Before | None:
    """Return what was published of exactly this period, None if nothing was."""
    source: Callable[[Period], Before | None] = current_app.extensions[_EXTENSION]
    return source(period)
