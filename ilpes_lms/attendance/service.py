"""The verbs of attendance. Outcomes follow marks, rules and class sessions in the same transaction."""

from collections.abc import Collection, Iterable
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import contains_eager, joinedload

from ilpes_lms.attendance import queries, rules
from ilpes_lms.attendance.errors import NotAParticipant
from ilpes_lms.attendance.models import CompletionRule, Mark, Outcome
from ilpes_lms.attendance.rules import Rule
from ilpes_lms.audit import service as audit
from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.catalogue.models import Activity, ClassSession
from ilpes_lms.core import actor, clock
from ilpes_lms.core.database import db, transaction
from ilpes_lms.core.errors import NotFound, Stale
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.people.models import Person

_of_activity = CompletionRule.activity_id == Activity.id


@transaction
def mark(
    *, class_session_ref: str, enrolment_ref: str, mark: str, minutes: int | None = None, by_person: int | None = None
) -> Mark:
    """Mark a participant at a class session of the same activity; the same mark again changes nothing.

    `by_person` is who marked, if it is not whoever acts.
    """
    rules.check_mark(mark, minutes)
    class_session, who = _markable(class_session_ref), _name_of(by_person)
    enrolment = _lock_participant(enrolment_ref, class_session.activity_id)
    marks = _marks_of([enrolment.id])[enrolment.id]
    found = marks.get(class_session.id)
    if found and (found.mark, found.minutes) == (mark, minutes):
        return found
    if found is None:
        found = Mark(enrolment=enrolment, class_session=class_session, evidence={})
        db.session.add(found)
    else:
        _note(enrolment, class_session, before=found.mark, after=mark)
    found.mark, found.minutes, found.source = mark, minutes, "hand"
    found.marked_by, found.marked_at = who, clock.now()
    marks[class_session.id] = found
    _decide(class_session.activity, {enrolment.id: marks})
    return found


@transaction
def clear_mark(*, class_session_ref: str, enrolment_ref: str) -> None:
    """Take a mark back, as if it had never been set; what it was stays in the audit record."""
    class_session = _class_session(class_session_ref)
    enrolment = _lock_participant(enrolment_ref, class_session.activity_id)
    marks = _marks_of([enrolment.id])[enrolment.id]
    found = marks.pop(class_session.id, None)
    if found is None:
        return
    _note(enrolment, class_session, before=found.mark, after=None)
    db.session.delete(found)
    _decide(class_session.activity, {enrolment.id: marks})


@transaction
def mark_all_present(*, class_session_ref: str, by_person: int | None = None) -> int:
    """Mark every participant who has no mark yet as present; return how many those were."""
    class_session = _markable(class_session_ref)
    marks = _marks_of(_lock_participants(class_session.activity_id))
    unmarked = [enrolment_id for enrolment_id, theirs in marks.items() if class_session.id not in theirs]
    who, now = _name_of(by_person), clock.now()
    for enrolment_id in unmarked:
        new = Mark(
            enrolment_id=enrolment_id, class_session_id=class_session.id, mark="present", source="hand",
            evidence={"all_present": True}, marked_by=who, marked_at=now,
        )  # fmt: skip
        db.session.add(new)
        marks[enrolment_id][class_session.id] = new
    if unmarked:
        audit.record("attendance.all_present", "class_session", class_session.public_id, marked=len(unmarked))
        _decide(class_session.activity, {enrolment_id: marks[enrolment_id] for enrolment_id in unmarked})
    return len(unmarked)


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
    _ensure_rule(activity)
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
    _ensure_rule(activity)
    return _decide(activity, _marks_of(_lock_participants(activity_id)))


def recompute_outdated() -> int:
    """Decide again where class sessions were added or cancelled since, each activity in its own transaction."""
    return sum(recompute(activity_id=activity_id) for activity_id in queries.outdated())


def _markable(class_session_ref: str) -> ClassSession:
    class_session = _class_session(class_session_ref)
    rules.check_markable(status=class_session.status, starts_at=class_session.starts_at, now=clock.now())
    return class_session


def _class_session(class_session_ref: str) -> ClassSession:
    """Return a class session with its activity, whose rule is on record from here on."""
    statement = (
        select(ClassSession, select(CompletionRule.id).where(_of_activity).exists())
        .join(ClassSession.activity)
        .options(contains_eager(ClassSession.activity))
        .where(ClassSession.public_id == class_session_ref)
    )
    row = db.session.execute(statement).first()
    if row is None:
        raise NotFound
    class_session: ClassSession = row[0]
    if not row[1]:
        _ensure_rule(class_session.activity)
    return class_session


def _lock_participant(enrolment_ref: str, activity_id: int) -> Enrolment:
    """Lock an enrolment of an activity, under which its marks and its outcome are written."""
    statement = (
        select(Enrolment)
        .options(joinedload(Enrolment.person, innerjoin=True))
        .where(Enrolment.public_id == enrolment_ref, Enrolment.activity_id == activity_id)
        .with_for_update(of=Enrolment)
    )
    enrolment: Enrolment | None = db.session.scalar(_fresh(statement))
    if enrolment is None:
        raise NotFound
    if enrolment.state != "confirmed":
        raise NotAParticipant
    return enrolment


def _lock_participants(activity_id: int) -> list[int]:
    """Lock the confirmed enrolments of an activity, always in the same order."""
    statement = select(Enrolment.id).where(Enrolment.activity_id == activity_id, Enrolment.state == "confirmed")
    return list(db.session.scalars(statement.order_by(Enrolment.id).with_for_update()))


def _marks_of(enrolment_ids: Collection[int]) -> dict[int, dict[int, Mark]]:
    """Return the marks of enrolments by class session, an empty map for those who have none."""
    found: dict[int, dict[int, Mark]] = {enrolment_id: {} for enrolment_id in enrolment_ids}
    for some in _in_parts(sorted(found)):
        for row in db.session.scalars(_fresh(select(Mark).where(Mark.enrolment_id.in_(some)))):
            found[row.enrolment_id][row.class_session_id] = row
    return found


def _decide(activity: Activity, marks: dict[int, dict[int, Mark]]) -> int:
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
        for some in _in_parts(sorted(enrolment_ids))
        for row in db.session.scalars(_fresh(select(Outcome).where(Outcome.enrolment_id.in_(some))))
    }


def _scheduled(activity_id: int) -> list[int]:
    statement = select(ClassSession.id).where(
        ClassSession.activity_id == activity_id, ClassSession.status == "scheduled"
    )
    return list(db.session.scalars(statement))


def _ensure_rule(activity: Activity) -> None:
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


def _name_of(person_id: int | None) -> str:
    person = db.session.get(Person, person_id) if person_id is not None else None
    return person.public_id if person else actor.current()


def _note(enrolment: Enrolment, class_session: ClassSession, *, before: str, after: str | None) -> None:
    audit.record(
        "attendance.corrected", "enrolment", enrolment.public_id, class_session=class_session.public_id,
        before=before, after=after,
    )  # fmt: skip


def _in_parts(ids: list[int], size: int = 1000) -> Iterable[list[int]]:
    return (ids[start : start + size] for start in range(0, len(ids), size))


def _fresh(statement: Select[Any]) -> Select[Any]:
    return statement.execution_options(populate_existing=True)
