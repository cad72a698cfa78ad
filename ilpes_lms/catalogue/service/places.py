"""The row that places are given under: locked and counted."""

from sqlalchemy import Select, bindparam, select

from ilpes_lms.catalogue import rules
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.catalogue.queries.visibility import managed_by, named, published, scheduled_by
from ilpes_lms.catalogue.service.editions import new_edition
from ilpes_lms.core.database import db
from ilpes_lms.core.errors import NotFound
from ilpes_lms.core.settings import institute_day


def _fresh(statement: Select[Activity]) -> Select[Activity]:
    return statement.with_for_update().execution_options(populate_existing=True)


# Asked with every registration, so made once.
_LOCK_PUBLIC = _fresh(select(Activity).where(Activity.public_id == bindparam("ref"), published()))


def lock(activity_id: int) -> Activity:
    """Return an activity as it is now, its row locked until the open unit of work ends (law 4)."""
    return _locked(select(Activity).where(Activity.id == activity_id))


def lock_public(activity_ref: str) -> Activity:
    """Lock an activity that everyone may see; a draft does not exist."""
    return _found(_LOCK_PUBLIC, ref=activity_ref)


def lock_managed(activity_ref: str, divisions: frozenset[str]) -> Activity:
    """Lock an activity that a coordinator may see."""
    return _locked(select(Activity).where(named(activity_ref), managed_by(divisions)))


def lock_scheduled(activity_ref: str, divisions: frozenset[str] | None, teacher: int | None) -> Activity:
    """Lock an activity whose class sessions somebody sets: a coordinator, or a person who teaches it."""
    return _locked(select(Activity).where(named(activity_ref), scheduled_by(divisions, teacher, institute_day())))


def set_counts(activity: Activity, *, confirmed: int, waiting: int) -> None:
    """Write how many have a place and how many wait; the caller holds the lock.

    The version stays: places that fill while a coordinator edits the settings are no conflict. The public list
    says no more of places than whether any is left.
    """
    was_full = _is_full(activity)
    activity.confirmed_count = confirmed
    activity.waiting_count = waiting
    if _is_full(activity) != was_full:
        new_edition()


def _is_full(activity: Activity) -> bool:
    return rules.places_left(activity.capacity, activity.confirmed_count) == 0


def _locked(statement: Select[Activity]) -> Activity:
    return _found(_fresh(statement))


def _found(statement: Select[Activity], **values: object) -> Activity:
    activity = db.session.scalar(statement, values)
    if activity is None:
        raise NotFound
    return activity
