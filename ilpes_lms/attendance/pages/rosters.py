"""Pages of attendance: the roster, an activity's outcomes, one's own marks."""

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ilpes_lms.attendance import queries, rules
from ilpes_lms.attendance.display import is_open, last_deed, rule_in_words, standing
from ilpes_lms.attendance.pages.blueprint import pages
from ilpes_lms.attendance.queries import Grid
from ilpes_lms.attendance.viewer import viewer
from ilpes_lms.catalogue.queries import class_sessions
from ilpes_lms.core.ids import public_id
from ilpes_lms.web import access


@pages.get("/teach/class-sessions/<class_session_ref>")
@access.requires("attendance.mark")
def roster(class_session_ref: str) -> ResponseReturnValue:
    found = queries.roster(class_session_ref, viewer())
    if who := request.args.get("who"):
        # Five hundred lines stay small when each names only the person.
        return redirect(url_for("attendance.marked_person", class_session_ref=class_session_ref, enrolment_ref=who))
    return render_template(
        "attendance/roster.html", roster=found, class_session=found.class_session,
        activity=found.class_session.activity, open=is_open(found.class_session), deed=public_id(),
        last=last_deed(found.class_session), counts=found.counts, labels=rules.MARK_LABELS, keys=rules.MARK_KEYS,
    )  # fmt: skip


@pages.get("/teach/activities/<activity_ref>")
@access.requires("attendance.mark")
def activity(activity_ref: str) -> ResponseReturnValue:
    return _activity_page(queries.grid(queries.visible_activity(activity_ref, viewer())))


@pages.get("/my/attendance/<enrolment_ref>")
@access.signed_in
def own(enrolment_ref: str) -> ResponseReturnValue:
    enrolment = queries.own_enrolment(enrolment_ref, access.principal().person_id)
    line = queries.line_of(enrolment)
    return render_template(
        "attendance/own.html", enrolment=enrolment, activity=enrolment.activity, line=line,
        class_sessions=class_sessions(enrolment.activity_id), standing=standing(line.outcome),
        rule=rule_in_words(queries.rule_in_force(enrolment.activity)), labels=rules.MARK_LABELS, is_open=is_open,
        record=queries.platform_record(enrolment.id), appeals=queries.appeals_of(enrolment.id),
        appeal_states=rules.APPEAL_LABELS,
    )  # fmt: skip


def _activity_page(grid: Grid) -> str:
    return render_template(
        "attendance/activity.html", grid=grid, activity=grid.activity, rule=rule_in_words(grid.rule),
        counts=_counts_of(grid), lines=[(line, standing(line.outcome)) for line in grid.lines],
        labels=rules.MARK_LABELS, standing_labels=rules.STANDING_LABELS, is_open=is_open,
        may_set_rule=access.principal().may("attendance.rule"),
    )  # fmt: skip


def _counts_of(grid: Grid) -> dict[int, Any]:
    return {
        session.id: queries.tallied(line.marks.get(session.id) for line in grid.lines)
        for session in grid.class_sessions
    }
