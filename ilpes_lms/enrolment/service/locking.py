"""Every use case begins here: find the activity, lock its row, then read afresh (law 4)."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.sql.base import ExecutableOption

from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core import clock
from ilpes_lms.core.database import db
from ilpes_lms.core.errors import NotFound
from ilpes_lms.enrolment.errors import ActivityIsOver, ActivityWasCancelled
from ilpes_lms.enrolment.models import Enrolment


def locked_own(enrolment_ref: str, person_id: int) -> tuple[Activity, Enrolment]:
    """Lock the activity of a person's own enrolment and return both, read afresh."""
    own = (Enrolment.public_id == enrolment_ref, Enrolment.person_id == person_id)
    activity_id = db.session.scalar(select(Enrolment.activity_id).where(*own))
    if activity_id is None:
        raise NotFound
    activity = catalogue.lock(activity_id)
    return activity, fresh(*own)[0]


def fresh(*conditions: ColumnElement[bool], options: Sequence[ExecutableOption] = ()) -> list[Enrolment]:
    """Return enrolments as they are under the lock, whatever was read before it."""
    statement = select(Enrolment).where(*conditions).options(*options).order_by(Enrolment.id)
    return list(db.session.scalars(statement.execution_options(populate_existing=True)))


def check_not_over(activity: Activity, now: datetime | None = None) -> None:
    """Refuse what makes no sense once the activity is called off, or its last day is past where it takes place."""
    check_not_cancelled(activity)
    if is_over(activity, now):
        raise ActivityIsOver


def check_not_cancelled(activity: Activity) -> None:
    """Refuse what makes no sense once the activity is called off."""
    if activity.status == "cancelled":
        raise ActivityWasCancelled


def is_over(activity: Activity, now: datetime | None = None) -> bool:
    """Tell whether the last day is past where the activity takes place."""
    return (now or clock.now()) >= clock.end_of_day(activity.ends_on, activity.zone)
