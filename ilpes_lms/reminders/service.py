"""Write down what is owed; set rules for an activity or a kind of them; pause."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete

from ilpes_lms.audit import service as audit
from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core import actor, clock
from ilpes_lms.core.database import Model, db, inserting, transaction
from ilpes_lms.core.ids import public_id
from ilpes_lms.notifications import service as notifications
from ilpes_lms.notifications.service import Wish
from ilpes_lms.reminders import queries, rules
from ilpes_lms.reminders.errors import NotForOneDivision, PauseNotPlausible, RuleChanged, UnknownRule
from ilpes_lms.reminders.models import ReminderPause, ReminderRule, ReminderSwitch
from ilpes_lms.reminders.queries.terms import ALL

# Few enough that nobody who writes at the same time waits long.
_AT_ONCE = 500
_LONGEST_PAUSE = timedelta(days=366)


def collect_due(now: datetime | None = None) -> int:
    """Put every reminder that is owed into the outbox, once each; return how many were new.

    Two sweeps at once, a sweep that comes late and one that stopped half way do no harm: a reminder's key is its
    rule, the recipient and the thing it is about.
    """
    # All of them before the first is written: each unit of work forgets what was read, and would read it again by ones.
    wishes = _wishes(queries.owed(now or clock.now()))
    return sum(notifications.send_all(wishes[i : i + _AT_ONCE]) for i in range(0, len(wishes), _AT_ONCE))


@transaction
def switch(
    *, activity_ref: str, rule: str, enabled: bool, divisions: frozenset[str] = frozenset(), seen: int | None = None
) -> rules.Rule:
    """Let a rule hold, or not, for one activity; what is queued already asks again before it is sent.

    Raises RuleChanged where it is not the version that was `seen`.
    """
    activity = catalogue.lock_managed(activity_ref, divisions)
    found = _rule_of(activity, rule, seen)
    row = {"activity_id": activity.id, "rule": rule, "enabled": enabled, "set_at": clock.now()}
    _keep(ReminderSwitch, row, "activity_id", "rule")
    audit.record("reminders.switch", "activity", activity.public_id, rule=rule, enabled=enabled)
    return replace(found, enabled=enabled)


@transaction
def set_rule(
    *,
    activity_ref: str,
    terms: rules.Rule,
    divisions: frozenset[str] = frozenset(),
    code: str | None = None,
    seen: int | None = None,
) -> rules.Rule:
    """Set the terms of a rule for one activity: a known one by its code, or a new one; return it.

    Raises RuleChanged where the known one is not the version that was `seen`.
    """
    activity = catalogue.lock_managed(activity_ref, divisions)
    known = _rule_of(activity, code, seen) if code else None
    rule = _checked(terms, known)
    _keep(ReminderRule, {"activity_id": activity.id, **_columns(rule)}, "activity_id", "code")
    _drop(ReminderSwitch, ReminderSwitch.activity_id == activity.id, ReminderSwitch.rule == rule.code)
    audit.record("reminders.set_rule", "activity", activity.public_id, rule=rule.code)
    return rule


@transaction
def reset_rule(
    *, activity_ref: str, code: str, divisions: frozenset[str] = frozenset(), seen: int | None = None
) -> None:
    """Let a rule hold as for the activity's kind again; one that the kind does not know is gone.

    Raises RuleChanged where it is not the version that was `seen`.
    """
    activity = catalogue.lock_managed(activity_ref, divisions)
    _rule_of(activity, code, seen)
    _drop(ReminderRule, ReminderRule.activity_id == activity.id, ReminderRule.code == code)
    _drop(ReminderSwitch, ReminderSwitch.activity_id == activity.id, ReminderSwitch.rule == code)
    audit.record("reminders.reset_rule", "activity", activity.public_id, rule=code)


@transaction
def set_default(
    *,
    kind: str,
    terms: rules.Rule,
    divisions: frozenset[str] = frozenset(),
    code: str | None = None,
    seen: int | None = None,
) -> rules.Rule:
    """Set the terms of a rule for a kind of activity: a known one by its code, or a new one; return it.

    Activities that have terms of their own for it keep them. Raises NotForOneDivision, and RuleChanged where the known
    one is not the version that was `seen`.
    """
    known = _default(kind, code, divisions, seen) if code else None
    _for_all(kind, divisions)
    rule = _checked(terms, known)
    _keep(ReminderRule, {"kind": kind, **_columns(rule)}, "kind", "code")
    audit.record("reminders.set_default", "kind", kind, rule=rule.code)
    return rule


@transaction
def reset_default(*, kind: str, code: str, divisions: frozenset[str] = frozenset(), seen: int | None = None) -> None:
    """Let a kind's rule be as it came with the system; one that somebody added is gone.

    Raises NotForOneDivision, and RuleChanged where it is not the version that was `seen`.
    """
    _default(kind, code, divisions, seen)
    _drop(ReminderRule, ReminderRule.kind == kind, ReminderRule.code == code)
    audit.record("reminders.reset_default", "kind", kind, rule=code)


@transaction
def pause(*, until: datetime, activity_ref: str | None = None, divisions: frozenset[str] = frozenset()) -> None:
    """Send no reminder of an activity (None: of any) until a moment; then those that are still of use.

    What is in the outbox already asks again when its turn comes, and waits.
    Raises PauseNotPlausible, and NotForOneDivision for all of them.
    """
    now = clock.now()
    if not now < until <= now + _LONGEST_PAUSE:
        raise PauseNotPlausible(field="until")
    scope = _scope(activity_ref, divisions)
    _keep(ReminderPause, {"scope": scope, "until": until, "set_by": actor.current(), "set_at": now}, "scope")
    # Put back until the end of an earlier pause, they learn of this one.
    _ask_again(activity_ref)
    audit.record("reminders.pause", "reminders", scope, until=until.isoformat())


@transaction
def resume(*, activity_ref: str | None = None, divisions: frozenset[str] = frozenset()) -> None:
    """End a pause; it is no mistake if there is none."""
    scope = _scope(activity_ref, divisions)
    _drop(ReminderPause, ReminderPause.scope == scope)
    _ask_again(activity_ref)
    audit.record("reminders.resume", "reminders", scope)


def _ask_again(activity_ref: str | None) -> None:
    notifications.ask_again(note=queries.PAUSED, kinds=queries.KINDS, activity_ref=activity_ref)


def _wishes(owed: Sequence[queries.Planned]) -> list[Wish]:
    return [
        Wish(
            kind=queries.kind_of(one.rule), key=one.key, person_id=one.person_id, address=one.address,
            activity_ref=one.underway.activity.public_id,
            values={
                "rule": one.rule.code, "subject": one.subject, "day": one.name,
                "activity": one.underway.activity.public_id, "enrolment": one.subject,
            },
        )
        for one in owed
    ]  # fmt: skip


def _rule_of(activity: Activity, code: str, seen: int | None) -> rules.Rule:
    return _as_seen(queries.terms_of([activity])[activity.id].rules.get(code), seen)


def _default(kind: str, code: str, divisions: frozenset[str], seen: int | None) -> rules.Rule:
    _for_all(kind, divisions)
    return _as_seen(queries.terms_of_kind(kind).rules.get(code), seen)


def _as_seen(found: rules.Rule | None, seen: int | None) -> rules.Rule:
    if found is None:
        raise UnknownRule(field="rule")
    if seen is not None and seen != found.version:
        raise RuleChanged
    return found


def _for_all(kind: str, divisions: frozenset[str]) -> None:
    if kind not in rules.KINDS:
        raise UnknownRule
    if divisions:
        raise NotForOneDivision


def _checked(terms: rules.Rule, known: rules.Rule | None) -> rules.Rule:
    """Return the terms under the code of the known rule, which stays about the same thing, or under a new one."""
    rule = replace(terms, code=public_id())
    if known:
        rule = replace(terms, code=known.code, anchor=known.anchor, side=known.side)
    rules.check(rule)
    return rule


def _columns(rule: rules.Rule) -> dict[str, Any]:
    return {
        "code": rule.code, "anchor": rule.anchor, "side": rule.side, "amount": rule.amount, "unit": rule.unit,
        "hour": rule.hour, "clock": rule.clock, "quiet_start": rule.quiet.start, "quiet_end": rule.quiet.end,
        "recipients": list(rule.recipients), "enabled": rule.enabled, "set_at": clock.now(),
    }  # fmt: skip


def _scope(activity_ref: str | None, divisions: frozenset[str]) -> str:
    if activity_ref is not None:
        return catalogue.lock_managed(activity_ref, divisions).public_id
    if divisions:
        raise NotForOneDivision
    return ALL


def _keep(model: type[Model], row: dict[str, Any], *key: str) -> None:
    """Write a row, or its values into the one of the same key: two who set the same at once make one row."""
    statement = inserting(model).values(row)
    changed = {name: value for name, value in row.items() if name not in key}
    db.session.execute(statement.on_conflict_do_update(index_elements=list(key), set_=changed))


def _drop(model: type[Model], *conditions: Any) -> None:
    db.session.execute(delete(model).where(*conditions), execution_options={"synchronize_session": False})
