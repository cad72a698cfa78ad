"""One's own calendar as JSON."""

from flask import Response

from ilpes_lms.calendars import display, queries, rules, schemas, service
from ilpes_lms.calendars.downloads import activity_file, enrolment_file
from ilpes_lms.core import clock
from ilpes_lms.web import access, i18n
from ilpes_lms.web.api import blueprint

api = blueprint("calendars")


@api.get("/me/calendar")
@access.signed_in
@api.input(schemas.MonthQuery, location="query", arg_name="asked")
@api.output(schemas.CalendarOut)
def mine(asked: schemas.MonthQuery) -> schemas.CalendarOut:
    """Get a month of your class sessions, in your own zone."""
    today = clock.today(i18n.zone())
    first, feed = rules.month_named(asked.month, today) or today.replace(day=1), queries.feed_of(_me())
    return schemas.CalendarOut(
        month=f"{first:%Y-%m}", zone=i18n.zone(), invitations=queries.invites(_me()),
        items=[schemas.EntryOut.of(one) for one in queries.agenda(_me(), first, i18n.zone())],
        feed_made_at=feed.made_at if feed else None,
    )  # fmt: skip


@api.put("/me/calendar/feed")
@access.signed_in
@api.output(schemas.FeedOut)
def make_feed() -> schemas.FeedOut:
    """Make a private address for a feed of all your class sessions, told this once; the one before stops working."""
    url, webcal_url = display.feed_addresses(service.make_feed(person_id=_me()))
    return schemas.FeedOut(url=url, webcal_url=webcal_url)


@api.delete("/me/calendar/feed")
@access.signed_in
@api.output({}, status_code=204)
def stop_feed() -> str:
    """Make the address of your feed useless."""
    service.stop_feed(person_id=_me())
    return ""


@api.put("/me/calendar/invitations")
@access.signed_in
@api.input(schemas.InvitationsIn)
@api.output(schemas.CalendarInvitationsOut)
def invitations(json_data: schemas.InvitationsIn) -> schemas.CalendarInvitationsOut:
    """Get calendar entries by mail, or not."""
    service.choose_invitations(person_id=_me(), wanted=json_data.wanted)
    return schemas.CalendarInvitationsOut(wanted=queries.invites(_me()))


@api.get("/enrolments/<enrolment_ref>/calendar")
@access.signed_in
@api.output({}, content_type="text/calendar", description="The file")
def enrolment(enrolment_ref: str) -> Response:
    """Get all class sessions of one of your activities as an iCalendar file."""
    return enrolment_file(enrolment_ref, _me())


@api.get("/activities/<activity_ref>/calendar")
@access.public
@api.output({}, content_type="text/calendar", description="The file")
def activity(activity_ref: str) -> Response:
    """Get when an activity takes place as an iCalendar file."""
    return activity_file(activity_ref)


def _me() -> int:
    return access.principal().person_id or 0
