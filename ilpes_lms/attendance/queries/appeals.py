"""Questions about wishes that outcomes be looked at again."""

from sqlalchemy import case, func, select
from sqlalchemy.orm import contains_eager, joinedload

from ilpes_lms.attendance.models import CompletionRule, OutcomeAppeal
from ilpes_lms.attendance.queries.rosters import rule_of
from ilpes_lms.attendance.rules import APPEAL_OPEN, Rule, default_rule
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core.database import db
from ilpes_lms.core.errors import NotFound
from ilpes_lms.enrolment.models import Enrolment


def appeals_of(enrolment_id: int) -> list[OutcomeAppeal]:
    """Return what somebody asked to be corrected in an activity, the newest first."""
    statement = select(OutcomeAppeal).where(OutcomeAppeal.enrolment_id == enrolment_id)
    return list(db.session.scalars(statement.order_by(OutcomeAppeal.id.desc())))


def appeals_in(activity_id: int) -> list[OutcomeAppeal]:
    """Return what participants of an activity asked to be corrected: open ones first, the oldest of them on top."""
    statement = (
        select(OutcomeAppeal)
        .join(OutcomeAppeal.enrolment)
        .options(contains_eager(OutcomeAppeal.enrolment).joinedload(Enrolment.person))
        .where(Enrolment.activity_id == activity_id)
        .order_by(case((OutcomeAppeal.state == APPEAL_OPEN, 0), else_=1), OutcomeAppeal.asked_at, OutcomeAppeal.id)
    )
    return list(db.session.scalars(statement))


def appeal_in(ref: str, activity_id: int) -> OutcomeAppeal:
    """Return one of an activity's; one of another does not exist."""
    found = appeal(ref)
    if found is None or found.enrolment.activity_id != activity_id:
        raise NotFound
    return found


def appeal(ref: str) -> OutcomeAppeal | None:
    """Return a wish with its enrolment, activity and person, read afresh."""
    statement = (
        select(OutcomeAppeal)
        .options(
            joinedload(OutcomeAppeal.enrolment).joinedload(Enrolment.activity),
            joinedload(OutcomeAppeal.enrolment).joinedload(Enrolment.person),
        )
        .where(OutcomeAppeal.public_id == ref)
        .execution_options(populate_existing=True)
    )
    return db.session.scalar(statement)


def rule_and_open_appeals(activity: Activity) -> tuple[Rule, int]:
    """Return the rule in force, and how many of its participants' wishes wait for an answer, in one statement."""
    waiting = (
        select(func.count())
        .select_from(OutcomeAppeal)
        .join(OutcomeAppeal.enrolment)
        .where(Enrolment.activity_id == Activity.id, OutcomeAppeal.state == APPEAL_OPEN)
        .correlate(Activity)
        .scalar_subquery()
    )
    statement = (
        select(CompletionRule, waiting)
        .select_from(Activity)
        .outerjoin(CompletionRule, CompletionRule.activity_id == Activity.id)
        .where(Activity.id == activity.id)
        .order_by(CompletionRule.version.desc())
        .limit(1)
    )
    row, number = db.session.execute(statement).one()
    return (rule_of(row) if row else default_rule(activity.kind)), number
