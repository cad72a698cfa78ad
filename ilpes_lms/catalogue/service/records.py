"""How an activity's people are on record: by people, by headcount or not at all, switched with a reason."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from ilpes_lms.audit import service as audit
from ilpes_lms.catalogue import rules
from ilpes_lms.catalogue.errors import PeopleOnRecord, SwitchUnexplained
from ilpes_lms.catalogue.models import Activity, Headcount, RecordChange
from ilpes_lms.catalogue.queries.activities import managed_outline
from ilpes_lms.catalogue.service.editions import new_edition
from ilpes_lms.catalogue.service.listeners import tell_edited
from ilpes_lms.catalogue.service.places import lock_managed
from ilpes_lms.core import actor, clock
from ilpes_lms.core.database import db, savepoint, transaction
from ilpes_lms.core.errors import Stale
from ilpes_lms.people import rules as people_rules

ANYWHERE: frozenset[str] = frozenset()
LONGEST_REASON = 400


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What a switch does to the figures: by sex before and after it; None is no record, which is not zero."""

    activity: Activity
    record: str
    before: Mapping[str, int] | None
    after: Mapping[str, int] | None


def foresee_switch(*, activity_ref: str, record: str, divisions: frozenset[str] = ANYWHERE) -> Foreseen:
    """Return what `switch_record` would do to the figures; raises what it does for the activity as it is now."""
    activity = managed_outline(activity_ref, divisions)
    _check(activity, record)
    counted = activity.headcount
    numbers = {name: getattr(counted, name) for name in rules.COUNTED} if counted else None
    return Foreseen(activity, record, rules.figures_of(activity.record, numbers), rules.figures_of(record, None))


@transaction
def switch_record(
    *, activity_ref: str, version: int, record: str, reason: str, divisions: frozenset[str] = ANYWHERE
) -> Activity:
    """Let an activity be on record by people, or say that nothing is on record; a headcount it had counts no more.

    What was counted stays in the history of headcounts. Raises RecordNotSwitched where there is nothing to switch,
    SwitchUnexplained without a reason, PeopleOnRecord where people are enrolled, and Stale.
    """
    activity = lock_managed(activity_ref, divisions)
    if activity.version != version:
        raise Stale
    _check(activity, record)
    why = people_rules.lines(reason, longest=LONGEST_REASON, field="reason")
    if not why:
        raise SwitchUnexplained(field="reason")
    know_by(activity, record, why)
    db.session.execute(delete(Headcount).where(Headcount.activity_id == activity.id))
    db.session.expire(activity, ["headcount"])
    activity.version += 1
    db.session.flush()
    new_edition()
    tell_edited(activity)
    return activity


def _check(activity: Activity, record: str) -> None:
    rules.check_switch(activity.record, record)
    rules.check_counted(activity.status, activity.starts_on, clock.today(activity.zone))
    if activity.confirmed_count + activity.waiting_count:
        raise PeopleOnRecord


def know_by(activity: Activity, record: str, reason: str) -> None:
    """Switch how people are on record, in the open transaction that holds the lock, and remember it."""
    before = activity.record
    if before == record:
        return
    # Enrolments refer to (activity, record), so the database itself refuses the change where there are any.
    try:
        with savepoint():
            activity.record = record
            db.session.flush()
    except IntegrityError as error:
        raise PeopleOnRecord from error
    db.session.add(
        RecordChange(
            activity_id=activity.id, before=before, after=record, reason=reason, actor=actor.current(), at=clock.now()
        )
    )
    db.session.flush()
    audit.record("activity.record", "activity", activity.public_id, before=before, after=record)


def was_switched(activity: Activity) -> bool:
    """Tell whether how people are on record was ever decided otherwise than when the activity was made."""
    there = select(RecordChange.id).where(RecordChange.activity_id == activity.id).limit(1)
    return db.session.scalar(there) is not None
