"""Outcomes written in few statements, from what is known of participants whose rows are locked."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from sqlalchemy import (
    BigInteger,
    CompoundSelect,
    Row,
    bindparam,
    cast,
    delete,
    insert,
    literal,
    null,
    select,
    union_all,
    update,
)
from sqlalchemy.types import Numeric

from ilpes_lms.attendance import queries, rules
from ilpes_lms.attendance.models import Outcome, PlatformRecord
from ilpes_lms.attendance.rules import Decision, Done, ModulePlan, Plan, Rule
from ilpes_lms.attendance.service.keeping import kept_among
from ilpes_lms.catalogue.models import Activity, ClassSession, Module
from ilpes_lms.core import clock
from ilpes_lms.core.database import db

_AT_ONCE = 1000
_OUTCOMES = Outcome.metadata.tables[Outcome.__tablename__]
_RENEW = (
    update(_OUTCOMES)
    .where(_OUTCOMES.c.enrolment_id == bindparam("about"))
    .values({name: bindparam(name) for name in ("result", "rule_version", "evidence", "decided_at", "hours_earned")})
)
_KEEP = (
    update(_OUTCOMES).where(_OUTCOMES.c.enrolment_id == bindparam("about")).values(evidence=bindparam("evidence"))
)  # fmt: skip
# Asked with every mark, so made once: making a statement costs as much as asking it.
_ACTIVITY = bindparam("activity", type_=BigInteger)
_PLANNED: CompoundSelect[Any] = union_all(
    select(
        ClassSession.id, ClassSession.module_id, ClassSession.starts_at, ClassSession.ends_at,
        cast(null(), Numeric(7, 2)).label("hours"), literal(0).label("number"),
    ).where(ClassSession.activity_id == _ACTIVITY, ClassSession.status == "scheduled"),
    select(null(), Module.id, null(), null(), Module.hours, Module.number).where(Module.activity_id == _ACTIVITY),
)  # fmt: skip
_FOUND = select(
    *(_OUTCOMES.c[name] for name in ("enrolment_id", "result", "rule_version", "evidence", "hours_earned"))
).where(_OUTCOMES.c.enrolment_id.in_(bindparam("some", expanding=True)))


class Marked(Protocol):
    """A mark, as a row of its table or as the columns that count."""

    @property
    def mark(self) -> str: ...

    @property
    def minutes(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class Ground:
    """What outcomes of an activity are decided on beside what is known of each person.

    `lengths` are the class sessions that count, each with its minutes.
    """

    rule: Rule
    lengths: dict[int, int]
    plan: Plan


@dataclass(slots=True)
class _Changes:
    """What is to be written, by kind of statement."""

    new: list[dict[str, Any]]
    renewed: list[dict[str, Any]]
    gone: list[int]


def decide(activity: Activity, marks: Mapping[int, Mapping[int, Marked]]) -> int:
    """Write the outcomes of these enrolments, whose rows are locked; one of whom nothing is known has none (law 13).

    An outcome that a certificate was issued on stands; return how many changed.
    """
    db.session.flush()
    rows: Any = db.session.execute(_PLANNED, {"activity": activity.id}).all()
    return decide_on(ground_of(queries.rule_in_force(activity), activity.hours, rows), marks, _outcomes_of(marks))


def decide_on(ground: Ground, marks: Mapping[int, Mapping[int, Marked]], found: Mapping[int, Row[Any]]) -> int:
    """Do the same where the ground and the outcomes there are were read before, under the same locks."""
    rule = ground.rule
    records = queries.platform_records(marks) if rule.asks_the_platform else {}
    decisions = {one: _decision(theirs, ground, records.get(one)) for one, theirs in marks.items()}
    changes = _changes(decisions, found, rule.version)
    _spare_certified(changes, found)
    _write(changes)
    return len(changes.new) + len(changes.renewed) + len(changes.gone)


def ground_of(rule: Rule, hours: Decimal | None, rows: Iterable[Row[Any]]) -> Ground:
    """Return the ground from the rows of the class sessions that count and of the modules, whose `id` is null."""
    rows = list(rows)
    lengths = {row.id: int((row.ends_at - row.starts_at).total_seconds() // 60) for row in rows if row.id is not None}
    plans = sorted((row for row in rows if row.id is None), key=lambda row: row.number)
    return Ground(rule, lengths, Plan(hours, tuple(_module_plan(plan, rows) for plan in plans)))


def _module_plan(plan: Row[Any], rows: Iterable[Row[Any]]) -> ModulePlan:
    theirs = frozenset(row.id for row in rows if row.id is not None and row.module_id == plan.module_id)
    return ModulePlan(plan.number, plan.hours, theirs)


def _decision(theirs: Mapping[int, Marked], ground: Ground, record: PlatformRecord | None) -> Decision | None:
    there = {session: row for session, row in theirs.items() if session in ground.lengths}
    if not there and record is None:
        return None
    given = {session: row.mark for session, row in there.items()}
    decision = rules.outcome(ground.rule, given, ground.lengths, _done(there, ground.lengths, record))
    return rules.with_hours(decision, ground.plan, ground.rule, given)


def _done(marks: Mapping[int, Marked], lengths: dict[int, int], record: PlatformRecord | None) -> Done:
    minutes = sum(rules.minutes_of(row.mark, row.minutes, lengths[session]) for session, row in marks.items())
    if record is None:
        return Done(minutes)
    return Done(minutes, record.grade, record.tasks_done, record.tasks_total)


def _changes(decisions: Mapping[int, Decision | None], found: Mapping[int, Row[Any]], version: int) -> _Changes:
    changes, now = _Changes([], [], []), clock.now()
    for enrolment_id, decision in decisions.items():
        before = found.get(enrolment_id)
        if decision is None:
            changes.gone += [enrolment_id] if before else []
        elif before is None:
            changes.new.append({"enrolment_id": enrolment_id, **_values(decision, version, now)})
        elif _differs(before, decision, version):
            changes.renewed.append({"about": enrolment_id, **_values(decision, version, now)})
    return changes


def _values(decision: Decision, version: int, now: Any) -> dict[str, Any]:
    return {
        "result": decision.result, "rule_version": version, "evidence": decision.evidence, "decided_at": now,
        "hours_earned": decision.hours,
    }  # fmt: skip


def _differs(before: Row[Any], decision: Decision, version: int) -> bool:
    hours: Decimal | None = before.hours_earned
    held = (before.result, before.rule_version, before.evidence, hours)
    return held != (decision.result, version, decision.evidence, decision.hours)


def _spare_certified(changes: _Changes, found: Mapping[int, Row[Any]]) -> None:
    """Leave out who has a certificate on the outcome there is, and note it there, so that nobody asks again."""
    about = [one["about"] for one in changes.renewed] + changes.gone
    completed = [one for one in about if found[one].result == rules.COMPLETED]
    kept = kept_among(completed)
    if not kept:
        return
    changes.renewed = [one for one in changes.renewed if one["about"] not in kept]
    changes.gone = [one for one in changes.gone if one not in kept]
    noted = [
        {"about": one, "evidence": {**found[one].evidence, rules.KEPT: True}}
        for one in sorted(kept)
        if not found[one].evidence.get(rules.KEPT)
    ]
    if noted:
        db.session.connection().execute(_KEEP, noted)


def _write(changes: _Changes) -> None:
    connection = db.session.connection()
    if changes.new:
        connection.execute(insert(_OUTCOMES), changes.new)
    if changes.renewed:
        connection.execute(_RENEW, changes.renewed)
    for some in _parts(changes.gone):
        connection.execute(delete(_OUTCOMES).where(_OUTCOMES.c.enrolment_id.in_(some)))
    # Whoever has read an outcome before reads it afresh.
    for read in list(db.session.identity_map.values()):
        if isinstance(read, Outcome):
            db.session.expire(read)


def _outcomes_of(enrolment_ids: Collection[int]) -> dict[int, Row[Any]]:
    found: dict[int, Row[Any]] = {}
    for some in _parts(enrolment_ids):
        rows = db.session.execute(_FOUND, {"some": some})
        found |= {row.enrolment_id: row for row in rows}
    return found


def _parts(ids: Collection[int]) -> Iterable[list[int]]:
    ordered = sorted(ids)
    return (ordered[start : start + _AT_ONCE] for start in range(0, len(ordered), _AT_ONCE))
