"""News of a whole activity, written to all whom it concerns in the transaction that makes it so."""

from collections.abc import Collection
from typing import Any

from ilpes_lms.catalogue.models import Activity, ClassSession
from ilpes_lms.catalogue.rules import Dates
from ilpes_lms.catalogue.service import When
from ilpes_lms.core import clock
from ilpes_lms.enrolment import queries, rules
from ilpes_lms.enrolment.service.locking import is_over
from ilpes_lms.notifications import service as notifications
from ilpes_lms.notifications.service import Wish


def announce_cancellation(activity: Activity) -> None:
    """Tell everyone who has a place, waits for one or has applied that an activity is called off.

    Of what is over already nobody needs to be told.
    """
    if not is_over(activity):
        _tell(activity, "enrolment.activity_cancelled", rules.LIVE)


def announce_new_dates(activity: Activity, before: Dates) -> None:
    """Tell everyone who has a place or is offered one that an activity takes place on other days than they knew."""
    if activity.status in ("published", "closed") and not is_over(activity):
        now_and_then = {"dates": _plain(activity.dates), "before": _plain(before)}
        _tell(activity, "enrolment.dates_changed", rules.HOLDING, again=f":{activity.version}", **now_and_then)


def announce_new_times(session: ClassSession, before: When) -> None:
    """Tell everyone who has a place that a class session takes place at another time; of what is over, nobody."""
    if _concerns_people(session):
        kept = {"class_session": session.public_id, "sequence": session.sequence, "reason": session.reason}
        was = [before.starts_at.isoformat(), before.ends_at.isoformat(), before.zone]
        again = f":{session.public_id}:{session.sequence}"
        _tell(session.activity, "enrolment.class_session_moved", ("confirmed",), again=again, before=was, **kept)


def announce_called_off(session: ClassSession) -> None:
    """Tell everyone who has a place that a class session does not take place."""
    if _concerns_people(session):
        kept = {"class_session": session.public_id, "reason": session.reason}
        again = f":{session.public_id}"
        _tell(session.activity, "enrolment.class_session_cancelled", ("confirmed",), again=again, **kept)


def _concerns_people(session: ClassSession) -> bool:
    return session.activity.status in ("published", "closed") and session.ends_at > clock.now()


def _tell(activity: Activity, kind: str, states: Collection[str], *, again: str = "", **values: Any) -> None:
    wishes = [
        Wish(
            kind=kind, key=f"{kind}:{ref}{again}", values={"enrolment": ref, **values}, person_id=person_id,
            activity_ref=activity.public_id,
        )
        for ref, person_id in queries.reached(activity.id, states)
    ]  # fmt: skip
    notifications.send_all(wishes)


def _plain(dates: Dates) -> list[str]:
    return [dates.starts_on.isoformat(), dates.ends_on.isoformat(), dates.start_precision, dates.end_precision]
