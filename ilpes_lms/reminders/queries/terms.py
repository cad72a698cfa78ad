"""Which rules hold, and what is paused: what somebody set before what is set for the kind, before the defaults."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import or_, select

from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core.database import db
from ilpes_lms.reminders import rules
from ilpes_lms.reminders.models import ReminderPause, ReminderRule, ReminderSwitch

ALL = "all"


@dataclass(frozen=True, slots=True)
class Terms:
    """Rules by their codes, those switched off among them; `own` are the codes of those that somebody set here.

    `known` are the codes that stand behind them: what remains when their own terms are dropped; `switched` those of
    rules that somebody switched on or off here.
    """

    rules: dict[str, rules.Rule]
    own: frozenset[str]
    known: frozenset[str]
    switched: frozenset[str] = frozenset()


def terms_of_kind(kind: str) -> Terms:
    """Return the rules that hold for a kind of activity where an activity has none of its own."""
    statement = select(ReminderRule).where(ReminderRule.kind == kind).order_by(ReminderRule.id)
    rows = db.session.scalars(statement.execution_options(populate_existing=True))
    own = {row.code: row.terms for row in rows}
    return Terms(rules.DEFAULTS[kind] | own, frozenset(own), frozenset(rules.DEFAULTS[kind]))


def terms_of(activities: Sequence[Activity]) -> dict[int, Terms]:
    """Return the rules of each of some activities, by its number."""
    ids = [activity.id for activity in activities]
    by_kind: dict[str, dict[str, rules.Rule]] = {kind: dict(found) for kind, found in rules.DEFAULTS.items()}
    own: dict[int, dict[str, rules.Rule]] = defaultdict(dict)
    for row in _set_by_people(ids):
        (own[row.activity_id] if row.activity_id else by_kind[row.kind or ""])[row.code] = row.terms
    switches = _switches(ids)
    return {
        a.id: Terms(
            _switched(by_kind[a.kind] | own[a.id], switches.get(a.id, {})),
            frozenset(own[a.id]),
            frozenset(by_kind[a.kind]),
            frozenset(switches.get(a.id, {})),
        )
        for a in activities
    }


def paused_until(scopes: Sequence[str], now: datetime) -> dict[str, datetime]:
    """Return of some scopes, `all` or activities by public id, those that are paused now, and until when."""
    statement = select(ReminderPause.scope, ReminderPause.until)
    asked = statement.where(ReminderPause.scope.in_(scopes), ReminderPause.until > now)
    return {row[0]: row[1] for row in db.session.execute(asked)}


def paused_everywhere(now: datetime) -> datetime | None:
    """Return until when all reminders are paused, None if they are not."""
    return paused_until([ALL], now).get(ALL)


def _set_by_people(ids: list[int]) -> Sequence[ReminderRule]:
    statement = select(ReminderRule).where(or_(ReminderRule.activity_id.in_(ids), ReminderRule.activity_id.is_(None)))
    return db.session.scalars(statement.order_by(ReminderRule.id).execution_options(populate_existing=True)).all()


def _switches(ids: list[int]) -> dict[int, dict[str, bool]]:
    found: dict[int, dict[str, bool]] = defaultdict(dict)
    statement = select(ReminderSwitch.activity_id, ReminderSwitch.rule, ReminderSwitch.enabled)
    for activity_id, code, enabled in db.session.execute(statement.where(ReminderSwitch.activity_id.in_(ids))):
        found[activity_id][code] = enabled
    return found


def _switched(found: dict[str, rules.Rule], switches: dict[str, bool]) -> dict[str, rules.Rule]:
    return {code: replace(rule, enabled=switches.get(code, rule.enabled)) for code, rule in found.items()}
