"""Messages that did not get through, for administrators: looked through, and sent again one by one or all at once."""

from apiflask import APIBlueprint
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ilpes_lms.notifications.display import kind_labels
from ilpes_lms.notifications.retrying import display, queries, service
from ilpes_lms.notifications.retrying.forms import RetryForm
from ilpes_lms.notifications.retrying.queries import REASONS, Stranded
from ilpes_lms.web import access
from ilpes_lms.web.asked import page_takes

pages = APIBlueprint("message_retries", __name__, enable_openapi=False)


@pages.get("/admin/undelivered-messages")
@access.requires("notifications.retry")
def stranded() -> ResponseReturnValue:
    page_takes(reason=REASONS, kind=kind_labels(), domain=None, cursor=None)
    asked = request.args
    which = Stranded(
        reason=asked.get("reason", "") if asked.get("reason") in REASONS else "",
        domain=asked.get("domain", "").strip(), kind=asked.get("kind", ""),
    )  # fmt: skip
    page = queries.stranded(which, cursor=asked.get("cursor"))
    return render_template(
        "notifications/stranded.html", lines=display.rows_of(page.items), next_cursor=page.next_cursor, which=which,
        choices=display.choices_of(queries.counts()), repeatable=queries.repeatable(which), retry=queries.last_retry(),
    )  # fmt: skip


@pages.post("/admin/undelivered-messages/retries")
@access.requires("notifications.retry")
def retry_all() -> ResponseReturnValue:
    form = RetryForm()
    which = form.which()
    if form.validate_on_submit() and form.attempt(service.retry_all, which=which, seen=form.count.data):
        flash(_("The messages are queued again by a worker. Load this page again to see how far it is."), "good")
    else:
        flash(" ".join(map(str, form.form_errors)) or _("Look at the list, and ask from there."), "caution")
    here = url_for(
        "message_retries.stranded", reason=which.reason or None, domain=which.domain or None, kind=which.kind or None
    )  # fmt: skip
    return redirect(here, 303)
