"""Headcounts as they were recorded and corrected."""

from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import select

from ilpes_lms.catalogue.models import HeadcountChange, RecordChange
from ilpes_lms.core.database import db
from ilpes_lms.people.models import Account, Person

Change = TypeVar("Change", HeadcountChange, RecordChange)


@dataclass(frozen=True)
class Counted:
    """A headcount as it was said once, and the name of who said it if a person did."""

    change: HeadcountChange
    by: str | None


@dataclass(frozen=True)
class Switched:
    """A switch of how people are on record, and the name of who made it if a person did."""

    change: RecordChange
    by: str | None


def record_changes(activity_id: int) -> list[Switched]:
    """Return how an activity's people were on record in turn, newest first."""
    return [Switched(change, by) for change, by in _changes(RecordChange, activity_id)]


def headcount_changes(activity_id: int) -> list[Counted]:
    """Return what was said of how many took part in an activity, newest first."""
    return [Counted(change, by) for change, by in _changes(HeadcountChange, activity_id)]


def _changes(model: type[Change], activity_id: int) -> list[tuple[Change, str | None]]:
    """Return changes with the name of who made each if a person did, newest first."""
    rows = db.session.execute(
        select(model, Person)
        .outerjoin(Account, Account.public_id == model.actor)
        .outerjoin(Person, Person.id == Account.person_id)
        .where(model.activity_id == activity_id)
        .order_by(model.id.desc())
    )
    return [(change, person.full_name if person else None) for change, person in rows]
