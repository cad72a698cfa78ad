"""One's own calendar, and the files and the feed that other calendars take from here."""

from apiflask import APIBlueprint
from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ilpes_lms.calendars import display, queries, rules, service
from ilpes_lms.calendars.downloads import activity_file, enrolment_file, feed_response
from ilpes_lms.calendars.forms import InvitationsForm
from ilpes_lms.core import clock
from ilpes_lms.web import access, i18n
from ilpes_lms.web.asked import page_takes
from ilpes_lms.web.forms import Bare

pages = APIBlueprint("calendars", __name__, enable_openapi=False)


@pages.get("/my/calendar")
@access.signed_in
def mine() -> ResponseReturnValue:
    return _page()


@pages.post("/my/calendar/feed")
@access.signed_in
def make_feed() -> ResponseReturnValue:
    if not Bare().validate_on_submit():
        return _page(), 422
    token = service.make_feed(person_id=_me())
    response = Response(_page(display.feed_addresses(token)))
    response.headers["Cache-Control"] = "no-store"
    return response


@pages.post("/my/calendar/feed/stop")
@access.signed_in
def stop_feed() -> ResponseReturnValue:
    if Bare().validate_on_submit():
        service.stop_feed(person_id=_me())
        flash(_("The address does not work any more."), "good")
    return redirect(url_for("calendars.mine", _anchor="feed"), 303)


@pages.post("/my/calendar/invitations")
@access.signed_in
def invitations() -> ResponseReturnValue:
    form = InvitationsForm()
    if form.validate_on_submit():
        service.choose_invitations(person_id=_me(), wanted=form.wanted.data == "yes")
        flash(_("Saved."), "good")
    return redirect(url_for("calendars.mine", _anchor="invitations"), 303)


@pages.get("/my/enrolments/<enrolment_ref>/calendar.ics")
@access.signed_in
def enrolment(enrolment_ref: str) -> ResponseReturnValue:
    return enrolment_file(enrolment_ref, _me())


@pages.get("/activities/<ref>/calendar.ics")
@access.public
def activity(ref: str) -> ResponseReturnValue:
    return activity_file(ref)


@pages.get("/calendar/<token>.ics")
@access.public
def feed(token: str) -> ResponseReturnValue:
    return feed_response(service.owner_calling(token, caller=request.remote_addr or ""))


def _page(new_feed: tuple[str, str] | None = None) -> str:
    today = clock.today(i18n.zone())
    chosen = rules.month_named(request.args.get("month"), today)
    page_takes(**({"month": None} if chosen else {}))
    return render_template(
        "calendars/mine.html", month=display.month_page(_me(), chosen or today.replace(day=1)),
        feed=queries.feed_of(_me()), invites=queries.invites(_me()), new_feed=new_feed, own_zone=i18n.zone(),
    )  # fmt: skip


def _me() -> int:
    return access.principal().person_id or 0
