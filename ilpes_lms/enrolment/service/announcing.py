"""News of a whole activity, written to all whom it concerns in the transaction that makes it so."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any

from ilpes_lms.catalogue import queries as catalogue
from ilpes_lms.catalogue.models import Activity, ClassSession
from ilpes_lms.catalogue.rules import Dates
from ilpes_lms.catalogue.service import Rescheduled, When
from ilpes_lms.core import clock
from ilpes_lms.enrolment import queries, rules
from ilpes_lms.enrolment.rules import Moved, News
from ilpes_lms.enrolment.service.locking import is_over
from ilpes_lms.notifications import service as notifications
from ilpes_lms.notifications.service import Wish

# Coordinators often change several things in a row: so long after the last, all of it is told together.
SETTLING = timedelta(minutes=3)
_DATES, _TIMES = "enrolment.dates_changed", "enrolment.class_session_moved"


def announce_cancellation(activity: Activity) -> None:
    """Tell everyone who has a place, waits for one or has applied that an activity is called off.

    Of what is over already nobody needs to be told.
    """
    if not is_over(activity):
        _tell(activity, "enrolment.activity_cancelled", rules.LIVE)


def announce_new_dates(activity: Activity, before: Dates, along: Sequence[Rescheduled]) -> None:
    """Tell everyone who has a place or is offered one that an activity takes place on other days than they knew."""
    if activity.status in ("published", "closed") and not is_over(activity):
        moved = {one.session.public_id: _moved(one.before, along=True) for one in along}
        _tell_news(activity, rules.HOLDING, News(before, moved))


def announce_new_times(moved: Rescheduled) -> None:
    """Tell everyone who has a place that a class session takes place at another time; of what is over, nobody."""
    session = moved.session
    if _concerns_people(session):
        was = _moved(moved.before, reason=session.reason)
        _tell_news(session.activity, ("confirmed",), News(moved={session.public_id: was}))


def announce_called_off(session: ClassSession) -> None:
    """Tell everyone who has a place that a class session does not take place."""
    if _concerns_people(session):
        kept = {"class_session": session.public_id, "reason": session.reason}
        again = f":{session.public_id}"
        _tell(session.activity, "enrolment.class_session_cancelled", ("confirmed",), again=again, **kept)


def _concerns_people(session: ClassSession) -> bool:
    return session.activity.status in ("published", "closed") and session.ends_at > clock.now()


def _tell_news(activity: Activity, states: Collection[str], news: News) -> None:
    """Tell people what changed, together with what they are still to be told of the same activity (ADR 48)."""
    told = _recalled(activity)
    for ref, person_id in queries.reached(activity.id, states):
        earlier = told[ref][1] if ref in told else News()
        told[ref] = (person_id, earlier.followed_by(news))
    sessions = {session.public_id: session for session in catalogue.class_sessions(activity.id)}
    due_at = clock.now() + SETTLING
    notifications.send_all(
        [
            replace(wish, person_id=person_id, activity_ref=activity.public_id, due_at=due_at)
            for ref, (person_id, all_of_it) in told.items()
            for wish in _letters(activity, sessions, ref, all_of_it)
        ]
    )


def _recalled(activity: Activity) -> dict[str, tuple[int | None, News]]:
    """Take back what is still to be told of an activity's times; return it, by enrolment."""
    found: dict[str, tuple[int | None, News]] = {}
    for one in notifications.recall(kinds=(_DATES, _TIMES), activity_ref=activity.public_id):
        ref = one.values["enrolment"]
        earlier = found[ref][1] if ref in found else News()
        found[ref] = (one.person_id, earlier.followed_by(_news_of(one.kind, one.values)))
    return found


def _news_of(kind: str, values: dict[str, Any]) -> News:
    if kind == _TIMES:
        starts_at, ends_at, zone = values["before"]
        return News(moved={values["class_session"]: Moved(starts_at, ends_at, zone, values["reason"])})
    return News.kept_in(values)


def _moved(before: When, *, reason: str = "", along: bool = False) -> Moved:
    return Moved(before.starts_at.isoformat(), before.ends_at.isoformat(), before.zone, reason, along)


def _letters(activity: Activity, sessions: dict[str, ClassSession], ref: str, news: News) -> list[Wish]:
    """Return the one letter that says all if the dates are others, else one for each class session."""
    moved = {key: was for key, was in news.moved.items() if key in sessions and not _is_back(sessions[key], was)}
    if news.before and news.before != activity.dates:
        kept = {
            "dates": rules.keep_dates(activity.dates), "before": rules.keep_dates(news.before),
            "moved": {key: asdict(was) for key, was in moved.items()},
        }  # fmt: skip
        return [_letter(_DATES, ref, f":{activity.version}", **kept)]
    return [_of_one(sessions[key], ref, was) for key, was in moved.items()]


def _of_one(session: ClassSession, ref: str, was: Moved) -> Wish:
    return _letter(
        _TIMES, ref, f":{session.public_id}:{session.sequence}", class_session=session.public_id,
        sequence=session.sequence, reason=was.reason, before=[was.starts_at, was.ends_at, was.zone],
    )  # fmt: skip


def _is_back(session: ClassSession, was: Moved) -> bool:
    before = (datetime.fromisoformat(was.starts_at), datetime.fromisoformat(was.ends_at), was.zone)
    return (session.starts_at, session.ends_at, session.zone) == before


def _letter(kind: str, ref: str, again: str, **values: Any) -> Wish:
    return Wish(kind=kind, key=f"{kind}:{ref}{again}", values={"enrolment": ref, **values})


def _tell(activity: Activity, kind: str, states: Collection[str], *, again: str = "", **values: Any) -> None:
    wishes = [
        replace(_letter(kind, ref, again, **values), person_id=person_id, activity_ref=activity.public_id)
        for ref, person_id in queries.reached(activity.id, states)
    ]
    notifications.send_all(wishes)
