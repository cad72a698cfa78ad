"""A message to the people of an activity: written, looked at, tested, confirmed, watched, stopped."""

from typing import Any

from apiflask import APIBlueprint
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ilpes_lms.catalogue import wording
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core.errors import DomainError
from ilpes_lms.reminders.announcements import display, letters, queries, rules, service
from ilpes_lms.reminders.announcements.errors import NobodyChosen
from ilpes_lms.reminders.announcements.forms import AnnouncementForm, SendForm
from ilpes_lms.reminders.announcements.models import Announcement
from ilpes_lms.reminders.announcements.rules import Audience
from ilpes_lms.reminders.announcements.viewer import own_activity, own_announcement, teaches_only
from ilpes_lms.web import access
from ilpes_lms.web.asked import page_takes
from ilpes_lms.web.drawn import drawn
from ilpes_lms.web.errors import status_of, text_of
from ilpes_lms.web.i18n import LANGUAGES, current_language

pages = APIBlueprint("announcements", __name__, enable_openapi=False)


@pages.get("/coordinate/activities/<activity_ref>/announcements")
@access.requires("announcements.send")
def announcements(activity_ref: str) -> ResponseReturnValue:
    page_takes(cursor=None)
    activity = own_activity(activity_ref)
    page = queries.announcements_of(activity.id, cursor=request.args.get("cursor"))
    return render_template(
        "announcements/list.html", activity=activity, items=page.items, next_cursor=page.next_cursor,
        subject_of=display.subject_of, states=display.STATES,
    )  # fmt: skip


@pages.route("/coordinate/activities/<activity_ref>/announcements/new", methods=["GET", "POST"])
@access.requires("announcements.send")
def write(activity_ref: str) -> ResponseReturnValue:
    activity = own_activity(activity_ref)
    form = AnnouncementForm.of(_asked(), {}, display.choices_of(activity, teaches_only=teaches_only()))
    if form.validate_on_submit() and _kept(form, activity.id):
        return _to(form.result.public_id)
    return _form_page(form, activity), 422 if form.errors else 200


@pages.route("/coordinate/announcements/<ref>/edit", methods=["GET", "POST"])
@access.requires("announcements.send")
def edit(ref: str) -> ResponseReturnValue:
    found = own_announcement(ref)
    if found.state != rules.DRAFT and request.method == "GET":
        return _to(ref)
    choices = display.choices_of(found.activity, teaches_only=teaches_only())
    form = AnnouncementForm.of(found.to, found.said, choices, about_activity=found.about_activity)
    if form.validate_on_submit() and _kept(form, found.activity_id, ref):
        return _to(ref)
    return _form_page(form, found.activity, found), 422 if form.errors else 200


@pages.get("/coordinate/announcements/<ref>")
@access.requires("announcements.send")
def announcement(ref: str) -> ResponseReturnValue:
    page_takes(cursor=None, **{"as": None})
    found = own_announcement(ref)
    return _draft_page(found) if found.state == rules.DRAFT else _progress_page(found)


@pages.get("/coordinate/announcements/<ref>/drawn")
@access.requires("announcements.send")
def draw(ref: str) -> ResponseReturnValue:
    page_takes(part=("html", "text"), **{"as": None})
    found = own_announcement(ref)
    enrolment = queries.one_chosen(found.activity_id, found.to, request.args.get("as"))
    if enrolment is None:
        return drawn(text_of(NobodyChosen()), html=False, status=422)
    _language, draft = letters.shown_to(found, enrolment, letters.sender_of(found))
    return drawn(draft.text, html=False) if request.args.get("part") == "text" else drawn(draft.html)


@pages.post("/coordinate/announcements/<ref>/test")
@access.requires("announcements.send")
def test(ref: str) -> ResponseReturnValue:
    form, found, me = SendForm(), own_announcement(ref), access.principal().person_id
    return _pressed(
        ref, _("The test is on its way to your own address."), service.send_test,
        enrolment_ref=form.as_person.data or None, to_person=me or 0, ref=found.public_id,
    )  # fmt: skip


@pages.post("/coordinate/announcements/<ref>/send")
@access.requires("announcements.send")
def send(ref: str) -> ResponseReturnValue:
    found, seen = own_announcement(ref), SendForm().seen.data or ""
    return _pressed(ref, _("The message is on its way."), service.send, ref=found.public_id, seen=seen)


@pages.post("/coordinate/announcements/<ref>/stop")
@access.requires("announcements.send")
def stop(ref: str) -> ResponseReturnValue:
    said = _("Stopped. Who has not got the message yet does not get it.")
    return _pressed(ref, said, service.stop, ref=own_announcement(ref).public_id)


@pages.post("/coordinate/announcements/<ref>/discard")
@access.requires("announcements.send")
def discard(ref: str) -> ResponseReturnValue:
    activity_ref = own_announcement(ref).activity.public_id
    service.discard(ref=ref)
    flash(_("The draft is deleted."), "good")
    return redirect(url_for("announcements.announcements", activity_ref=activity_ref), 303)


def _asked() -> Audience:
    return Audience(behind=request.args.get("behind") == "yes")


def _kept(form: AnnouncementForm, activity_id: int, ref: str | None = None) -> bool:
    return form.attempt(
        service.write, activity_id=activity_id, audience=form.audience, words=form.words, known=letters.PLACEHOLDERS,
        by_person=access.principal().person_id or 0, teaches_only=teaches_only(), ref=ref,
        about_activity=form.about_activity,
    )  # fmt: skip


def _pressed(_ref: str, said: str, verb: Any, **values: Any) -> ResponseReturnValue:
    try:
        verb(**values)
    except DomainError as refusal:
        if status_of(refusal) in {403, 404}:
            raise
        flash(text_of(refusal), "caution")
    else:
        flash(said, "good")
    return _to(_ref)


def _to(ref: str) -> ResponseReturnValue:
    return redirect(url_for("announcements.announcement", ref=ref), 303)


def _form_page(form: AnnouncementForm, activity: Activity, found: Announcement | None = None) -> str:
    first = next(iter(activity.languages), current_language())
    written = {language for language, each in form.words.items() if each.subject or each.body}
    return render_template(
        "announcements/form.html", form=form, activity=activity, found=found, language_names=LANGUAGES,
        opened=written or {first}, placeholders=letters.PLACEHOLDERS,
    )  # fmt: skip


def _draft_page(found: Announcement) -> str:
    page = queries.people_chosen(found.activity_id, found.to, cursor=request.args.get("cursor"))
    asked = request.args.get("as")
    shown = queries.one_chosen(found.activity_id, found.to, asked) if asked else next(iter(page.items), None)
    return render_template(
        "announcements/draft.html", found=found, activity=found.activity, reach=display.reach_of(found),
        audience=display.audience_in_words(found.to), people=page.items, next_cursor=page.next_cursor, shown=shown,
        subject=display.subject_of(found), language_names=LANGUAGES, named=wording.language_names, form=SendForm(),
    )  # fmt: skip


def _progress_page(found: Announcement) -> str:
    progress = display.progress_of(found)
    return render_template(
        "announcements/progress.html", found=found, activity=found.activity, progress=progress,
        state=display.state_of(found, progress), audience=display.audience_in_words(found.to),
        subject=display.subject_of(found), language_names=LANGUAGES,
    )  # fmt: skip
