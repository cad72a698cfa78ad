"""Is the process alive, and is what it needs there?"""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, current_app
from flask_babel import gettext as _
from sqlalchemy import text

from ilpes_lms.core import pulses
from ilpes_lms.core.database import db
from ilpes_lms.core.schema import tables_are_there
from ilpes_lms.core.text import N_

_SILENT = {
    pulses.SCHEDULER: N_("The scheduler gives no sign of life: nothing is woken."),
    pulses.WORKER: N_("No worker gives a sign of life: nothing is done."),
}
_EXTENSION, _SIGNS = "ilpes-health", "ilpes-health-signs"


@dataclass(frozen=True)
class Check:
    """Something that is needed: how to see whether it is there, and what to say where it is not."""

    passes: Callable[[], bool]
    missing: str


def open_health(app: Flask) -> None:
    """Give the application its register of what should be there."""
    app.extensions[_EXTENSION] = {
        "database": Check(_database_answers, N_("The database does not answer.")),
        "tables": Check(
            _tables_are_there, N_("The tables of this release are missing in the database. Run: ilpes-lms init")
        ),
    }
    app.extensions[_SIGNS] = {}


def watch(app: Flask, name: str, check: Check) -> None:
    """Look at something more without which the system answers, but does not do all that it should."""
    app.extensions[_SIGNS][name] = check


def signs() -> dict[str, bool]:
    """Return what should go well beside what is needed, and whether it does."""
    alive = _alive()
    return {
        **{part: part in alive for part in _SILENT},
        **{name: _passes(check.passes) for name, check in _watched().items()},
    }


def sign_text(name: str) -> str:
    """Return what to say of something that does not go well, as an English gettext key."""
    return _SILENT.get(name) or _watched()[name].missing


def check_all() -> dict[str, bool]:
    """Return what is needed and whether it is there."""
    return {name: _passes(check.passes) for name, check in _checks().items()}


def missing_text(name: str) -> str:
    """Return what to say of something that is not there."""
    return str(_(_checks()[name].missing))


def _checks() -> dict[str, Check]:
    found: dict[str, Check] = current_app.extensions[_EXTENSION]
    return found


def _watched() -> dict[str, Check]:
    found: dict[str, Check] = current_app.extensions[_SIGNS]
    return found


def _alive() -> frozenset[str]:
    try:
        return pulses.alive()
    except Exception:  # noqa: BLE001 - whatever goes wrong, there is no sign of life
        return frozenset()


def _passes(check: Callable[[], bool]) -> bool:
    try:
        return check()
    except Exception:  # noqa: BLE001 - whatever goes wrong, the answer is that it is not there
        return False


def _database_answers() -> bool:
    return db.session.execute(text("SELECT 1")).scalar() == 1


def _tables_are_there() -> bool:
    # Of a database that does not answer, nobody knows which tables it has.
    return not _passes(_database_answers) or tables_are_there()
