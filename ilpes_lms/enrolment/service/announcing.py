"""News of a whole activity, written to all whom it concerns in the transaction that makes it so."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Literal

from ilpes_lms.catalogue import queries as catalogue
from ilpes_lms.catalogue.models import Activity, ClassSession
from ilpes_lms.catalogue.rules import Dates
from ilpes_lms.catalogue.service import Rescheduled, When, when_of
from ilpes_lms.core import clock
from ilpes_lms.core.ids import digest
from ilpes_lms.enrolment import queries, rules
from ilpes_lms.enrolment.rules import Moved, News
from ilpes_lms.enrolment.service.locking import is_over
from ilpes_lms.notifications import service as notifications
from ilpes_lms.notifications.service import Wish

# Coordinators often change several things in a row: so long after the last, all of it is told together.
SETTLING = timedelta(minutes=3)
_DATES, _TIMES = "enrolment.dates_changed", "enrolment.class_session_moved"
_OFF, _SEVERAL = "enrolment.class_session_cancelled", "enrolment.class_sessions_changed"
_CANCELLED, _TAUGHT_OFF = "enrolment.activity_cancelled", "enrolment.taught_cancelled"
_TAUGHT = "enrolment.taught_dates_changed"
# Who reads a letter: by which place in an activity, or as which of those who teach it.
Reader = tuple[Literal["enrolment", "instructor"], str]


def announce_cancellation(activity: Activity) -> None:
    """Tell everyone who has a place, waits for one, has applied or teaches that an activity is called off.

    Of what is over already nobody needs to be told.
    """
    if is_over(activity):
        return
    ref = activity.public_id
    letters = [
        *((_letter(_CANCELLED, ("enrolment", own)), who) for own, who in queries.reached(activity.id, rules.LIVE)),
        *(
            (_letter(_TAUGHT_OFF, ("instructor", who_ref), f":{ref}", activity=ref), who)
            for who_ref, who in queries.teaching(activity.id)
        ),
    ]
    notifications.send_all([replace(wish, person_id=who, activity_ref=ref) for wish, who in letters])


def announce_new_dates(activity: Activity, before: Dates, along: Sequence[Rescheduled]) -> None:
    """Tell who has a place, is offered one or teaches that an activity takes place on other days than they knew."""
    if activity.status in ("published", "closed") and not is_over(activity):
        moved = {one.session.public_id: _was(one.before, along=True) for one in along}
        _tell_news(activity, rules.HOLDING, News(before, moved))


def announce_new_times(moved: Rescheduled) -> None:
    """Tell who has a place or teaches that a class session takes place at another time; of what is over, nobody."""
    session = moved.session
    if _concerns_people(session):
        was = _was(moved.before, reason=session.reason)
        _tell_news(session.activity, ("confirmed",), News(moved={session.public_id: was}))


def announce_called_off(session: ClassSession) -> None:
    """Tell who has a place or teaches that a class session does not take place."""
    if _concerns_people(session):
        was = _was(when_of(session), reason=session.reason)
        _tell_news(session.activity, ("confirmed",), News(called_off={session.public_id: was}))


def _concerns_people(session: ClassSession) -> bool:
    return session.activity.status in ("published", "closed") and session.ends_at > clock.now()


def _tell_news(activity: Activity, states: Collection[str], news: News) -> None:
    """Tell people what changed, together with what they are still to be told of the same activity (ADR 48)."""
    sessions = {session.public_id: session for session in catalogue.class_sessions(activity.id)}
    told = _recalled(activity, sessions)
    for reader, person_id in _readers(activity, states):
        earlier = told[reader][1] if reader in told else News()
        told[reader] = (person_id, earlier.followed_by(news))
    due_at = clock.now() + SETTLING
    notifications.send_all(
        [
            replace(wish, person_id=person_id, activity_ref=activity.public_id, due_at=due_at)
            for reader, (person_id, all_of_it) in told.items()
            for wish in _letters(activity, sessions, reader, _left_of(all_of_it, activity, sessions))
        ]
    )


def _readers(activity: Activity, states: Collection[str]) -> list[tuple[Reader, int]]:
    taking_part: list[tuple[Reader, int]] = [
        (("enrolment", ref), person_id) for ref, person_id in queries.reached(activity.id, states)
    ]
    return [*taking_part, *((("instructor", ref), person_id) for ref, person_id in queries.teaching(activity.id))]


def _recalled(activity: Activity, sessions: dict[str, ClassSession]) -> dict[Reader, tuple[int | None, News]]:
    """Take back what is still to be told of an activity's times; return it, by reader."""
    found: dict[Reader, tuple[int | None, News]] = {}
    kinds = (_DATES, _TIMES, _OFF, _SEVERAL, _TAUGHT)
    for one in notifications.recall(kinds=kinds, activity_ref=activity.public_id):
        reader = _reader_of(one.values)
        earlier = found[reader][1] if reader in found else News()
        found[reader] = (one.person_id, earlier.followed_by(_news_of(one.kind, one.values, sessions)))
    return found


def _reader_of(values: dict[str, Any]) -> Reader:
    return ("enrolment", values["enrolment"]) if "enrolment" in values else ("instructor", values["instructor"])


def _news_of(kind: str, values: dict[str, Any], sessions: dict[str, ClassSession]) -> News:
    if kind not in (_TIMES, _OFF):
        return News.kept_in(values)
    ref = values["class_session"]
    if kind == _TIMES:
        return News(moved={ref: _kept(values)})
    # The previous release kept only which one is called off; it stands as it was.
    was = _kept(values) if "before" in values else _was(when_of(sessions[ref]), reason=values["reason"])
    return News(called_off={ref: was})


def _kept(values: dict[str, Any]) -> Moved:
    starts_at, ends_at, zone = values["before"]
    return Moved(starts_at, ends_at, zone, values["reason"])


def _was(before: When, *, reason: str = "", along: bool = False) -> Moved:
    return Moved(before.starts_at.isoformat(), before.ends_at.isoformat(), before.zone, reason, along)


def _left_of(news: News, activity: Activity, sessions: dict[str, ClassSession]) -> News:
    """Return what of the news is so now: without what is as it was, and what was taken out."""
    before = news.before if news.before != activity.dates else None
    moved = {ref: was for ref, was in news.moved.items() if ref in sessions and not _is_back(sessions[ref], was)}
    return News(before, moved, {ref: was for ref, was in news.called_off.items() if ref in sessions})


def _is_back(session: ClassSession, was: Moved) -> bool:
    before = (datetime.fromisoformat(was.starts_at), datetime.fromisoformat(was.ends_at), was.zone)
    return (session.starts_at, session.ends_at, session.zone) == before


def _letters(activity: Activity, sessions: dict[str, ClassSession], reader: Reader, left: News) -> list[Wish]:
    """Return the one letter that says all that is left to say to a reader, or none."""
    number = len(left.class_sessions)
    if not number and not left.before:
        return []
    if reader[0] == "instructor":
        return [_of_all(_TAUGHT, activity, sessions, reader, left)]
    if left.before:
        return [_of_all(_DATES, activity, sessions, reader, left)]
    if number > 1:
        return [_of_all(_SEVERAL, activity, sessions, reader, left)]
    return [
        *(_of_moved(sessions[ref], reader, was) for ref, was in left.moved.items()),
        *(_of_called_off(sessions[ref], reader, was) for ref, was in left.called_off.items()),
    ]


def _of_all(kind: str, activity: Activity, sessions: dict[str, ClassSession], reader: Reader, left: News) -> Wish:
    sequences = {ref: sessions[ref].sequence for ref in left.class_sessions}
    dates = rules.keep_dates(activity.dates)
    state = digest(str([dates, sorted(sequences.items())]))
    about = {"activity": activity.public_id, "dates": dates, "sequences": sequences}
    return _letter(kind, reader, f":{state}", **left.kept(), **about)


def _of_moved(session: ClassSession, reader: Reader, was: Moved) -> Wish:
    again = f":{session.public_id}:{session.sequence}"
    return _letter(_TIMES, reader, again, sequence=session.sequence, **_of_one(session, was))


def _of_called_off(session: ClassSession, reader: Reader, was: Moved) -> Wish:
    return _letter(_OFF, reader, f":{session.public_id}", **_of_one(session, was))


def _of_one(session: ClassSession, was: Moved) -> dict[str, Any]:
    before = [was.starts_at, was.ends_at, was.zone]
    return {"class_session": session.public_id, "reason": was.reason, "before": before}


def _letter(kind: str, reader: Reader, again: str = "", **values: Any) -> Wish:
    whose, ref = reader
    return Wish(kind=kind, key=f"{kind}:{ref}{again}", values={whose: ref, **values})
