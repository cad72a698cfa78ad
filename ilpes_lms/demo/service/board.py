"""A committee in the middle of its work: rules over places, scores, private notes, a conflict of interest."""

from collections.abc import Iterable, Mapping
from random import Random
from typing import Any

from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.demo.service.files import read
from ilpes_lms.demo.service.population import Population
from ilpes_lms.enrolment import queries
from ilpes_lms.enrolment import service as enrolment
from ilpes_lms.enrolment.rules import Reviewer

_BY_COORDINATOR, _BY_HELPER = 15, 11
_CONFLICT_ABOUT = 4
_SCORES = range(48, 97)
_A_NOTE_EACH = 3


def begin_selection(activity: Activity, plan: Mapping[str, Any], population: Population) -> None:
    """Let two reviewers have judged some of those who applied, under rules over the places, if the plan says so."""
    if not plan.get("reviewed"):
        return
    chance = Random(plan["key"])  # noqa: S311 - invented people need the same chance each time  # nosec B311
    enrolment.set_place_rules(
        activity_ref=activity.public_id, version=activity.version, place_rules=read("programme", "board")["rules"]
    )
    coordinator = Reviewer(population.accounts["coordinator"].id, frozenset())
    helper = Reviewer(population.instructors[1].id)
    catalogue.assign(activity_id=activity.id, person_id=helper.person_id, role="co_coordinator")
    applied = [ref for ref, _person_id in queries.reached(activity.id, {"applied"})]
    about = applied.pop(_CONFLICT_ABOUT)
    _declare(activity, about, helper)
    _judge(activity, [about, *applied[:_BY_COORDINATOR]], coordinator, chance)
    _judge(activity, applied[:_BY_HELPER], helper, chance)


def _declare(activity: Activity, ref: str, reviewer: Reviewer) -> None:
    reason = read("programme", "board")["conflict"]
    enrolment.declare_conflict(activity_ref=activity.public_id, enrolment_ref=ref, reviewer=reviewer, reason=reason)


def _judge(activity: Activity, refs: Iterable[str], reviewer: Reviewer, chance: Random) -> None:
    notes = read("programme", "board")["notes"]
    for number, ref in enumerate(refs):
        note = chance.choice(notes) if number % _A_NOTE_EACH == 0 else ""
        enrolment.review(
            activity_ref=activity.public_id, enrolment_ref=ref, reviewer=reviewer, score=chance.choice(_SCORES),
            note=note, seen=0,
        )  # fmt: skip
