"""Questions about rules, who set them, and which outcomes were not decided by them yet."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select

from ilpes_lms.attendance.models import CompletionRule, Outcome
from ilpes_lms.attendance.queries.rosters import rule_of
from ilpes_lms.attendance.rules import KEPT, Rule
from ilpes_lms.catalogue.models import ClassSession
from ilpes_lms.core.database import db
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.people.models import Account, Person


@dataclass(frozen=True, slots=True)
class RuleChange:
    """A version of a rule, when it was set and by whom; no name: by the system, as the default of its kind."""

    rule: Rule
    set_at: datetime
    set_by: str | None


def rule_changes(activity_id: int) -> list[RuleChange]:
    """Return the versions of an activity's rule, the one in force first."""
    statement = (
        select(CompletionRule, Person)
        .outerjoin(Account, Account.public_id == CompletionRule.set_by)
        .outerjoin(Person, Person.id == Account.person_id)
        .where(CompletionRule.activity_id == activity_id)
        .order_by(CompletionRule.version.desc())
    )
    return [
        RuleChange(rule_of(row), row.set_at, person.full_name if person else None)
        for row, person in db.session.execute(statement)
    ]


def outdated() -> list[int]:
    """Return the activities with outcomes of another rule, or another number of class sessions, than there is now.

    A class session that has begun can't be cancelled, and only those are marked, so the number tells all. Outcomes that
    certificates were issued on are left out.
    """
    statement = (
        select(Enrolment.activity_id)
        .distinct()
        .join(Outcome, Outcome.enrolment_id == Enrolment.id)
        .where(Enrolment.state == "confirmed", _not_up_to_date())
    )
    return sorted(db.session.scalars(statement))


def undecided(activity_id: int) -> int:
    """Count the outcomes of an activity that are still those of an earlier rule or plan."""
    statement = (
        select(func.count())
        .select_from(Enrolment)
        .join(Outcome, Outcome.enrolment_id == Enrolment.id)
        .where(Enrolment.activity_id == activity_id, Enrolment.state == "confirmed", _not_up_to_date())
    )
    return db.session.scalar(statement) or 0


def participants_to_decide(activity_id: int) -> list[int]:
    """Return an activity's participants: first those who have no outcome, then those who have an old one."""
    statement = (
        select(Enrolment.id)
        .outerjoin(Outcome, Outcome.enrolment_id == Enrolment.id)
        .where(
            Enrolment.activity_id == activity_id,
            Enrolment.state == "confirmed",
            or_(Outcome.id.is_(None), _not_up_to_date()),
        )
        .order_by(Outcome.id.is_not(None), Enrolment.id)
    )
    return list(db.session.scalars(statement))


def _not_up_to_date() -> ColumnElement[bool]:
    scheduled = (
        select(func.count())
        .where(ClassSession.activity_id == Enrolment.activity_id, ClassSession.status == "scheduled")
        .correlate(Enrolment)
        .scalar_subquery()
    )
    in_force = (
        select(func.max(CompletionRule.version))
        .where(CompletionRule.activity_id == Enrolment.activity_id)
        .correlate(Enrolment)
        .scalar_subquery()
    )
    old = or_(Outcome.evidence["class_sessions"].as_integer() != scheduled, Outcome.rule_version != in_force)
    return and_(Outcome.evidence[KEPT].as_boolean().is_not(True), old)
