"""The log of messages, for those who answer for them."""

from apiflask import APIBlueprint
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ilpes_lms.notifications import declining, queries, service
from ilpes_lms.notifications.display import STATES, lines_of
from ilpes_lms.web import access
from ilpes_lms.web.asked import page_takes
from ilpes_lms.web.forms import Bare
from ilpes_lms.web.i18n import LANGUAGES, in_language

pages = APIBlueprint("notifications", __name__, template_folder="templates", enable_openapi=False)


@pages.get("/coordinate/messages")
@access.requires("notifications.read")
def messages() -> ResponseReturnValue:
    page_takes(state=STATES, activity=None, cursor=None)
    state = request.args.get("state") if request.args.get("state") in STATES else None
    activity_ref, divisions = request.args.get("activity"), access.principal().divisions
    page = queries.log(
        divisions=divisions, state=state, activity_ref=activity_ref, cursor=request.args.get("cursor")
    )  # fmt: skip
    return render_template(
        "notifications/messages.html", lines=lines_of(page.items), next_cursor=page.next_cursor, states=STATES,
        state=state, activity_ref=activity_ref, counts=queries.counts(divisions=divisions, activity_ref=activity_ref),
    )  # fmt: skip


@pages.get("/coordinate/messages/<message_ref>")
@access.requires("notifications.read")
def message(message_ref: str) -> ResponseReturnValue:
    found = queries.message(message_ref, divisions=access.principal().divisions)
    (line,) = lines_of([found])
    notes = [_(note) for note in found.note.splitlines()]
    return render_template("notifications/message.html", message=found, line=line, notes=notes)


@pages.post("/coordinate/messages/<message_ref>/send-again")
@access.requires("notifications.send")
def send_again(message_ref: str) -> ResponseReturnValue:
    found = queries.message(message_ref, divisions=access.principal().divisions)
    form = Bare()
    if form.validate_on_submit() and form.attempt(service.send_again, message_ref=found.public_id):
        flash(_("The message will be sent again in a moment."), "good")
    else:
        flash(" ".join(map(str, form.form_errors)), "caution")
    return redirect(url_for("notifications.message", message_ref=found.public_id), 303)


@pages.get("/messages/stop/<token>")
@access.public
def stop(token: str) -> ResponseReturnValue:
    found = declining.choice(token)
    declined = queries.declined(found.person.id, found.kind.name)
    asked = request.args.get("lang")
    with in_language(asked if asked in LANGUAGES else found.person.language):
        return render_template("notifications/stop.html", token=token, label=_(found.kind.label), declined=declined)


@pages.post("/messages/stop/<token>")
@access.public
def decline(token: str) -> ResponseReturnValue:
    # Mail programs send this for the person with nothing but the link (RFC 8058): the link is the proof, no form token.
    service.decline(token=token, wanted=request.form.get("wanted") == "yes")
    return redirect(url_for("notifications.stop", token=token), 303)
