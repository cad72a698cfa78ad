"""Is the process alive, and is what it needs there?"""

from collections.abc import Callable

from apiflask import APIBlueprint
from flask import Flask, current_app
from flask.typing import ResponseReturnValue
from sqlalchemy import text

from ilpes_lms.core.database import db
from ilpes_lms.web import access

_EXTENSION = "ilpes-health"
pages = APIBlueprint("health", __name__, url_prefix="/health", enable_openapi=False)


def open_health(app: Flask) -> None:
    """Offer /health/live and /health/ready."""
    app.extensions[_EXTENSION] = {"database": _database_answers}
    app.register_blueprint(pages)


def add_check(app: Flask, name: str, check: Callable[[], bool]) -> None:
    """Let a room say whether something it needs is there."""
    app.extensions[_EXTENSION][name] = check


def check_all() -> dict[str, bool]:
    """Return what is needed and whether it is there."""
    return {name: _passes(check) for name, check in current_app.extensions[_EXTENSION].items()}


@pages.get("/live")
@access.public
def live() -> ResponseReturnValue:
    return {"status": "alive"}


@pages.get("/ready")
@access.public
def ready() -> ResponseReturnValue:
    checks = check_all()
    return {"status": "ready" if all(checks.values()) else "not ready", "checks": checks}, 200 if all(
        checks.values()
    ) else 503


def _passes(check: Callable[[], bool]) -> bool:
    try:
        return check()
    except Exception:  # noqa: BLE001 - whatever goes wrong, the answer is that it is not there
        return False


def _database_answers() -> bool:
    return db.session.execute(text("SELECT 1")).scalar() == 1
