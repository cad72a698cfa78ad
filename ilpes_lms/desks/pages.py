"""The pages that join several rooms: the first one, a desk for each audience, and what the institute says of itself."""

from typing import Any

from apiflask import APIBlueprint
from flask import current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ilpes_lms.attendance.viewer import viewer
from ilpes_lms.core import clock, jobs
from ilpes_lms.core.settings import settings
from ilpes_lms.desks import display, queries, service
from ilpes_lms.desks.settings import contact_of, shown_settings
from ilpes_lms.web import access, health, i18n

pages = APIBlueprint("desks", __name__, enable_openapi=False)

_WORDS: dict[str, Any] = {
    name: getattr(display, name)
    for name in (
        "mine", "nominating", "offer_task", "draft_task", "meeting_times", "meeting_label", "marked_text",
        "taught_facts",
        "coordination_tasks", "line", "job_row", "job_state", "check_label",
    )
}  # fmt: skip


@pages.get("/")
@access.public
def home() -> ResponseReturnValue:
    now = clock.now()
    found = queries.offers(now, clock.today(i18n.zone()))
    courses, webinars = display.cards(found.courses, now), display.cards(found.webinars, now)
    return render_template("desks/home.html", courses=courses, webinars=webinars)


@pages.get("/my")
@access.signed_in
def my() -> ResponseReturnValue:
    now = clock.now()
    desk = queries.participant_desk(access.principal().person_id or 0, now)
    return render_template("desks/my.html", desk=desk, now=now, **_WORDS)


@pages.get("/teach")
@access.requires("desks.teach")
def teach() -> ResponseReturnValue:
    now = clock.now()
    return render_template("desks/teach.html", desk=queries.teaching_desk(viewer(), now), now=now, **_WORDS)


@pages.get("/coordinate")
@access.requires("desks.coordinate")
def coordinate() -> ResponseReturnValue:
    now = clock.now()
    desk = queries.coordination_desk(access.principal().divisions, now, clock.today(i18n.zone()))
    return render_template("desks/coordinate.html", desk=desk, **_WORDS)


@pages.get("/admin")
@access.requires("desks.admin")
def admin() -> ResponseReturnValue:
    now = clock.now()
    states, outbox = queries.job_states(jobs.jobs_of(current_app).registered, now), queries.messages_by_state()
    shown = display.setting_pairs(shown_settings(settings()))
    return render_template(
        "desks/admin.html", checks=health.check_all() | health.signs(), outbox=display.outbox_numbers(outbox),
        jobs=states, settings=shown, now=now, **_WORDS,
    )  # fmt: skip


@pages.post("/admin/jobs/<name>/runs")
@access.requires("desks.admin")
def run_now(name: str) -> ResponseReturnValue:
    if service.run_now(name=name):
        flash(_("The job runs as soon as a worker is free. Load this page again to see how it ends."), "good")
    else:
        flash(_("Nothing was asked for: the job waits for its turn already, or is under way."), "caution")
    return redirect(url_for("desks.admin", _anchor="jobs"), 303)


@pages.get("/help")
@access.public
def help_page() -> ResponseReturnValue:
    return render_template("desks/help.html", contact=_contact())


@pages.get("/accessibility")
@access.public
def accessibility() -> ResponseReturnValue:
    return render_template("desks/accessibility.html", contact=_contact())


def _contact() -> str:
    return contact_of(settings())
