"""One's own data as JSON."""

from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import AwareDatetime

from ilpes_lms.core import clock
from ilpes_lms.web.api import Out


class MyDataOut(Out):
    """All that is stored about the caller, room by room."""

    taken_at: AwareDatetime
    rooms: dict[str, dict[str, Any]]


def taken_along(rooms: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Return an export with the moment it was made, in what JSON knows."""
    return {"taken_at": clock.now().isoformat(), "rooms": _plain(rooms)}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
