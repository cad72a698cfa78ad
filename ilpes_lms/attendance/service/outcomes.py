"""Rules and outcomes: what they are decided on is read under the lock of the enrolments."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Select, exists, select

from ilpes_lms.attendance import queries, rules
from ilpes_lms.attendance.models import CompletionRule, Mark, Outcome
from ilpes_lms.attendance.rules import Rule
from ilpes_lms.attendance.service.deciding import Marked, decide
from ilpes_lms.audit import service as audit
from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core import actor, clock, jobs
from ilpes_lms.core.database import db, inserting, transaction
from ilpes_lms.core.errors import NotFound, Stale
from ilpes_lms.enrolment.models import Enrolment

RECOMPUTE_JOB = "attendance.recompute"
# Up to so many participants outcomes are decided while whoever changed the rule waits; beyond, by the worker.
DECIDED_AT_ONCE = 500
_PART = 2000


@transaction
def set_rule(*, activity_ref: str, rule: Rule, seen_version: int | None = None) -> Rule:
    """Ask something else of an activity's participants from now on, and decide all outcomes again.

    The same rule again is no new version. Raises Stale when `seen_version` is given and is not in force.
    """
    wanted = rules.checked_rule(rule)
    activity_id = db.session.scalar(select(Activity.id).where(Activity.public_id == activity_ref))
    if activity_id is None:
        raise NotFound
    activity = catalogue.lock(activity_id)
    ensure_rule(activity)
    present = queries.rule_in_force(activity)
    if seen_version not in (None, present.version):
        raise Stale
    wanted = replace(wanted, version=present.version)
    if wanted == present:
        return present
    _write_rule(activity.id, wanted, version=present.version + 1, by=actor.current())
    audit.record("attendance.rule", "activity", activity.public_id, version=present.version + 1)
    if activity.confirmed_count <= DECIDED_AT_ONCE:
        recompute(activity_id=activity.id)
    else:
        jobs.wake(RECOMPUTE_JOB)
    return queries.rule_in_force(activity)


@transaction
def recompute(*, activity_id: int) -> int:
    """Decide the outcomes of an activity again; return how many changed."""
    activity = _with_rule(activity_id)
    return decide(activity, plain_marks_of(lock_participants(activity_id)))


def recompute_outdated() -> int:
    """Decide again where class sessions were added or cancelled, or the rule was changed, since; part by part.

    Each part is a transaction. Outcomes that are not decided yet tell the next sweep where to go on, so those come last
    who have one.
    """
    return sum(
        _recompute_part(activity_id, part)
        for activity_id in queries.outdated()
        for part in in_parts(queries.participants_to_decide(activity_id), _PART)
    )


@transaction
def follow_plan(activity: Activity) -> None:
    """Decide again after hours or modules of an activity changed; the caller holds the lock."""
    decided = exists().where(Outcome.enrolment_id == Enrolment.id, Enrolment.activity_id == activity.id)
    if db.session.scalar(select(decided)):
        recompute(activity_id=activity.id)


@transaction
def _recompute_part(activity_id: int, enrolment_ids: list[int]) -> int:
    activity = _with_rule(activity_id)
    return decide(activity, plain_marks_of(lock_enrolments(enrolment_ids)))


def _with_rule(activity_id: int) -> Activity:
    activity = db.session.get(Activity, activity_id)
    if activity is None:
        raise NotFound
    ensure_rule(activity)
    return activity


def lock_participants(activity_id: int) -> list[int]:
    """Lock the confirmed enrolments of an activity, always in the same order."""
    statement = select(Enrolment.id).where(Enrolment.activity_id == activity_id, Enrolment.state == "confirmed")
    return list(db.session.scalars(statement.order_by(Enrolment.id).with_for_update()))


def lock_enrolments(enrolment_ids: Collection[int]) -> list[int]:
    """Lock those of some enrolments that are confirmed, in the same order as everywhere."""
    found: list[int] = []
    for some in in_parts(sorted(enrolment_ids)):
        statement = select(Enrolment.id).where(Enrolment.id.in_(some), Enrolment.state == "confirmed")
        found += db.session.scalars(statement.order_by(Enrolment.id).with_for_update())
    return found


def marks_of(enrolment_ids: Collection[int]) -> dict[int, dict[int, Mark]]:
    """Return the marks of enrolments by class session, an empty map for those who have none."""
    found: dict[int, dict[int, Mark]] = {enrolment_id: {} for enrolment_id in enrolment_ids}
    for some in in_parts(sorted(found)):
        for row in db.session.scalars(fresh(select(Mark).where(Mark.enrolment_id.in_(some)))):
            found[row.enrolment_id][row.class_session_id] = row
    return found


def plain_marks_of(enrolment_ids: Collection[int]) -> Mapping[int, Mapping[int, Marked]]:
    """Return the same by the columns that count, where there are too many to make objects of."""
    found: dict[int, dict[int, Any]] = {enrolment_id: {} for enrolment_id in enrolment_ids}
    columns = (Mark.enrolment_id, Mark.class_session_id, Mark.mark, Mark.minutes)
    for some in in_parts(sorted(found)):
        for row in db.session.execute(select(*columns).where(Mark.enrolment_id.in_(some))):
            found[row.enrolment_id][row.class_session_id] = row
    return found


def ensure_rule(activity: Activity) -> None:
    """Make the default rule version 1 where nobody set one.

    Before enrolments are locked, since the new row refers to the activity: who enrols locks in that order too.
    """
    if queries.latest_rule(activity.id) is None:
        _write_rule(activity.id, rules.default_rule(activity.kind), version=1, by=actor.SYSTEM)


def _write_rule(activity_id: int, rule: Rule, *, version: int, by: str) -> None:
    # Two who need the default at once, or set a rule at once, make one row: the version is unique.
    values = {
        "activity_id": activity_id, "version": version, "minimum_share": rule.minimum_share,
        "at_least_one": rule.at_least_one, "terms": rules.terms_of(rule), "set_by": by, "set_at": clock.now(),
    }  # fmt: skip
    statement = inserting(CompletionRule).values(values)
    db.session.execute(statement.on_conflict_do_nothing(index_elements=["activity_id", "version"]))


def in_parts(ids: list[int], size: int = 1000) -> Iterable[list[int]]:
    """Return numbers in parts that one statement can name."""
    return (ids[start : start + size] for start in range(0, len(ids), size))


def fresh(statement: Select[Any]) -> Select[Any]:
    """Return a statement that reads rows as they are now, whatever was read before."""
    return statement.execution_options(populate_existing=True)
