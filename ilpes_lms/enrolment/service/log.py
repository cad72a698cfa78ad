"""The log of places: why free ones were passed on, or were not, on every occasion."""

from typing import Any

from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core import actor, clock
from ilpes_lms.core.database import db
from ilpes_lms.enrolment import queries
from ilpes_lms.enrolment.models import PlaceDecision
from ilpes_lms.enrolment.rules import Places

# Those who come first matter most to whoever asks why; the counts are of all.
_MOST_NAMED = 50


def write(
    activity: Activity, places: Places, *, occasion: str, outcome: str, promoted: int = 0, details: dict[str, Any]
) -> None:
    """Write one entry; `places` is how they stood before."""
    db.session.add(
        PlaceDecision(
            activity_id=activity.id, at=clock.now(), actor=actor.current(), occasion=occasion, outcome=outcome,
            free=places.left, waiting=places.waiting, promoted=promoted, details=details,
        )
    )  # fmt: skip


def write_news(activity: Activity, places: Places, *, occasion: str, outcome: str, details: dict[str, Any]) -> None:
    """Write an entry about nothing done, unless the last one says the same: sweeps come by every minute."""
    if queries.last_outcome(activity.id) != outcome:
        write(activity, places, occasion=occasion, outcome=outcome, details=details)


def named(reasons: dict[str, str]) -> dict[str, Any]:
    """Return who was passed over and why, by public id, and how many for each reason."""
    counts: dict[str, int] = {}
    for why in reasons.values():
        counts[why] = counts.get(why, 0) + 1
    people = [{"id": ref, "why": why} for ref, why in list(reasons.items())[:_MOST_NAMED]]
    return {"passed_over": people, "counts": counts} if people else {}
