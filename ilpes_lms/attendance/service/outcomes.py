"""Rules and outcomes: what they are decided on is read under the lock of the enrolments."""

from collections.abc import Collection, Iterable
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.dialects import postgresql, sqlite

from ilpes_lms.attendance import queries, rules
from ilpes_lms.attendance.models import CompletionRule, Mark, Outcome
from ilpes_lms.attendance.rules import Rule
from ilpes_lms.audit import service as audit
from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.catalogue.models import Activity, ClassSession
from ilpes_lms.core import actor, clock
from ilpes_lms.core.database import db, transaction
from ilpes_lms.core.errors import NotFound, Stale
from ilpes_lms.enrolment.models import Enrolment


@transaction
def set_rule(*, activity_ref: str, minimum_share: Decimal, at_least_one: bool, seen_version: int | None = None) -> Rule:
    """Ask something else of an activity's participants from now on, and decide all outcomes again.

    The same rule again is no new version. Raises Stale when `seen_version` is given and is not in force.
    """
    wanted = rules.checked_rule(minimum_share, at_least_one=at_least_one)
    activity_id = db.session.scalar(select(Activity.id).where(Activity.public_id == activity_ref))
    if activity_id is None:
        raise NotFound
    activity = catalogue.lock(activity_id)
    ensure_rule(activity)
    present = queries.rule_in_force(activity)
    if seen_version not in (None, present.version):
        raise Stale
    if (present.minimum_share, present.at_least_one) == (wanted.minimum_share, wanted.at_least_one):
        return present
    _write_rule(activity.id, wanted, version=present.version + 1)
    audit.record(
        "attendance.rule", "activity", activity.public_id, version=present.version + 1,
        minimum_share=str(wanted.minimum_share), at_least_one=wanted.at_least_one,
    )  # fmt: skip
    recompute(activity_id=activity.id)
    return queries.rule_in_force(activity)


@transaction
def recompute(*, activity_id: int) -> int:
    """Decide the outcomes of an activity again; return how many changed."""
    activity = db.session.get(Activity, activity_id)
    if activity is None:
        raise NotFound
    ensure_rule(activity)
    return decide(activity, marks_of(lock_participants(activity_id)))


def recompute_outdated() -> int:
    """Decide again where class sessions were added or cancelled since, each activity in its own transaction."""
    return sum(recompute(activity_id=activity_id) for activity_id in queries.outdated())


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


def decide(activity: Activity, marks: dict[int, dict[int, Mark]]) -> int:
    """Write the outcomes of these enrolments, whose rows are locked; one without marks has none (law 13)."""
    rule = queries.rule_in_force(activity)
    sessions = _scheduled(activity.id)
    outcomes = _outcomes_of(marks)
    changed = 0
    for enrolment_id, theirs in marks.items():
        given = {session: row.mark for session, row in theirs.items()}
        changed += _put(outcomes.get(enrolment_id), enrolment_id, rule, given, sessions)
    db.session.flush()
    return changed


def _put(found: Outcome | None, enrolment_id: int, rule: Rule, given: dict[int, str], sessions: list[int]) -> bool:
    if not any(session in given for session in sessions):
        if found:
            db.session.delete(found)
        return found is not None
    decision = rules.outcome(rule, given, sessions)
    if found is None:
        found = Outcome(enrolment_id=enrolment_id)
        db.session.add(found)
    elif (found.result, found.rule_version, found.evidence) == (decision.result, rule.version, decision.evidence):
        return False
    found.result, found.evidence = decision.result, decision.evidence
    found.rule_version, found.decided_at = rule.version, clock.now()
    return True


def _outcomes_of(enrolment_ids: Iterable[int]) -> dict[int, Outcome]:
    return {
        row.enrolment_id: row
        for some in in_parts(sorted(enrolment_ids))
        for row in db.session.scalars(fresh(select(Outcome).where(Outcome.enrolment_id.in_(some))))
    }


def _scheduled(activity_id: int) -> list[int]:
    statement = select(ClassSession.id).where(
        ClassSession.activity_id == activity_id, ClassSession.status == "scheduled"
    )
    return list(db.session.scalars(statement))


def ensure_rule(activity: Activity) -> None:
    """Make the default rule version 1 where nobody set one.

    Before enrolments are locked, since the new row refers to the activity: who enrols locks in that order too.
    """
    if queries.latest_rule(activity.id) is None:
        _write_rule(activity.id, rules.default_rule(activity.kind), version=1)


def _write_rule(activity_id: int, rule: Rule, *, version: int) -> None:
    # Two who need the default at once, or set a rule at once, make one row: the version is unique.
    dialect: Any = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    values = {
        "activity_id": activity_id, "version": version, "minimum_share": rule.minimum_share,
        "at_least_one": rule.at_least_one, "set_by": actor.current(), "set_at": clock.now(),
    }  # fmt: skip
    statement = dialect.insert(CompletionRule).values(values)
    db.session.execute(statement.on_conflict_do_nothing(index_elements=["activity_id", "version"]))


def in_parts(ids: list[int], size: int = 1000) -> Iterable[list[int]]:
    """Return numbers in parts that one statement can name."""
    return (ids[start : start + size] for start in range(0, len(ids), size))


def fresh(statement: Select[Any]) -> Select[Any]:
    """Return a statement that reads rows as they are now, whatever was read before."""
    return statement.execution_options(populate_existing=True)
