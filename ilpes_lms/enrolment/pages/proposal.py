"""A proposal for the places: who would be in and out and why, to be changed by hand and taken to the decision."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ilpes_lms.enrolment import board_display as display
from ilpes_lms.enrolment import forms, queries, rules, service
from ilpes_lms.enrolment.board_display import Group
from ilpes_lms.enrolment.pages.blueprint import me, pages, reviewed
from ilpes_lms.enrolment.rules import Allocation, Fact
from ilpes_lms.enrolment.sayings import SAYINGS
from ilpes_lms.enrolment.wording import WORDS
from ilpes_lms.web import access

_AT = "/coordinate/activities/<activity_ref>/applications/proposal"


@pages.get(_AT)
@access.requires("enrolment.decide")
def proposal(activity_ref: str) -> ResponseReturnValue:
    found = service.propose(activity_ref=activity_ref, divisions=access.principal().divisions)
    return _shown(activity_ref, found, frozenset(found.chosen))


@pages.post(_AT)
@access.requires("enrolment.decide")
def changed_proposal(activity_ref: str) -> ResponseReturnValue:
    found = service.propose(activity_ref=activity_ref, divisions=access.principal().divisions)
    return _shown(activity_ref, found, frozenset(forms.ChoiceForm().chosen.data or ()))


def _shown(activity_ref: str, found: Allocation, chosen: frozenset[str]) -> str:
    activity = reviewed(activity_ref)
    facts = queries.facts(activity.id)
    people = {fact.ref: fact for fact in facts}
    parts = display.parts(found, chosen, request.values.get("from", ""))
    enrolments = queries.chosen(activity.id, [one.key for _rank, one in (*parts.ins, *parts.outs)])
    return render_template(
        "enrolment/proposal.html", activity=activity, found=found, average=display.score, chosen=chosen, parts=parts,
        people=people, enrolments=enrolments, changed=chosen != frozenset(found.chosen),
        conflicts=queries.conflicted(me(), activity.id), figures=_figures(facts, chosen), **WORDS, **SAYINGS,
    )  # fmt: skip


def _figures(facts: list[Fact], chosen: frozenset[str]) -> list[display.Figure]:
    holding = rules.holding(facts)
    return display.figures(
        [
            Group(str(_("With a place now")), "series-2", rules.balance(facts, holding)),
            Group(str(_("With those chosen here")), "series-1", rules.balance(facts, holding | chosen)),
        ]
    )
