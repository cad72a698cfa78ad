"""Activities as reminders see them: when they begin and end, their class sessions, the rules that hold for them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property

from sqlalchemy import or_, select

from ilpes_lms.catalogue.models import Activity, ClassSession
from ilpes_lms.catalogue.queries import managed_by
from ilpes_lms.certificates.models import Certificate
from ilpes_lms.core.database import db
from ilpes_lms.reminders import rules
from ilpes_lms.reminders.errors import UnknownRule
from ilpes_lms.reminders.queries.terms import ALL, Terms, paused_until, terms_of, terms_of_kind
from ilpes_lms.reminders.rules import Rule

_STATUSES = ("published", "closed", "archived")
# The longest lead, the week after it, and a few days for zones.
_LOOKED_BACK = timedelta(days=rules.MOST_DAYS + 14)
_DAY_LETTERS = 10


@dataclass(frozen=True)
class Underway:
    """An activity with its class sessions that are to take place or took place lately, in order, and its rules."""

    activity: Activity
    sessions: tuple[ClassSession, ...]
    terms: Terms
    paused_until: datetime | None = None

    @property
    def rules(self) -> dict[str, Rule]:
        """Return the rules by their codes, those switched off among them."""
        return self.terms.rules

    @property
    def holding(self) -> list[Rule]:
        """Return the rules that are on and may hold for an activity of this status."""
        status = self.activity.status
        return [r for r in self.rules.values() if r.enabled and status in rules.ANCHORS[r.anchor].statuses]

    def as_if_on(self, code: str) -> "Underway":
        """Return the activity as it would be with a rule switched on; raises UnknownRule."""
        if code not in self.rules:
            raise UnknownRule(field="as_if_on")
        switched = self.rules | {code: replace(self.rules[code], enabled=True)}
        return replace(self, terms=replace(self.terms, rules=switched))

    def as_if_its_kinds_on(self, code: str) -> "Underway":
        """Return the activity as it would be with its kind's rule on, which changes nothing where it decides itself."""
        decides_itself = code in self.terms.own | self.terms.switched
        return self if decides_itself else self.as_if_on(code)

    @cached_property
    def days(self) -> dict[str, list[ClassSession]]:
        """Return the class sessions by the day they take place there."""
        found: dict[str, list[ClassSession]] = {}
        for session in self.sessions:
            found.setdefault(day_of(session), []).append(session)
        return found

    @cached_property
    def begin(self) -> datetime | None:
        """Return when the activity begins, None when only its month is known."""
        if self.activity.start_precision != "day":
            return None
        first = self.days.get(self.activity.starts_on.isoformat(), [None])[0]
        return rules.begins(self.activity.starts_on, self.activity.zone, first.starts_at if first else None)

    @cached_property
    def end(self) -> datetime | None:
        """Return when the activity ends, None when only its month is known."""
        if self.activity.end_precision != "day":
            return None
        last = max((session.ends_at for session in self.sessions), default=None)
        return rules.ends(self.activity.ends_on, self.activity.zone, last)


def day_of(session: ClassSession) -> str:
    """Return the day of a class session where it takes place."""
    return session.wall_start[:_DAY_LETTERS]


def underway(now: datetime, *, divisions: frozenset[str] = frozenset()) -> list[Underway]:
    """Return the activities about which any reminder may be owed from now on; no divisions means of all."""
    since = now - _LOOKED_BACK
    certified = select(Certificate.activity_ref).where(
        Certificate.state == "issued", Certificate.issued_at > since, Certificate.fetched_at.is_(None)
    )
    statement = (
        select(Activity)
        .where(Activity.status.in_(_STATUSES), Activity.record == "people", managed_by(divisions))
        .where(or_(Activity.ends_on >= since.date(), Activity.public_id.in_(certified)))
        .execution_options(populate_existing=True)
    )
    return _with_sessions(db.session.scalars(statement).all(), since, now)


def of_kind(found: Sequence[Underway], kind: str) -> list[Underway]:
    """Return the activities of a kind."""
    return [one for one in found if one.activity.kind == kind]


def as_if_on(found: Sequence[Underway], kind: str, code: str) -> list[Underway]:
    """Return the activities of a kind as they would be with a rule of that kind switched on; raises UnknownRule."""
    if code not in terms_of_kind(kind).rules:
        raise UnknownRule(field="as_if_on")
    return [one.as_if_its_kinds_on(code) for one in of_kind(found, kind)]


def of_activity(activity: Activity, now: datetime) -> Underway:
    """Return one activity as reminders see it."""
    return _with_sessions([activity], now - _LOOKED_BACK, now)[0]


def _with_sessions(activities: Sequence[Activity], since: datetime, now: datetime) -> list[Underway]:
    if not activities:
        return []
    sessions: dict[int, list[ClassSession]] = defaultdict(list)
    for session in _scheduled([activity.id for activity in activities], since):
        sessions[session.activity_id].append(session)
    terms, pauses = terms_of(activities), paused_until([ALL, *(a.public_id for a in activities)], now)

    def paused(reference: str) -> datetime | None:
        return max((pauses[scope] for scope in (ALL, reference) if scope in pauses), default=None)

    return [Underway(a, tuple(sessions[a.id]), terms[a.id], paused(a.public_id)) for a in activities]


def _scheduled(ids: list[int], since: datetime) -> Sequence[ClassSession]:
    return db.session.scalars(
        select(ClassSession)
        .where(
            ClassSession.activity_id.in_(ids), ClassSession.status == "scheduled", ClassSession.starts_at > since
        )
        .order_by(ClassSession.starts_at, ClassSession.number)
        .execution_options(populate_existing=True)
    ).all()  # fmt: skip
