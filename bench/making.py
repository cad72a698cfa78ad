"""Make all certificates that wait in the database of the environment, and print what it took as JSON.

A process of its own, which imports what a worker does and nothing of what asks and measures.
"""

import json
from typing import Any

import machine
import psutil
from sqlalchemy import func, select

from ilpes_lms.app import create_backstage
from ilpes_lms.certificates import press, rules, service
from ilpes_lms.certificates.models import Certificate
from ilpes_lms.core.database import db


def make_all() -> None:
    app, presses = create_backstage(), [0.0]
    before = machine.peak()
    _watched(presses)
    with app.app_context():
        waiting = db.session.scalar(select(func.count()).where(Certificate.state == rules.QUEUED)) or 0
        made = service.render_queued()
    found = {"made": made if made == waiting else -1, "before": before, "peak": machine.peak()}
    print(json.dumps(found | {"press": max(presses)}))


def _watched(presses: list[float]) -> None:
    """Note after each certificate how much the press has held, as one that made many is replaced by another."""
    make = press.make

    def noting(*content: Any, **options: Any) -> Any:
        made = make(*content, **options)
        presses.extend(machine.peak(child.pid) for child in psutil.Process().children())
        return made

    press.make = noting


if __name__ == "__main__":
    make_all()
