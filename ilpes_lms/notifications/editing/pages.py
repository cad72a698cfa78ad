"""What each message says: read, written, shown as mail, set back."""

from typing import Any

from apiflask import APIBlueprint
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ilpes_lms.core.errors import DomainError
from ilpes_lms.notifications.editing import display, service
from ilpes_lms.notifications.editing.forms import LONGEST_VERSION, TextForm
from ilpes_lms.notifications.kinds import Kind
from ilpes_lms.notifications.rendering import Draft, example
from ilpes_lms.notifications.texts import queries, rules
from ilpes_lms.notifications.texts.errors import NoSuchVersion, TextChanged
from ilpes_lms.notifications.texts.rules import Words
from ilpes_lms.web import access
from ilpes_lms.web.asked import page_takes
from ilpes_lms.web.drawn import drawn
from ilpes_lms.web.errors import text_of
from ilpes_lms.web.i18n import LANGUAGES

pages = APIBlueprint("message_texts", __name__, enable_openapi=False)
PARTS = ("html", "text")


@pages.get("/coordinate/message-texts")
@access.requires("notifications.texts")
def texts() -> ResponseReturnValue:
    return render_template("notifications/texts.html", texts=display.all_texts(), language_names=LANGUAGES)


@pages.route("/coordinate/message-texts/<kind>/<language>", methods=["GET", "POST"])
@access.requires("notifications.texts")
def text(kind: str, language: str) -> ResponseReturnValue:
    found = display.in_force(service.editable(kind, language), language)
    form = TextForm.of(found)
    if form.validate_on_submit():
        try:
            if _written(form, kind, language):
                return _said(_("Saved. The next message of this kind says it so."), kind, language)
        except TextChanged as refusal:
            return _conflict(form, found.kind, language, refusal)
    return _page(form, found), 422 if form.errors else 200


@pages.post("/coordinate/message-texts/<kind>/<language>/drawn")
@access.requires("notifications.texts")
def draw(kind: str, language: str) -> ResponseReturnValue:
    found, form = service.editable(kind, language), TextForm()
    words = Words(form.subject.data or "", form.body.data or "")
    try:
        rules.check(words, found.placeholders)
    except DomainError as refusal:
        return drawn(text_of(refusal), html=False, status=422)
    return _drawn(example(found, words, language=language), request.form.get("part"))


@pages.get("/coordinate/message-texts/<kind>/<language>/drawn")
@access.requires("notifications.texts")
def drawn_text(kind: str, language: str) -> ResponseReturnValue:
    page_takes(part=PARTS, version=None)
    found = service.editable(kind, language)
    words = _version(found, language, request.args.get("version")).words
    return _drawn(example(found, words, language=language), request.args.get("part"))


@pages.get("/coordinate/message-texts/<kind>/<language>/versions/<number>")
@access.requires("notifications.texts")
def version(kind: str, language: str, number: str) -> ResponseReturnValue:
    shown = _version(service.editable(kind, language), language, number)
    return render_template(
        "notifications/text_version.html", shown=shown, versions=queries.versions(kind, language),
        language_names=LANGUAGES,
    )  # fmt: skip


@pages.post("/coordinate/message-texts/<kind>/<language>/original")
@access.requires("notifications.texts")
def original(kind: str, language: str) -> ResponseReturnValue:
    form = TextForm()
    try:
        service.back_to_original(kind=kind, language=language, seen=form.seen, **_writer())
    except TextChanged as refusal:
        return _said(text_of(refusal), kind, language, "caution")
    return _said(_("The original text holds again."), kind, language)


def _written(form: TextForm, kind: str, language: str) -> bool:
    subject, body = form.subject.data or "", form.body.data or ""
    try:
        service.write_text(kind=kind, language=language, seen=form.seen, subject=subject, body=body, **_writer())
    except TextChanged:
        raise
    except DomainError as refusal:
        form.refuse(refusal)
        return False
    return True


def _writer() -> dict[str, Any]:
    who = access.principal()
    return {"by": who.public_id, "divisions": who.divisions}


def _version(kind: Kind, language: str, number: str | None) -> display.Text:
    if number is None:
        return display.in_force(kind, language)
    if not number.isdecimal() or len(number) > LONGEST_VERSION:
        raise NoSuchVersion
    row = queries.version(kind.name, language, int(number)) if int(number) else None
    return display.of_version(kind, language, row)


def _drawn(draft: Draft, part: str | None) -> ResponseReturnValue:
    return drawn(f"{draft.subject}\n\n{draft.text}", html=False) if part == "text" else drawn(draft.html)


def _conflict(form: TextForm, kind: Kind, language: str, refusal: TextChanged) -> ResponseReturnValue:
    # With both versions on the page, to send the form again is a decision made in knowledge of the other.
    theirs = display.in_force(kind, language)
    form.version.data = str(theirs.version)
    form.refuse(refusal)
    return _page(form, theirs, theirs=theirs), 409


def _page(form: TextForm, found: display.Text, **more: Any) -> str:
    kind, language = found.kind, found.language
    return render_template(
        "notifications/text.html", form=form, found=found, placeholders=display.placeholders_of(kind),
        versions=queries.versions(kind.name, language), language_names=LANGUAGES,
        may_write=not access.principal().divisions, **more,
    )  # fmt: skip


def _said(words: str, kind: str, language: str, tone: str = "good") -> ResponseReturnValue:
    flash(words, tone)
    return redirect(url_for("message_texts.text", kind=kind, language=language), 303)
