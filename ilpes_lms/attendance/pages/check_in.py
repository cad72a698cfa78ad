"""Self check-in: the screen with its code, and the participant who sends it."""

from typing import Any

import segno
from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ilpes_lms.attendance import queries, rules, service
from ilpes_lms.attendance.forms import CheckInForm
from ilpes_lms.attendance.models import CheckInScreen, Mark
from ilpes_lms.attendance.pages.blueprint import pages
from ilpes_lms.attendance.viewer import viewer
from ilpes_lms.core import clock
from ilpes_lms.core.errors import DomainError
from ilpes_lms.web import access
from ilpes_lms.web.errors import text_of
from ilpes_lms.web.forms import Bare


@pages.get("/teach/class-sessions/<class_session_ref>/check-in")
@access.requires("attendance.mark")
def check_in_screen(class_session_ref: str) -> ResponseReturnValue:
    class_session = queries.visible_class_session(class_session_ref, viewer())
    screen = queries.check_in_screen(class_session.id)
    return render_template(
        "attendance/check_in_screen.html", class_session=class_session, activity=class_session.activity,
        shown=_shown(screen), number_in=queries.checked_in(class_session.id),
    )  # fmt: skip


@pages.get("/teach/class-sessions/<class_session_ref>/check-ins")
@access.requires("attendance.mark")
def check_ins(class_session_ref: str) -> ResponseReturnValue:
    class_session = queries.visible_class_session(class_session_ref, viewer())
    return render_template(
        "attendance/check_ins.html", class_session=class_session, activity=class_session.activity,
        found=queries.check_ins(class_session.id), labels=rules.MARK_LABELS, notes=rules.CHECK_IN_NOTES,
        contradicted=queries.number_of_disagreements(class_session.id, source="check_in"),
    )  # fmt: skip


@pages.post("/teach/class-sessions/<class_session_ref>/check-in/<any(open, close):step>")
@access.requires("attendance.mark")
def step_check_in(class_session_ref: str, step: str) -> ResponseReturnValue:
    queries.visible_class_session(class_session_ref, viewer())
    verb = service.open_check_in if step == "open" else service.close_check_in
    if Bare().validate_on_submit():
        try:
            verb(class_session_ref=class_session_ref)
        except DomainError as refusal:
            flash(text_of(refusal), "wrong")
    return redirect(url_for("attendance.check_in_screen", class_session_ref=class_session_ref), 303)


@pages.route("/check-in", methods=["GET", "POST"])
@access.signed_in
def check_in() -> ResponseReturnValue:
    return _check_in(CheckInForm())


@pages.route("/check-in/<token>", methods=["GET", "POST"])
@access.signed_in
def scanned(token: str) -> ResponseReturnValue:
    return _check_in(CheckInForm(code=token), scanned=True)


def _check_in(form: CheckInForm, *, scanned: bool = False) -> ResponseReturnValue:
    who = access.principal()
    if form.validate_on_submit() and form.attempt(
        service.check_in, code=form.code.data, person_id=who.person_id, account_ref=who.public_id,
        device=request.headers.get("User-Agent", ""), address=request.remote_addr or "",
    ):  # fmt: skip
        return _done(form.result)
    wrong = form.errors or form.form_errors
    return render_template("attendance/check_in.html", form=form, scanned=scanned and not wrong), 422 if wrong else 200


def _done(mark: Mark) -> ResponseReturnValue:
    words = {
        "present": _("You are marked present. Thank you for being here."),
        "late": _("You are marked late. Thank you for being here."),
        "excused": _("You are marked as excused; whoever teaches sees that you came."),
        "absent": _("Whoever teaches has marked you absent; they see that you came."),
    }
    flash(words[mark.mark], "good" if mark.mark in ("present", "late") else "caution")
    return redirect(url_for("attendance.own", enrolment_ref=mark.enrolment.public_id), 303)


def _shown(screen: CheckInScreen | None) -> dict[str, Any] | None:
    """Return what the screen shows at this moment, None while check-in is closed."""
    now = clock.now()
    if screen is None or screen.closes_at <= now:
        return None
    base = current_app.config["BASE_URL"]
    address = base + url_for("attendance.scanned", token=rules.token_at(screen.secret, now))
    return {
        # Whoever reads it off a wall types it: a whole address, without what every browser adds.
        "address": base.split("://")[-1] + url_for("attendance.check_in"),
        "code": rules.code_at(screen.secret, now),
        "seconds": rules.seconds_left(now),
        "picture": segno.make_qr(address, error="l").svg_data_uri(scale=8, border=2),
        "closes_at": screen.closes_at,
    }
