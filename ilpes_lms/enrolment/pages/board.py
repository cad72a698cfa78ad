"""The selection board: all applications, in any order, filtered; as files too."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ilpes_lms.core.text import N_
from ilpes_lms.enrolment import board_display as display
from ilpes_lms.enrolment import formats, queries, rules, service
from ilpes_lms.enrolment.board_display import Group
from ilpes_lms.enrolment.pages.blueprint import me, pages, reviewed
from ilpes_lms.enrolment.rules import Fact
from ilpes_lms.enrolment.wording import WORDS
from ilpes_lms.web import access
from ilpes_lms.web.asked import page_takes
from ilpes_lms.web.downloads import as_attachment

ACTIONS = {"accept": N_("Accept"), "waitlist": N_("Put on the waiting list"), "decline": N_("Decline")}


@pages.get("/coordinate/activities/<activity_ref>/applications")
@access.requires("enrolment.review")
def board(activity_ref: str) -> ResponseReturnValue:
    page_takes(**display.KNOWN)
    activity, asked = reviewed(activity_ref), display.asked_for(request.args, me())
    facts = queries.facts(activity.id)
    number = queries.number_matching(activity.id, asked.matching) if asked.is_filtered else len(facts)
    paging = display.paging(asked, activity_ref, number)
    page = queries.board(activity.id, asked.matching, asked.order, reader=me(), skip=paging.before)
    return render_template(
        "enrolment/board.html", activity=activity, asked=asked, page=page, number=number, everyone=len(facts),
        headers=display.headers(asked, activity_ref), filters=display.filters(asked, facts),
        paging=paging, figures=_figures(facts),
        women=_women(facts), average=display.average, actions=ACTIONS, **WORDS,
    )  # fmt: skip


@pages.get("/coordinate/activities/<activity_ref>/applications.<any(csv, xlsx):kind>")
@access.requires("enrolment.decide")
def board_file(activity_ref: str, kind: str) -> ResponseReturnValue:
    activity, asked = reviewed(activity_ref), display.asked_for(request.args, me())
    found = service.export(
        activity_ref=activity_ref, asked=asked.matching, order=asked.order, divisions=access.principal().divisions
    )
    name = f"applications-{activity.public_id}.{kind}"
    return as_attachment(formats.board_file(found, kind), name, formats.TYPES[kind])


def _figures(facts: list[Fact]) -> list[display.Figure]:
    chosen = rules.balance(facts, rules.holding(facts))
    return display.figures([Group(str(_("With a place")), "series-1", chosen)])


def _women(facts: list[Fact]) -> dict[str, str | None]:
    """Return the share of women among those with a place and among all who applied."""
    everyone = frozenset(fact.ref for fact in facts)
    return {"chosen": display.women(facts, rules.holding(facts)), "applied": display.women(facts, everyone)}
