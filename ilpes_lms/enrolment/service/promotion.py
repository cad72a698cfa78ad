"""Whom free places are passed on to, decided under the lock before anything is written."""

from dataclasses import dataclass, field
from datetime import datetime

from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core import clock
from ilpes_lms.enrolment import queries, rules
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.enrolment.rules import Moment, Places


@dataclass(frozen=True)
class Plan:
    """Who gets a place now and how, or why nobody; `passed_over` says by public id for whom which rule stands."""

    outcome: str
    people: list[Enrolment] = field(default_factory=list)
    passed_over: dict[str, str] = field(default_factory=dict)
    state: str = "confirmed"
    offer_until: datetime | None = None


def plan(activity: Activity, places: Places, *, freed: int = 0) -> Plan:
    """Return whom the free places of an activity would be passed on to now."""
    now, begins = clock.now(), queries.begins_at(activity)
    if stopped := rules.obstacle(moment_of(activity, now, begins), places, freed=freed):
        return Plan(stopped)
    number = rules.to_promote(activity.admission, places, freed=freed)
    state = rules.promoted_state(activity.promotes_by)
    until = rules.offer_until(now, begins, activity.offer_hours) if state == "offered" else None
    if not places.ruled:
        return Plan(rules.PROMOTED_SOME, queries.first_waiting(activity.id, number), state=state, offer_until=until)
    terms = queries.terms(activity, kept=places.kept, now=now)
    chosen, passed = rules.in_turn(
        queries.in_line(activity.id), queries.held(activity.id, terms), terms, most=number
    )  # fmt: skip
    return Plan(
        rules.PROMOTED_SOME if chosen else rules.RULES_ALLOW_NOBODY,
        queries.waiting_named(activity.id, [one.key for one in chosen]),
        {ref: reason.code for ref, reason in passed.items()},
        state=state, offer_until=until,
    )  # fmt: skip


def moment_of(activity: Activity, now: datetime, begins: datetime) -> Moment:
    """Put how an activity stands into the plain values that the rules decide on."""
    return Moment(
        admission=activity.admission,
        published=activity.status == "published",
        begun=begins <= now,
        cut_off=activity.waiting_until is not None and activity.waiting_until <= now,
    )
