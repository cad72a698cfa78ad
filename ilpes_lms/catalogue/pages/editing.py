"""Making an activity, and changing its settings."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from ilpes_lms.catalogue import queries, rules, service
from ilpes_lms.catalogue.forms import ActivityForm, data_of
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.catalogue.overview import differences, overview_of
from ilpes_lms.catalogue.pages.blueprint import pages
from ilpes_lms.core import clock
from ilpes_lms.core.errors import DomainError, Stale
from ilpes_lms.people import queries as people
from ilpes_lms.web import access, i18n

_LONGEST_VERSION = 10


@pages.get("/coordinate/activities/new")
@access.requires("catalogue.manage")
def choose_kind() -> ResponseReturnValue:
    return render_template(
        "catalogue/choose_kind.html", kinds=rules.KIND_LABELS, ways=rules.ADMISSIONS_OF_KIND,
        admissions=rules.ADMISSION_LABELS,
    )  # fmt: skip


@pages.route("/coordinate/activities/new/<kind>", methods=["GET", "POST"])
@access.requires("catalogue.manage")
def create(kind: str) -> ResponseReturnValue:
    if kind not in rules.KINDS:
        raise NotFound
    divisions = access.principal().divisions
    form = ActivityForm(kind, queries.courses(), divisions, data=_usual(divisions))
    if form.validate_on_submit() and form.attempt(
        service.create_activity, kind=kind, divisions=divisions, **form.values()
    ):
        flash(_("The draft is saved. Add class sessions and instructors, then publish it."), "good")
        return redirect(url_for("catalogue.manage", ref=form.result.public_id), 303)
    form.add_empty_partners()
    page = render_template(
        "catalogue/create.html", form=form, kind=kind, kind_label=_(rules.KIND_LABELS[kind]), activity=None
    )
    return page, 422 if form.errors else 200


@pages.route("/coordinate/activities/<ref>/edit", methods=["GET", "POST"])
@access.requires("catalogue.manage")
def edit(ref: str) -> ResponseReturnValue:
    divisions = access.principal().divisions
    activity = queries.managed_activity(ref, divisions)
    form = ActivityForm(activity.kind, queries.courses(), divisions, data=_data(activity))
    if form.validate_on_submit():
        try:
            service.edit_activity(
                activity_ref=ref, version=seen_version(form), divisions=divisions,
                move_class_sessions=form.move_class_sessions.data, **form.values(),
            )  # fmt: skip
            flash(_("Saved."), "good")
            return redirect(url_for("catalogue.manage", ref=ref), 303)
        except Stale:
            return _conflict(form, queries.managed_activity(ref, divisions))
        except DomainError as refusal:
            form.refuse(refusal)
    return _edit_page(form, activity), 422 if form.errors else 200


def _conflict(form: ActivityForm, activity: Activity) -> ResponseReturnValue:
    # With both versions on the page, to send the form again is a decision made in knowledge of the other.
    found = differences(form, form.data, _data(activity))
    form.version.data = activity.version
    return _edit_page(form, activity, differences=found), 409


def _edit_page(form: ActivityForm, activity: Activity, **more: Any) -> str:
    form.add_empty_partners()
    overview = overview_of(activity, clock.now())
    return render_template("catalogue/edit.html", form=form, activity=activity, page=overview, **more)


def _data(activity: Activity) -> dict[str, Any]:
    return data_of(activity, people.organizations_of(activity.eligible_organizations))


def seen_version(form: Any) -> int:
    """Return the version that the page showed; one that nobody had when it says none."""
    text = str(form.version.data or "")
    return int(text) if text.isdecimal() and len(text) < _LONGEST_VERSION else 0


def _usual(divisions: frozenset[str]) -> dict[str, object]:
    return {
        "zone": i18n.zone(), "languages": ["es"], "modality": "live_online",
        "division": next(iter(sorted(divisions)), "ilpes"),
    }  # fmt: skip
