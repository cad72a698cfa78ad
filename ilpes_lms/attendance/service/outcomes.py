"""Rules and outcomes: what they are decided on is read under the lock of the enrolments."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.dialects import postgresql, sqlite

from ilpes_lms.attendance import queries, rules
from ilpes_lms.attendance.models import CompletionRule, Mark, Outcome, PlatformRecord
from ilpes_lms.attendance.rules import Decision, Done, Rule
from ilpes_lms.audit import service as audit
from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.catalogue.models import Activity, ClassSession
from ilpes_lms.core import actor, clock
from ilpes_lms.core.database import db, transaction
from ilpes_lms.core.errors import NotFound, Stale
from ilpes_lms.enrolment.models import Enrolment


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
    """Write the outcomes of these enrolments, whose rows are locked; one of whom nothing is known has none (law 13)."""
    rule = queries.rule_in_force(activity)
    lengths = _lengths(activity.id)
    outcomes = _outcomes_of(marks)
    records = queries.platform_records(marks) if rule.asks_the_platform else {}
    changed = 0
    for enrolment_id, theirs in marks.items():
        there = {session: row for session, row in theirs.items() if session in lengths}
        if not there and enrolment_id not in records:
            changed += _forget(outcomes.get(enrolment_id))
            continue
        given = {session: row.mark for session, row in there.items()}
        decision = rules.outcome(rule, given, lengths, _done(there, lengths, records.get(enrolment_id)))
        changed += _put(outcomes.get(enrolment_id), enrolment_id, rule, decision)
    db.session.flush()
    return changed


def _done(marks: dict[int, Mark], lengths: dict[int, int], record: PlatformRecord | None) -> Done:
    minutes = sum(rules.minutes_of(row.mark, row.minutes, lengths[session]) for session, row in marks.items())
    if record is None:
        return Done(minutes)
    return Done(minutes, record.grade, record.tasks_done, record.tasks_total)


def _forget(found: Outcome | None) -> bool:
    if found is not None:
        db.session.delete(found)
    return found is not None


def _put(found: Outcome | None, enrolment_id: int, rule: Rule, decision: Decision) -> bool:
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


def _lengths(activity_id: int) -> dict[int, int]:
    """Return the class sessions that count, each with its minutes."""
    statement = select(ClassSession.id, ClassSession.starts_at, ClassSession.ends_at).where(
        ClassSession.activity_id == activity_id, ClassSession.status == "scheduled"
    )
    return {row.id: int((row.ends_at - row.starts_at).total_seconds() // 60) for row in db.session.execute(statement)}


def ensure_rule(activity: Activity) -> None:
    """Make the default rule version 1 where nobody set one.

    Before enrolments are locked, since the new row refers to the activity: who enrols locks in that order too.
    """
    if queries.latest_rule(activity.id) is None:
        _write_rule(activity.id, rules.default_rule(activity.kind), version=1, by=actor.SYSTEM)


def _write_rule(activity_id: int, rule: Rule, *, version: int, by: str) -> None:
    # Two who need the default at once, or set a rule at once, make one row: the version is unique.
    dialect: Any = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    values = {
        "activity_id": activity_id, "version": version, "minimum_share": rule.minimum_share,
        "at_least_one": rule.at_least_one, "terms": rules.terms_of(rule), "set_by": by,
        "set_at": clock.now(),
    }  # fmt: skip
    statement = dialect.insert(CompletionRule).values(values)
    db.session.execute(statement.on_conflict_do_nothing(index_elements=["activity_id", "version"]))


def in_parts(ids: list[int], size: int = 1000) -> Iterable[list[int]]:
    """Return numbers in parts that one statement can name."""
    return (ids[start : start + size] for start in range(0, len(ids), size))


def fresh(statement: Select[Any]) -> Select[Any]:
    """Return a statement that reads rows as they are now, whatever was read before."""
    return statement.execution_options(populate_existing=True)
