"""Questions about rules and who set them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from ilpes_lms.attendance.models import CompletionRule
from ilpes_lms.attendance.queries.rosters import rule_of
from ilpes_lms.attendance.rules import Rule
from ilpes_lms.core.database import db
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
