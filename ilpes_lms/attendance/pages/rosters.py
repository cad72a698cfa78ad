"""Pages of attendance: the roster, an activity's outcomes, one's own marks."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from ilpes_lms.attendance import queries, rules, service
from ilpes_lms.attendance.display import rule_in_words, standing
from ilpes_lms.attendance.forms import NO_MARK, MarkForm
from ilpes_lms.attendance.pages.blueprint import pages
from ilpes_lms.attendance.queries import Grid
from ilpes_lms.attendance.viewer import viewer
from ilpes_lms.catalogue.models import ClassSession
from ilpes_lms.catalogue.queries import class_sessions
from ilpes_lms.core import clock
from ilpes_lms.core.errors import Conflict
from ilpes_lms.web import access
from ilpes_lms.web.errors import text_of
from ilpes_lms.web.forms import Bare


@pages.get("/teach/class-sessions/<class_session_ref>")
@access.requires("attendance.mark")
def roster(class_session_ref: str) -> ResponseReturnValue:
    found = queries.roster(class_session_ref, viewer())
    return render_template(
        "attendance/roster.html", roster=found, class_session=found.class_session,
        activity=found.class_session.activity, open=_is_open(found.class_session), last=_last_in_address(found),
        **_marks_shown(found.counts),
    )  # fmt: skip


@pages.post("/teach/class-sessions/<class_session_ref>/marks/<enrolment_ref>")
@access.requires("attendance.mark")
def set_mark(class_session_ref: str, enrolment_ref: str) -> ResponseReturnValue:
    class_session = queries.visible_class_session(class_session_ref, viewer())
    form = MarkForm()
    if not form.validate_on_submit():
        return _back_to(class_session_ref, _("This was no mark, so nothing was saved."))
    refusal = _set_mark(class_session_ref, enrolment_ref, form.mark.data)
    if "HX-Request" in request.headers:
        return _changed_row(class_session, enrolment_ref, form.was.data, refusal)
    return _back_to(class_session_ref, refusal, last=enrolment_ref, was=form.was.data, _anchor=f"p-{enrolment_ref}")


@pages.post("/teach/class-sessions/<class_session_ref>/all-present")
@access.requires("attendance.mark")
def mark_all_present(class_session_ref: str) -> ResponseReturnValue:
    queries.visible_class_session(class_session_ref, viewer())
    form = Bare()
    if form.validate_on_submit() and form.attempt(service.mark_all_present, class_session_ref=class_session_ref):
        text = ngettext("%(num)s person was marked present.", "%(num)s people were marked present.", form.result)
        flash(text, "good")
        return redirect(url_for("attendance.roster", class_session_ref=class_session_ref), 303)
    return _back_to(class_session_ref, " ".join(map(str, form.form_errors)))


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
        rule=rule_in_words(queries.rule_in_force(enrolment.activity)), labels=rules.MARK_LABELS, is_open=_is_open,
        record=queries.platform_record(enrolment.id), appeals=queries.appeals_of(enrolment.id),
        appeal_states=rules.APPEAL_LABELS,
    )  # fmt: skip


def _set_mark(class_session_ref: str, enrolment_ref: str, mark: str) -> str:
    """Set or clear a mark; return why not, in words, or nothing."""
    try:
        if mark == NO_MARK:
            service.clear_mark(class_session_ref=class_session_ref, enrolment_ref=enrolment_ref)
        else:
            service.mark(class_session_ref=class_session_ref, enrolment_ref=enrolment_ref, mark=mark)
    except Conflict as refusal:
        return text_of(refusal)
    return ""


def _changed_row(class_session: ClassSession, enrolment_ref: str, was: str, refusal: str) -> ResponseReturnValue:
    """Return what a press changed on the roster: the row, the counts, and a refusal if there was one."""
    row = queries.roster_row(class_session, enrolment_ref)
    html = render_template(
        "attendance/changed_row.html", row=row, class_session=class_session, refusal=refusal,
        open=_is_open(class_session), last=None if refusal else _last(row, was),
        **_marks_shown(queries.counts(class_session)),
    )  # fmt: skip
    return html, 422 if refusal else 200


def _back_to(class_session_ref: str, refusal: str, **where: Any) -> ResponseReturnValue:
    if refusal:
        flash(refusal, "wrong")
        where = {}
    return redirect(url_for("attendance.roster", class_session_ref=class_session_ref, **where), 303)


def _last_in_address(found: queries.Roster) -> dict[str, Any] | None:
    """Return the press that led here, if the address names one, so that it can be taken back without a script."""
    ref, was = request.args.get("last"), request.args.get("was")
    row = next((row for row in found.rows if row.enrolment.public_id == ref), None)
    return _last(row, was) if row and was in (*rules.MARKS, NO_MARK) else None


def _last(row: queries.RosterRow, was: str | None) -> dict[str, Any] | None:
    now = row.mark or NO_MARK
    if was == now:
        return None
    label = _(rules.MARK_LABELS[row.mark]) if row.mark else _("no mark")
    return {"enrolment": row.enrolment, "label": label, "was": was, "now": now}


def _marks_shown(counts: Any) -> dict[str, Any]:
    return {"counts": counts, "labels": rules.MARK_LABELS, "no_mark": NO_MARK}


def _is_open(class_session: ClassSession) -> bool:
    return class_session.status == "scheduled" and class_session.starts_at <= clock.now()


def _activity_page(grid: Grid) -> str:
    return render_template(
        "attendance/activity.html", grid=grid, activity=grid.activity, rule=rule_in_words(grid.rule),
        counts=_counts_of(grid), lines=[(line, standing(line.outcome)) for line in grid.lines],
        labels=rules.MARK_LABELS, standing_labels=rules.STANDING_LABELS, is_open=_is_open,
        may_set_rule=access.principal().may("attendance.rule"),
    )  # fmt: skip


def _counts_of(grid: Grid) -> dict[int, Any]:
    return {
        session.id: queries.tallied(line.marks.get(session.id) for line in grid.lines)
        for session in grid.class_sessions
    }
