"""The log of messages, for those who answer for them."""

from apiflask import APIBlueprint
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ilpes_lms.notifications import declining, links, queries, rules, service
from ilpes_lms.notifications.display import STATES, kind_labels, kinds_by_need, lines_of, notes_of
from ilpes_lms.notifications.forms import DigestForm
from ilpes_lms.web import access
from ilpes_lms.web.asked import page_takes
from ilpes_lms.web.forms import Bare
from ilpes_lms.web.i18n import LANGUAGES, in_language

pages = APIBlueprint("notifications", __name__, enable_openapi=False)


@pages.get("/coordinate/messages")
@access.requires("notifications.read")
def messages() -> ResponseReturnValue:
    page_takes(state=STATES, kind=kind_labels(), activity=None, to=None, cursor=None)
    asked = request.args
    state = asked.get("state") if asked.get("state") in STATES else None
    sought = queries.Sought(
        divisions=access.principal().divisions, activity_ref=asked.get("activity"), kind=asked.get("kind"),
        to=asked.get("to", "").strip() or None,
    )  # fmt: skip
    page = queries.log(sought, state=state, cursor=asked.get("cursor"))
    return render_template(
        "notifications/messages.html", lines=lines_of(page.items), next_cursor=page.next_cursor, states=STATES,
        kinds=kind_labels(), state=state, sought=sought, counts=queries.counts(sought),
    )  # fmt: skip


@pages.get("/coordinate/messages/<message_ref>")
@access.requires("notifications.read")
def message(message_ref: str) -> ResponseReturnValue:
    found = queries.message(message_ref, divisions=access.principal().divisions)
    (line,) = lines_of([found])
    return render_template(
        "notifications/message.html", message=found, line=line, notes=notes_of(found), kin=queries.kin_of(found),
        may_be_repeated=rules.may_be_repeated(found.state, erased=found.erased),
    )  # fmt: skip


@pages.post("/coordinate/messages/<message_ref>/send-again")
@access.requires("notifications.send")
def send_again(message_ref: str) -> ResponseReturnValue:
    found = queries.message(message_ref, divisions=access.principal().divisions)
    form = Bare()
    if form.validate_on_submit() and form.attempt(service.send_again, message_ref=found.public_id):
        flash(_("The message will be sent again in a moment. This is the new one."), "good")
        return redirect(url_for("notifications.message", message_ref=form.result.public_id), 303)
    flash(" ".join(map(str, form.form_errors)), "caution")
    return redirect(url_for("notifications.message", message_ref=found.public_id), 303)


@pages.route("/my/messages", methods=["GET", "POST"])
@access.signed_in
def mine() -> ResponseReturnValue:
    person_id, wishes = _person_id(), queries.wishes_of(_person_id())
    form = DigestForm(data={"hour": "" if wishes.digest_hour is None else str(wishes.digest_hour)})
    if form.validate_on_submit() and form.attempt(service.choose_digest, person_id=person_id, hour=form.chosen_hour()):
        flash(_("Your choice is saved."), "good")
        return redirect(url_for("notifications.mine"), 303)
    return render_template(
        "notifications/mine.html", form=form, wishes=wishes, kinds=kinds_by_need(daily=wishes.digest_hour is not None)
    ), 422 if form.errors else 200  # fmt: skip


@pages.post("/my/messages/kinds/<kind>")
@access.signed_in
def wish(kind: str) -> ResponseReturnValue:
    wanted = request.form.get("wanted") == "yes"
    service.wish(person_id=_person_id(), kind=kind, wanted=wanted)
    flash(_("You get these messages again.") if wanted else _("You will get no more messages of this kind."), "good")
    return redirect(url_for("notifications.mine"), 303)


@pages.post("/my/messages/address-works")
@access.signed_in
def address_works() -> ResponseReturnValue:
    service.try_address_again(person_id=_person_id())
    flash(_("We write to your address again. If a message comes back, it will say so here."), "good")
    return redirect(url_for("notifications.mine"), 303)


@pages.get("/messages/stop/<token>")
@access.public
def stop(token: str) -> ResponseReturnValue:
    if token == links.A_TEST:
        return render_template("notifications/stop_test.html")
    found = declining.choice(token)
    declined = queries.declined(found.person.id, found.kind.name)
    asked = request.args.get("lang")
    with in_language(asked if asked in LANGUAGES else found.person.language):
        return render_template("notifications/stop.html", token=token, label=_(found.kind.label), declined=declined)


@pages.post("/messages/stop/<token>")
@access.public
def decline(token: str) -> ResponseReturnValue:
    if token == links.A_TEST:
        return stop(token)
    # Mail programs send this for the person with nothing but the link (RFC 8058): the link is the proof, no form token.
    service.decline(token=token, wanted=request.form.get("wanted") == "yes")
    if request.form.get("List-Unsubscribe") == "One-Click":
        # Mail programs do not follow a redirection of what they send.
        return stop(token)
    return redirect(url_for("notifications.stop", token=token), 303)


def _person_id() -> int:
    return access.principal().person_id or 0
