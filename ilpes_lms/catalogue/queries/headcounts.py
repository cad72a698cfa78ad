"""Headcounts as they were recorded and corrected."""

from dataclasses import dataclass

from sqlalchemy import select

from ilpes_lms.catalogue.models import HeadcountChange
from ilpes_lms.core.database import db
from ilpes_lms.people.models import Account, Person


@dataclass(frozen=True)
class Counted:
    """A headcount as it was said once, and the name of who said it if a person did."""

    change: HeadcountChange
    by: str | None


def headcount_changes(activity_id: int) -> list[Counted]:
    """Return what was said of how many took part in an activity, newest first."""
    rows = db.session.execute(
        select(HeadcountChange, Person)
        .outerjoin(Account, Account.public_id == HeadcountChange.actor)
        .outerjoin(Person, Person.id == Account.person_id)
        .where(HeadcountChange.activity_id == activity_id)
        .order_by(HeadcountChange.id.desc())
    )
    return [Counted(change, person.full_name if person else None) for change, person in rows]
