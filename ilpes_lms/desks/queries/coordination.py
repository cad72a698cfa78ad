"""What stands on a coordinator's page."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import case, exists, func, or_, select

from ilpes_lms.attendance.models import Outcome
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.catalogue.queries import managed_by
from ilpes_lms.certificates.models import Certificate
from ilpes_lms.core import clock
from ilpes_lms.core.database import db
from ilpes_lms.desks.queries.teaching import class_sessions_without_marks
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.notifications import queries as notifications

MOST_ACTIVITIES = 50
_IN_CHARGE = ("published", "closed")
_LOOKED_BACK = timedelta(days=365)


@dataclass(slots=True)
class Needs:
    """What of one activity waits for its coordinator."""

    activity: Activity
    to_review: int = 0
    offered: int = 0
    first_lapses_at: datetime | None = None
    sessions_without_marks: int = 0
    without_certificate: int = 0
    to_close: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One current activity; `women` is counted among its participants as they were at confirmation."""

    activity: Activity
    women: int = 0
    participants: int = 0

    @property
    def share_of_women(self) -> int | None:
        return round(100 * self.women / self.participants) if self.participants else None


@dataclass(frozen=True, slots=True)
class CoordinationDesk:
    """A coordinator's page: what needs them, then the current activities, the next to begin first."""

    needs: list[Needs] = field(default_factory=list)
    failed_messages: int = 0
    bounced_messages: int = 0
    lines: list[Line] = field(default_factory=list)
    more: bool = False

    @property
    def is_quiet(self) -> bool:
        return not (self.needs or self.failed_messages or self.bounced_messages)


def coordination_desk(divisions: frozenset[str], now: datetime, today: date) -> CoordinationDesk:
    """Return all that stands on a coordinator's page; no divisions means all of them."""
    current = _current(divisions, today)
    shown = current[:MOST_ACTIVITIES]
    undelivered = notifications.undelivered(divisions)
    return CoordinationDesk(
        needs=_needs(divisions, now, today),
        failed_messages=undelivered.get("failed", 0),
        bounced_messages=undelivered.get("bounced", 0),
        lines=_lines(shown),
        more=len(current) > len(shown),
    )


def _current(divisions: frozenset[str], today: date) -> list[Activity]:
    statement = (
        select(Activity)
        .where(managed_by(divisions), Activity.status.in_(("draft", *_IN_CHARGE)), Activity.ends_on >= today)
        .order_by(Activity.starts_on, Activity.id)
        .limit(MOST_ACTIVITIES + 1)
    )
    return list(db.session.scalars(statement))


def _lines(activities: Sequence[Activity]) -> list[Line]:
    if not activities:
        return []
    women = func.sum(case((Enrolment.sex == "female", 1), else_=0))
    statement = (
        select(Enrolment.activity_id, women, func.count())
        .where(Enrolment.activity_id.in_([a.id for a in activities]), Enrolment.state == "confirmed")
        .group_by(Enrolment.activity_id)
    )
    counts = {row[0]: (row[1], row[2]) for row in db.session.execute(statement)}
    return [Line(activity, *counts.get(activity.id, (0, 0))) for activity in activities]


def _needs(divisions: frozenset[str], now: datetime, today: date) -> list[Needs]:
    """Return the activities where something waits, the one that begins first first."""
    charge = {a.id: a for a in _in_charge(divisions, today)}
    found: dict[int, Needs] = {}

    def of(activity_id: int) -> Needs:
        return found.setdefault(activity_id, Needs(charge[activity_id]))

    for activity_id, state, number, first in _undecided(charge):
        if state == "applied":
            of(activity_id).to_review = number
        else:
            of(activity_id).offered, of(activity_id).first_lapses_at = number, first
    for each in class_sessions_without_marks(charge, now):
        of(each.activity.id).sessions_without_marks += 1
    for activity_id, number in _without_certificate(charge, today).items():
        of(activity_id).without_certificate = number
    for activity in charge.values():
        if activity.status == "published" and activity.ends_on < clock.today(activity.zone):
            of(activity.id).to_close = True
    return sorted(found.values(), key=lambda need: (need.activity.starts_on, need.activity.public_id))


def _in_charge(divisions: frozenset[str], today: date) -> list[Activity]:
    # What was closed long ago is left to archives; what was never closed stays until somebody closes it.
    recent = or_(Activity.status == "published", Activity.ends_on >= today - _LOOKED_BACK)
    statement = select(Activity).where(
        managed_by(divisions), Activity.status.in_(_IN_CHARGE), Activity.record == "people", recent
    )
    return list(db.session.scalars(statement))


def _undecided(activity_ids: Iterable[int]) -> list[tuple[int, str, int, datetime | None]]:
    statement = (
        select(Enrolment.activity_id, Enrolment.state, func.count(), func.min(Enrolment.offer_expires_at))
        .where(Enrolment.activity_id.in_(list(activity_ids)), Enrolment.state.in_(("applied", "offered")))
        .group_by(Enrolment.activity_id, Enrolment.state)
    )
    return [(row[0], row[1], row[2], row[3]) for row in db.session.execute(statement)]


def _without_certificate(charge: dict[int, Activity], today: date) -> dict[int, int]:
    """Count those who completed an activity that is over and have no certificate, not even a revoked one."""
    over = [number for number, activity in charge.items() if activity.ends_on < today]
    has_one = exists().where(Certificate.enrolment_id == Enrolment.id)
    statement = (
        select(Enrolment.activity_id, func.count())
        .join(Outcome, Outcome.enrolment_id == Enrolment.id)
        .where(Enrolment.activity_id.in_(over), Enrolment.state == "confirmed", Outcome.result == "completed", ~has_one)
        .group_by(Enrolment.activity_id)
    )
    found: dict[int, int] = defaultdict(int)
    found.update({row[0]: row[1] for row in db.session.execute(statement)})
    return found
