"""What people do to marks: each change is kept, so that a deed sent twice is one, and can be taken back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select

from ilpes_lms.attendance.errors import MarkChanged
from ilpes_lms.attendance.models import Mark, MarkChange
from ilpes_lms.attendance.service.lines import KeptMark
from ilpes_lms.core import clock
from ilpes_lms.core.database import db

_WRITE_DOWN = insert(MarkChange.metadata.tables[MarkChange.__tablename__])
_KEPT = ("mark", "minutes", "note", "source", "evidence", "marked_by")


@dataclass(frozen=True, slots=True)
class Press:
    """Which press of a page it is, and what the page showed: the version of the mark, 0 where there was none.

    `follows` are earlier presses of the same page that it sent and never got an answer to.
    """

    version: int
    deed: str
    follows: frozenset[str] = frozenset()


def is_new(press: Press, enrolment_id: int, class_session_id: int, found: KeptMark | None) -> bool:
    """Tell whether a press is still to be done; raises MarkChanged if somebody else changed what its page showed."""
    changes = _changes(enrolment_id, class_session_id)
    if any(change.deed == press.deed for change in changes):
        return False
    follows = bool(changes) and changes[-1].deed in press.follows and changes[-1].undone_at is None
    if press.version != (found.version if found else 0) and not follows:
        raise MarkChanged
    return True


def state_of(found: Mark | KeptMark | None) -> dict[str, Any] | None:
    """Return all that is known of a mark, None where there is none."""
    if found is None:
        return None
    kept = {name: getattr(found, name) for name in _KEPT}
    return {**kept, "marked_at": found.marked_at.isoformat(), "version": found.version}


def restore(found: Mark, state: dict[str, Any]) -> None:
    """Make a mark what it was."""
    for name in _KEPT:
        setattr(found, name, state[name])
    found.marked_at = datetime.fromisoformat(state["marked_at"])


def stands(found: Mark | None, after: dict[str, Any] | None) -> bool:
    """Tell whether a mark is still as a change left it."""
    return (found.version if found else None) == (after["version"] if after else None)


def keep(
    enrolment_id: int,
    class_session_id: int,
    *,
    deed: str,
    before: dict[str, Any] | None,
    found: Mark | KeptMark | None,
    actor: str,
) -> None:
    """Write down a change; the mark is flushed, so that it has its version."""
    values = {
        "enrolment_id": enrolment_id, "class_session_id": class_session_id, "deed": deed, "before": before,
        "after": state_of(found), "actor": actor, "at": clock.now(), "undone_at": None, "undone_by": None,
    }  # fmt: skip
    db.session.connection().execute(_WRITE_DOWN, values)


def _changes(enrolment_id: int, class_session_id: int) -> Sequence[Row[str, datetime | None]]:
    statement = select(MarkChange.deed, MarkChange.undone_at).where(
        MarkChange.enrolment_id == enrolment_id, MarkChange.class_session_id == class_session_id
    )
    return db.session.execute(statement.order_by(MarkChange.id)).all()
