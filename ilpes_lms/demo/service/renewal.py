"""What keeps a programme living that was loaded on an earlier day: nothing is taken away, what is due comes beside it.

A new day gets a webinar of its own, so that there is always a class session to mark; once one of the four catalogues
has nothing to come any more, a fresh programme follows. What people typed in meanwhile stays as it is.
"""

from collections.abc import Iterable, Mapping
from random import Random
from typing import Any

from sqlalchemy import select

from ilpes_lms.catalogue import rules
from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core import clock
from ilpes_lms.core.database import db
from ilpes_lms.demo.service.files import read
from ilpes_lms.demo.service.marks import mark_people
from ilpes_lms.demo.service.offer import CONTACT, NOTED, ZONE, key_of
from ilpes_lms.demo.service.population import Population

Plan = Mapping[str, Any]


def living() -> list[Activity]:
    """Return the programme's activities that were loaded so far; copies that people made of them are theirs."""
    found = db.session.scalars(select(Activity).where(Activity.contact == CONTACT).order_by(Activity.id))
    return [activity for activity in found if any(note.get("where") == NOTED for note in activity.notes)]


def plans_due(there: Iterable[Activity]) -> list[Plan]:
    """Return what is to be added today beside what is there: all, a fresh programme, today's webinar, or nothing.

    On a day that has got something there is nothing more to do.
    """
    plans: list[Plan] = read("programme", "activities")["activities"]
    loaded = {clock.wall_time(activity.created_at, ZONE).date() for activity in there}
    if not loaded:
        return plans
    if clock.today(ZONE) in loaded:
        return []
    fresh = [plan for plan in plans if not plan.get("closed") and "status" not in plan]
    return fresh if _is_over(there) else [plan for plan in fresh if plan.get("every_day")]


def catch_up(there: Iterable[Activity], population: Population, chance: Random) -> None:
    """Mark invented people where nobody was marked at a class session that is over, and close what is over.

    As instructors and coordinators would have done meanwhile; one webinar's roster is left open on purpose.
    """
    plans = {plan["key"]: plan for plan in read("programme", "activities")["activities"]}
    for activity in there:
        plan = plans.get(key_of(activity) or "")
        if plan is None or activity.status != "published" or plan.get("unmarked"):
            continue
        mark_people(activity, plan, population, chance)
        if activity.ends_on < clock.today(activity.zone):
            catalogue.close(activity_ref=activity.public_id)


def _is_over(there: Iterable[Activity]) -> bool:
    to_come = {
        activity.kind
        for activity in there
        if activity.status == "published" and activity.starts_on > clock.today(activity.zone)
    }
    return not to_come >= set(rules.KINDS)
