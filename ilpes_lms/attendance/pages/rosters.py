"""Pages of attendance: the roster, an activity's outcomes, one's own marks."""

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ilpes_lms.attendance import queries, rules, service
from ilpes_lms.attendance.display import SOURCE_LABELS, is_open, last_deed, rule_in_words, standing
from ilpes_lms.attendance.pages.blueprint import pages
from ilpes_lms.attendance.queries import Grid
from ilpes_lms.attendance.viewer import viewer
from ilpes_lms.catalogue.details import shown_session
from ilpes_lms.catalogue.models import Module
from ilpes_lms.catalogue.queries import modules_of
from ilpes_lms.core import clock
from ilpes_lms.core.ids import public_id
from ilpes_lms.web import access


@pages.get("/teach/class-sessions/<class_session_ref>")
@access.requires("attendance.mark")
def roster(class_session_ref: str) -> ResponseReturnValue:
    if who := request.args.get("who"):
        queries.check_class_session_visible(class_session_ref, viewer())
        # Five hundred lines stay small when each names only the person.
        return redirect(url_for("attendance.marked_person", class_session_ref=class_session_ref, enrolment_ref=who))
    asked = request.args
    found = queries.roster_page(
        class_session_ref, viewer(), words=asked.get("q", "").strip(), number=asked.get("page", 1, int),
        at=asked.get("at"),
    )  # fmt: skip
    return render_template(
        "attendance/roster.html", roster=found, class_session=found.class_session,
        activity=found.class_session.activity, open=is_open(found.class_session), deed=public_id(),
        last=last_deed(found.class_session), counts=found.counts, labels=rules.MARK_LABELS, keys=rules.MARK_KEYS,
        contradicted=queries.number_of_disagreements(found.class_session.id),
    )  # fmt: skip


@pages.get("/teach/activities/<activity_ref>")
@access.requires("attendance.mark")
def activity(activity_ref: str) -> ResponseReturnValue:
    return _activity_page(queries.grid(queries.visible_activity(activity_ref, viewer())))


@pages.get("/my/attendance/<enrolment_ref>")
@access.signed_in
def own(enrolment_ref: str) -> ResponseReturnValue:
    enrolment = queries.own_enrolment(enrolment_ref, access.principal().person_id)
    line, now = queries.line_of(enrolment), clock.now()
    marks = [(own, shown_session(own.class_session, now)) for own in queries.own_marks(enrolment)]
    appeals = queries.appeals_of(enrolment.id)
    return render_template(
        "attendance/own.html", enrolment=enrolment, activity=enrolment.activity, marks=marks,
        standing=standing(line.outcome), sources=SOURCE_LABELS,
        rule=rule_in_words(queries.rule_in_force(enrolment.activity)), labels=rules.MARK_LABELS, is_open=is_open,
        record=queries.platform_record(enrolment.id), appeals=appeals,
        may_ask=service.why_not_to_ask(enrolment, appeals) is None, appeal_states=rules.APPEAL_LABELS,
        earned=_modules_earned(line, enrolment.activity_id),
    )  # fmt: skip


def _modules_earned(line: queries.Line, activity_id: int) -> list[tuple[Module, dict[str, Any]]]:
    """Return an activity's modules with what one has of each, as the outcome counted them."""
    hours = (line.outcome.evidence.get("hours") if line.outcome else None) or {}
    counted = {one["number"]: one for one in hours.get("modules", ())}
    if not counted:
        return []
    return [(one, counted[one.number]) for one in modules_of(activity_id) if one.number in counted]


def _activity_page(grid: Grid) -> str:
    behind = queries.falling_behind([grid.activity.id]).get(grid.activity.id, [])
    return render_template(
        "attendance/activity.html", grid=grid, activity=grid.activity, rule=rule_in_words(grid.rule),
        counts=_counts_of(grid), lines=[(line, standing(line.outcome)) for line in grid.lines],
        labels=rules.MARK_LABELS, standing_labels=rules.STANDING_LABELS, is_open=is_open,
        may_set_rule=access.principal().may("attendance.rule"), behind_labels=rules.BEHIND_LABELS,
        behind=[(each, standing(each.outcome)) for each in behind],
    )  # fmt: skip


def _counts_of(grid: Grid) -> dict[int, Any]:
    return {
        session.id: queries.tallied(line.marks.get(session.id) for line in grid.lines)
        for session in grid.class_sessions
    }
