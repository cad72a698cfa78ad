"""Is the process alive, and is what it needs there?"""

from collections.abc import Callable
from dataclasses import dataclass

from apiflask import APIBlueprint
from flask import Flask, current_app
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import text

from ilpes_lms.core.database import db
from ilpes_lms.core.schema import tables_are_there
from ilpes_lms.core.text import N_
from ilpes_lms.web import access
from ilpes_lms.web.errors import problem

_EXTENSION = "ilpes-health"
pages = APIBlueprint("health", __name__, url_prefix="/health", enable_openapi=False)


@dataclass(frozen=True)
class Check:
    """Something that is needed: how to see whether it is there, and what to say where it is not."""

    passes: Callable[[], bool]
    missing: str


def open_health(app: Flask) -> None:
    """Offer /health/live and /health/ready."""
    app.extensions[_EXTENSION] = {
        "database": Check(_database_answers, N_("The database does not answer.")),
        "tables": Check(
            _tables_are_there, N_("The tables of this release are missing in the database. Run: ilpes-lms init")
        ),
    }
    app.register_blueprint(pages)


def check_all() -> dict[str, bool]:
    """Return what is needed and whether it is there."""
    return {name: _passes(check.passes) for name, check in _checks().items()}


def missing_text(name: str) -> str:
    """Return what to say of something that is not there."""
    return str(_(_checks()[name].missing))


@pages.get("/live")
@access.public
def live() -> ResponseReturnValue:
    return {"status": "alive"}


@pages.get("/ready")
@access.public
def ready() -> ResponseReturnValue:
    checks = check_all()
    faults = [
        {"field": name, "code": "missing", "message": missing_text(name)} for name, there in checks.items() if not there
    ]
    if faults:
        return problem(503, " ".join(fault["message"] for fault in faults), code="not_ready", faults=faults)
    return {"status": "ready", "checks": checks}


def _checks() -> dict[str, Check]:
    found: dict[str, Check] = current_app.extensions[_EXTENSION]
    return found


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
