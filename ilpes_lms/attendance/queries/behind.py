"""Questions about who is falling behind."""

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from ilpes_lms.attendance import rules
from ilpes_lms.attendance.models import Mark, Outcome
from ilpes_lms.attendance.queries.rosters import outcomes, standing_of
from ilpes_lms.catalogue.models import ClassSession
from ilpes_lms.core.database import db
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.people.models import Person


@dataclass(frozen=True, slots=True)
class Behind:
    """A participant who is falling behind, why, and on what the outcome rests."""

    enrolment: Enrolment
    outcome: Outcome
    reasons: list[str]


def falling_behind(activity_ids: Collection[int]) -> dict[int, list[Behind]]:
    """Return who is falling behind in some activities, by name; an activity without any is left out."""
    if not activity_ids:
        return {}
    marks, found = _marks(activity_ids), defaultdict[int, list[Behind]](list)
    for outcome in _outcomes(activity_ids):
        reasons = rules.reasons_behind(marks.get(outcome.enrolment_id, []), outcome.result, outcome.evidence)
        if reasons:
            found[outcome.enrolment.activity_id].append(Behind(outcome.enrolment, outcome, reasons))
    return dict(found)


def standings_and_behind(activity_id: int) -> tuple[Counter[str], int]:
    """Count the participants of an activity by where they stand, and those who are falling behind."""
    marks, decided = _marks([activity_id]), outcomes(activity_id)
    behind = sum(
        bool(rules.reasons_behind(marks.get(one.enrolment_id, []), one.result, one.evidence)) for one in decided
    )
    return Counter(standing_of(one) for one in decided), behind


def _marks(activity_ids: Collection[int]) -> dict[int, list[str]]:
    statement = (
        select(Mark.enrolment_id, Mark.mark)
        .join(Mark.class_session)
        .where(ClassSession.activity_id.in_(activity_ids), ClassSession.status == "scheduled")
        .order_by(ClassSession.starts_at)
    )
    found: dict[int, list[str]] = defaultdict(list)
    for enrolment_id, mark in db.session.execute(statement):
        found[enrolment_id].append(mark)
    return found


def _outcomes(activity_ids: Collection[int]) -> list[Outcome]:
    statement = (
        select(Outcome)
        .join(Outcome.enrolment)
        .join(Enrolment.person)
        .options(contains_eager(Outcome.enrolment).contains_eager(Enrolment.person))
        .where(Enrolment.activity_id.in_(activity_ids), Enrolment.state == "confirmed", Outcome.result != "completed")
        .order_by(Person.name_key, Enrolment.id)
    )
    return list(db.session.scalars(statement))
