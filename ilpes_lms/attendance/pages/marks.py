"""Marks on the roster: by one press, all at once, taken back, and one person's mark with everything about it."""

from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ilpes_lms.attendance import queries, rules, service
from ilpes_lms.attendance.display import both_marks, changes_in_words, is_open, key_of, mark_in_words
from ilpes_lms.attendance.errors import MarkChanged
from ilpes_lms.attendance.forms import NO_MARK, DeedForm, MarkForm, PressForm
from ilpes_lms.attendance.pages.blueprint import pages
from ilpes_lms.attendance.queries import RosterRow
from ilpes_lms.attendance.viewer import viewer
from ilpes_lms.catalogue.models import ClassSession
from ilpes_lms.core.errors import Conflict
from ilpes_lms.core.ids import public_id
from ilpes_lms.web import access
from ilpes_lms.web.errors import text_of
from ilpes_lms.web.i18n import ngettext

_CHANGED = 409


@pages.post("/teach/class-sessions/<class_session_ref>/marks")
@access.requires("attendance.mark")
def press_mark(class_session_ref: str) -> ResponseReturnValue:
    class_session, form = queries.visible_class_session(class_session_ref, viewer()), PressForm()
    if not form.validate_on_submit():
        return _answer(class_session, None, _("This was no mark, so nothing was saved."), 422)
    text, status = _pressed(class_session, form)
    return _answer(class_session, form.enrolment_ref, text, status)


@pages.post("/teach/class-sessions/<class_session_ref>/all-present")
@access.requires("attendance.mark")
def mark_all_present(class_session_ref: str) -> ResponseReturnValue:
    queries.visible_class_session(class_session_ref, viewer())
    form = DeedForm()
    if form.validate_on_submit() and form.attempt(
        service.mark_all_present, class_session_ref=class_session_ref, deed=form.deed.data
    ):
        said = ngettext("%(num)s person was marked present.", "%(num)s people were marked present.", form.result)
        flash(said, "good")
    return _back_to(class_session_ref, form)


@pages.post("/teach/class-sessions/<class_session_ref>/taken-back")
@access.requires("attendance.mark")
def take_back(class_session_ref: str) -> ResponseReturnValue:
    queries.visible_class_session(class_session_ref, viewer())
    form = DeedForm()
    if form.validate_on_submit() and form.attempt(
        service.take_back, class_session_ref=class_session_ref, deed=form.deed.data
    ):
        _say_taken_back(form.result)
    return _back_to(class_session_ref, form)


@pages.route("/teach/class-sessions/<class_session_ref>/people/<enrolment_ref>", methods=["GET", "POST"])
@access.requires("attendance.mark")
def marked_person(class_session_ref: str, enrolment_ref: str) -> ResponseReturnValue:
    class_session = queries.visible_class_session(class_session_ref, viewer())
    row = queries.roster_row(class_session, enrolment_ref)
    form = MarkForm(begun=is_open(class_session), marked=row.mark is not None, data=_data_of(row))
    if form.validate_on_submit() and _saved(class_session_ref, enrolment_ref, form):
        flash(_("Saved."), "good")
        return redirect(_line_of(class_session_ref, enrolment_ref), 303)
    return _person_page(class_session, queries.roster_row(class_session, enrolment_ref), form)


def _pressed(class_session: ClassSession, form: PressForm) -> tuple[str, int]:
    """Do what was pressed; return why not, in words, or nothing, and the status that says so."""
    who = {"class_session_ref": class_session.public_id, "enrolment_ref": form.enrolment_ref}
    try:
        service.press_mark(**who, mark=form.mark, press=form.press)
    except MarkChanged:
        return both_marks(class_session, form.enrolment_ref, form.mark), _CHANGED
    except Conflict as refusal:
        return text_of(refusal), 422
    return "", 200


def _answer(class_session: ClassSession, enrolment_ref: str | None, text: str, status: int) -> ResponseReturnValue:
    """Tell what became of a press: to the roster's script the mark as it stands, to a form the page to go on with."""
    if request.accept_mimetypes.best == "application/json":
        row = queries.roster_row(class_session, enrolment_ref) if enrolment_ref else None
        now = {"key": key_of(row.mark), "version": row.version} if row else {}
        return jsonify(now | {"text": text}), status
    if text:
        flash(text, "wrong")
    if status == _CHANGED and enrolment_ref:
        ref = class_session.public_id
        person = url_for("attendance.marked_person", class_session_ref=ref, enrolment_ref=enrolment_ref)
        return redirect(person, 303)
    return redirect(_line_of(class_session.public_id, enrolment_ref), 303)


def _line_of(class_session_ref: str, enrolment_ref: str | None) -> str:
    """Return where somebody's line of a roster is, among those that were looked for, if that is where one was."""
    found: dict[str, Any] = {"at": enrolment_ref, "q": request.args.get("q"), "_anchor": enrolment_ref}
    return url_for("attendance.roster", class_session_ref=class_session_ref, **found)


def _back_to(class_session_ref: str, form: DeedForm) -> ResponseReturnValue:
    for text in form.form_errors:
        flash(text, "wrong")
    return redirect(url_for("attendance.roster", class_session_ref=class_session_ref), 303)


def _say_taken_back(done: Any) -> None:
    flash(ngettext("%(num)s mark is what it was.", "%(num)s marks are what they were.", done.restored), "good")
    if done.left:
        text = ngettext(
            "%(num)s mark was changed since and stays as it is.",
            "%(num)s marks were changed since and stay as they are.", done.left,
        )  # fmt: skip
        flash(text, "caution")


def _data_of(row: RosterRow) -> dict[str, Any]:
    return {"mark": row.mark or NO_MARK, "minutes": row.minutes, "note": row.note, "version": row.version,
            "deed": public_id()}  # fmt: skip


def _saved(class_session_ref: str, enrolment_ref: str, form: MarkForm) -> bool:
    """Set or clear a mark; where that is refused, keep what was typed and say why."""
    who: dict[str, Any] = {"class_session_ref": class_session_ref, "enrolment_ref": enrolment_ref, "press": form.press}
    if form.mark.data == NO_MARK:
        return form.attempt(service.clear_mark, **who)
    what = {"mark": form.mark.data, "minutes": form.minutes.data, "note": form.note.data or ""}
    return form.attempt(service.mark, **who, **what)


def _person_page(class_session: ClassSession, row: RosterRow, form: MarkForm) -> ResponseReturnValue:
    # Whoever saves again has seen what stands now.
    form.version.data, form.deed.data = str(row.version), public_id()
    page = render_template(
        "attendance/marked_person.html", class_session=class_session, activity=class_session.activity, row=row,
        form=form, now=mark_in_words(row), changes=changes_in_words(class_session, row.enrolment.public_id),
        labels=rules.MARK_LABELS,
    )  # fmt: skip
    return page, 422 if form.errors else 200
