"""Two records of one person become one: marks, outcomes and what reports say, where both were in one activity.

All others move along with their enrolment.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from ilpes_lms.attendance.models import Mark, Outcome, PlatformRecord, PlatformRow, RememberedMatch, ReportedPerson
from ilpes_lms.attendance.service.deciding import decide
from ilpes_lms.attendance.service.outcomes import ensure_rule, lock_enrolments, marks_of
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core import moving
from ilpes_lms.core.database import db, transaction
from ilpes_lms.core.moving import Move
from ilpes_lms.enrolment.models import Enrolment


def merge_persons(_gone: int, _stays: int, aside: Mapping[int, int]) -> list[Move]:
    """Plan what moves from enrolments that are set aside to those that stay: what these have not themselves."""
    return [move for row, stays in aside.items() for move in _of_one(row, stays)]


@transaction
def carry_out(moves: Sequence[Move]) -> None:
    """Write planned moves, and decide outcomes again where marks moved; the caller holds the activities' locks."""
    moving.carry_out(moves)
    _decide_again(move.becomes for move in moves if move.table == Mark.__tablename__)


@transaction
def put_back(moves: Sequence[Move]) -> list[Move]:
    """Undo moves, and decide outcomes again where marks went; return those that stay as they are."""
    left = moving.put_back(moves)
    _decide_again(move.becomes for move in moves if move.table == Mark.__tablename__)
    return left


def marks_apart(row: int, stays: int) -> int:
    """Return at how many class sessions two enrolments are marked differently; there the one that stays counts."""
    other = aliased(Mark)
    apart = (
        select(func.count())
        .select_from(Mark)
        .join(other, other.class_session_id == Mark.class_session_id)
        .where(Mark.enrolment_id == row, other.enrolment_id == stays, other.mark != Mark.mark)
    )
    return db.session.scalar(apart) or 0


def _decide_again(enrolment_ids: Iterable[int]) -> None:
    db.session.expire_all()
    by_activity: dict[int, list[int]] = defaultdict(list)
    for one in db.session.scalars(select(Enrolment).where(Enrolment.id.in_(set(enrolment_ids)))):
        by_activity[one.activity_id].append(one.id)
    for number in sorted(by_activity):
        activity = db.session.get_one(Activity, number)
        ensure_rule(activity)
        decide(activity, marks_of(lock_enrolments(by_activity[number])))


def _of_one(row: int, stays: int) -> list[Move]:
    return [
        *moving.pointing(Mark, "enrolment_id", row, stays, unless_alike=("class_session_id",)),
        *moving.pointing(Outcome, "enrolment_id", row, stays, unless_alike=()),
        *moving.pointing(PlatformRecord, "enrolment_id", row, stays, unless_alike=()),
        *moving.pointing(PlatformRow, "enrolment_id", row, stays),
        *moving.pointing(ReportedPerson, "enrolment_id", row, stays),
        *moving.pointing(RememberedMatch, "enrolment_id", row, stays),
    ]
