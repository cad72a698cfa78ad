"""Reports of meeting platforms: uploaded, looked at, decided about, applied, taken back."""

from typing import Any

from flask import flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ilpes_lms.attendance import queries, rules, service
from ilpes_lms.attendance.forms import NOBODY, MatchForm, ReportForm, SettleForm, WalkInsForm
from ilpes_lms.attendance.models import AttendanceImport
from ilpes_lms.attendance.pages.blueprint import pages
from ilpes_lms.attendance.viewer import viewer
from ilpes_lms.catalogue.models import ClassSession
from ilpes_lms.core.errors import DomainError, NotFound
from ilpes_lms.web import access
from ilpes_lms.web.errors import text_of
from ilpes_lms.web.forms import Bare

# More open lines than these are shown once these are decided.
_OPEN_AT_ONCE = 50
# A page stays a page; programs get everyone.
_SHOWN = 300


@pages.route("/teach/class-sessions/<class_session_ref>/reports", methods=["GET", "POST"])
@access.requires("attendance.mark")
def reports(class_session_ref: str) -> ResponseReturnValue:
    class_session = queries.visible_class_session(class_session_ref, viewer())
    form = ReportForm(zone=class_session.zone)
    if form.validate_on_submit() and form.attempt(
        service.preview_report, class_session_ref=class_session_ref, content=form.report.data.read(),
        zone=form.zone.data, least_minutes=form.least_minutes.data,
    ):  # fmt: skip
        return _to(class_session, form.result)
    page = render_template(
        "attendance/reports.html", class_session=class_session, activity=class_session.activity, form=form,
        imports=queries.imports_of(class_session.id), disagreements=queries.disagreements(class_session.id),
        labels=rules.MARK_LABELS, states=rules.IMPORT_LABELS,
    )  # fmt: skip
    return page, 422 if form.errors or form.form_errors else 200


@pages.get("/teach/class-sessions/<class_session_ref>/reports/<import_ref>")
@access.requires("attendance.mark")
def report(class_session_ref: str, import_ref: str) -> ResponseReturnValue:
    return _shown(*_visible(class_session_ref, import_ref))


@pages.get("/teach/class-sessions/<class_session_ref>/reports/<import_ref>/progress")
@access.requires("attendance.mark")
def report_progress(class_session_ref: str, import_ref: str) -> ResponseReturnValue:
    class_session = queries.visible_class_session(class_session_ref, viewer())
    found = queries.head_in(import_ref, class_session.id)
    here = {"class_session_ref": class_session_ref, "import_ref": import_ref}
    total = len(queries.enrolments_in(found.id))
    response = make_response(render_template("attendance/report_progress.html", found=found, here=here, total=total))
    if found.state != "applying":
        # It is done: the page has more to show now than this piece.
        response.headers["HX-Refresh"] = "true"
    return response


@pages.route(
    "/teach/class-sessions/<class_session_ref>/reports/<import_ref>/people/<person_ref>", methods=["GET", "POST"]
)
@access.requires("attendance.mark")
def reported_person(class_session_ref: str, import_ref: str, person_ref: str) -> ResponseReturnValue:
    class_session, found = _visible(class_session_ref, import_ref)
    person, form = queries.person_in(found, person_ref), MatchForm()
    if form.validate_on_submit() and form.attempt(
        service.decide_about, import_ref=import_ref, person_ref=person_ref, enrolment_ref=form.enrolment_ref
    ):
        flash(_("Decided, and remembered for this activity."), "good")
        return _to(class_session, found)
    known = queries.participants_known(class_session.activity_id)
    page = render_template(
        "attendance/reported_person.html", class_session=class_session, activity=class_session.activity, found=found,
        person=person, form=form, known=known, likely=rules.suggestions([person.name, person.original], known),
        nobody=NOBODY,
    )  # fmt: skip
    return page, 422 if form.errors or form.form_errors else 200


@pages.post("/teach/class-sessions/<class_session_ref>/reports/<import_ref>/apply")
@access.requires("attendance.mark")
def apply_report(class_session_ref: str, import_ref: str) -> ResponseReturnValue:
    class_session, found = _visible(class_session_ref, import_ref)
    applied = _tried(service.apply_report, import_ref=import_ref)
    # Of what the worker still does, the page shows how far it is: it is not said to be done.
    if applied and applied.state == "applied":
        flash(_("The marks follow the report."), "good")
    return _to(class_session, found)


@pages.post("/teach/class-sessions/<class_session_ref>/reports/<import_ref>/undo")
@access.requires("attendance.mark")
def undo_report(class_session_ref: str, import_ref: str) -> ResponseReturnValue:
    class_session, found = _visible(class_session_ref, import_ref)
    if _tried(service.undo_report, import_ref=import_ref):
        flash(_("The import was taken back: the marks are as they were."), "good")
    return _to(class_session, found)


@pages.post("/teach/class-sessions/<class_session_ref>/disagreements/<disagreement_ref>")
@access.requires("attendance.mark")
def settle(class_session_ref: str, disagreement_ref: str) -> ResponseReturnValue:
    class_session, form = queries.visible_class_session(class_session_ref, viewer()), SettleForm()
    if form.validate_on_submit():
        take = form.take.data == "yes"
        refs = {"disagreement_ref": disagreement_ref, "class_session_ref": class_session_ref}
        if settled := _tried(service.settle_disagreement, **refs, take=take):
            flash(_said_settled(settled.source, take=take), "good")
    return redirect(url_for("attendance.reports", class_session_ref=class_session.public_id), 303)


def _said_settled(source: str, *, take: bool) -> str:
    if not take:
        return str(_("The mark stands."))
    return str(_("The mark follows the check-in.") if source == "check_in" else _("The mark follows the report."))


def _visible(class_session_ref: str, import_ref: str) -> tuple[ClassSession, AttendanceImport]:
    class_session = queries.visible_class_session(class_session_ref, viewer())
    return class_session, queries.import_in(import_ref, class_session.id)


def _shown(class_session: ClassSession, found: AttendanceImport) -> str:
    known = queries.participants_known(class_session.activity_id)
    still_open = [one for one in found.people if one.standing == "open"]
    names = {one.enrolment_id: one.name for one in known}
    queue = [(one, rules.suggestions([one.name, one.original], known)) for one in still_open[:_OPEN_AT_ONCE]]
    return render_template(
        "attendance/report.html", class_session=class_session, activity=class_session.activity, found=found,
        counts=queries.standings_in(found), effects=queries.effects_of(found), standings=rules.STANDING_OF_REPORTED,
        states=rules.IMPORT_LABELS, open_number=len(still_open), names=names, nobody=NOBODY, queue=queue,
        shown=found.people[:_SHOWN], walk_ins=_walk_ins(found, known), labels=rules.MARK_LABELS,
        disagreements=queries.disagreements(class_session.id),
        total=len({one.enrolment_id for one in found.people} - {None}),
        nobody_there=not any(one.minutes for one in found.people),
    )  # fmt: skip


def _walk_ins(found: AttendanceImport, known: list[rules.Known]) -> dict[str, Any] | None:
    """Return what is said about people nobody registered, where one may come without registering."""
    activity = found.class_session.activity
    if not rules.takes_walk_ins(activity.kind, activity.admission):
        return None
    return {
        "number": queries.number_of_walk_ins(found), "there": queries.number_there(found),
        "likely": rules.number_likely(queries.undecided_names(found), known), "consents": queries.consents_in(found),
        "labels": rules.CONSENT_LABELS, "form": WalkInsForm(),
    }  # fmt: skip


def _to(class_session: ClassSession, found: AttendanceImport) -> ResponseReturnValue:
    ref = class_session.public_id
    return redirect(url_for("attendance.report", class_session_ref=ref, import_ref=found.public_id), 303)


def _tried(verb: Any, **values: Any) -> Any:
    """Return what a deed returns; where it is refused, say why and return None."""
    if not Bare().validate_on_submit():
        return None
    try:
        return verb(**values)
    except NotFound:
        raise
    except DomainError as refusal:
        flash(text_of(refusal), "wrong")
        return None
