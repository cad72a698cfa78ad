"""Activities whose people are not on record here: closed with a headcount, which may be corrected with a reason."""

from collections.abc import Mapping

from sqlalchemy import select

from ilpes_lms.audit import service as audit
from ilpes_lms.catalogue import rules
from ilpes_lms.catalogue.errors import CorrectionUnexplained, SwitchUnexplained
from ilpes_lms.catalogue.models import Activity, Headcount, HeadcountChange
from ilpes_lms.catalogue.service.editions import new_edition
from ilpes_lms.catalogue.service.listeners import tell_edited
from ilpes_lms.catalogue.service.places import lock, lock_managed
from ilpes_lms.catalogue.service.records import know_by, was_switched
from ilpes_lms.core import actor, clock
from ilpes_lms.core.database import db, transaction
from ilpes_lms.core.errors import Stale
from ilpes_lms.people import rules as people_rules

ANYWHERE: frozenset[str] = frozenset()
_LONGEST_SOURCE = 200
_LONGEST_REASON = 400


@transaction
def close_with_headcount(
    *, activity_ref: str, version: int, women: int, men: int, other: int = 0, not_stated: int = 0, source: str = "",
    reason: str = "", divisions: frozenset[str] = ANYWHERE,
) -> Activity:  # fmt: skip
    """Say how many took part in an activity whose people are not on record, and close it if it is still open.

    Said again, it corrects the headcount and needs a reason; so it does once the record was switched. Raises
    PeopleOnRecord, and Stale when `version` is not the one that stands.
    """
    activity = lock_managed(activity_ref, divisions)
    if activity.version != version:
        raise Stale
    rules.check_counted(activity.status, activity.starts_on, clock.today(activity.zone))
    counts = {"women": women, "men": men, "other": other, "not_stated": not_stated}
    why = people_rules.lines(reason, longest=_LONGEST_REASON, field="reason")
    _record(
        activity, counts, people_rules.one_line(source, longest=_LONGEST_SOURCE, field="source"), why, explained=True
    )
    if activity.status == "published":
        activity.status = rules.next_status(activity.status, "close")
    activity.version += 1
    db.session.flush()
    new_edition()
    tell_edited(activity)
    return activity


@transaction
def record_headcount(
    *, activity_id: int, women: int, men: int, other: int = 0, not_stated: int = 0, source: str = ""
) -> Headcount:
    """Record how many took part in an activity whose people are not on record here, as it was published elsewhere."""
    counts = {"women": women, "men": men, "other": other, "not_stated": not_stated}
    return _record(lock(activity_id), counts, source, "", explained=False)


def _record(activity: Activity, counts: Mapping[str, int], source: str, reason: str, *, explained: bool) -> Headcount:
    rules.check_counts(counts)
    if explained and activity.record != "headcount" and not reason and was_switched(activity):
        raise SwitchUnexplained(field="reason")
    know_by(activity, "headcount", reason)
    headcount = db.session.scalar(select(Headcount).where(Headcount.activity_id == activity.id))
    if headcount is not None and _says(headcount) == {**counts, "source": source}:
        return headcount
    if explained and headcount is not None and not reason:
        raise CorrectionUnexplained(field="reason")
    headcount = headcount or Headcount(activity_id=activity.id)
    db.session.add(headcount)
    for field, value in {**counts, "source": source}.items():
        setattr(headcount, field, value)
    _remember(activity, counts, source, reason)
    return headcount


def _remember(activity: Activity, counts: Mapping[str, int], source: str, reason: str) -> None:
    change = HeadcountChange(
        activity_id=activity.id, source=source, reason=reason, actor=actor.current(), at=clock.now(), **counts
    )
    db.session.add(change)
    db.session.flush()
    db.session.expire(activity, ["headcount"])
    audit.record("activity.headcount", "activity", activity.public_id, **counts)


def _says(headcount: Headcount) -> dict[str, int | str]:
    names = ("women", "men", "other", "not_stated", "source")
    return {name: getattr(headcount, name) for name in names}
