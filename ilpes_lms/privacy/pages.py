"""One's own data: what the institute says of it, to look at, to have it erased."""

from apiflask import APIBlueprint
from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ilpes_lms.core.settings import institute_day, settings
from ilpes_lms.desks.settings import contact_of
from ilpes_lms.people import queries as people
from ilpes_lms.people import rules
from ilpes_lms.privacy import exporters, formats, notices, queries, service, wording
from ilpes_lms.privacy.forms import EraseForForm, EraseForm
from ilpes_lms.privacy.retention import display as periods
from ilpes_lms.privacy.retention import queries as kept
from ilpes_lms.web import access
from ilpes_lms.web.navigation import place

pages = APIBlueprint("privacy", __name__, enable_openapi=False)


@pages.get("/privacy")
@access.public
def notice() -> ResponseReturnValue:
    return _notice(rules.PRIVACY_NOTICE_VERSION, notices.VERSIONS[0])


@pages.get("/privacy/<version>")
@access.public
def notice_version(version: str) -> ResponseReturnValue:
    return _notice(version, notices.version_named(version))


@pages.get("/my/data")
@access.signed_in
def my_data() -> ResponseReturnValue:
    return render_template("privacy/my_data.html", rooms=exporters.rooms(), words=wording)


@pages.get("/my/data/<room>")
@access.signed_in
def my_data_of(room: str) -> ResponseReturnValue:
    parts = exporters.export_of(room, access.principal().person_id or 0)
    return render_template("privacy/my_data_of.html", room=room, parts=parts, rooms=exporters.rooms(), words=wording)


@pages.get("/my/data.json")
@access.signed_in
def my_data_file() -> ResponseReturnValue:
    name = f"ilpes-{institute_day().isoformat()}.json"
    return Response(
        formats.as_json(exporters.export(access.principal().person_id or 0)), content_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )  # fmt: skip


@pages.route("/my/data/erase", methods=["GET", "POST"])
@access.signed_in
def erase() -> ResponseReturnValue:
    form, me = EraseForm(), access.principal()
    if form.validate_on_submit() and form.attempt(
        service.ask, person_id=me.person_id or 0, account_id=me.account_id or 0, password=form.password.data,
        caller=request.remote_addr,
    ):  # fmt: skip
        flash(_("You will be erased in seven days, unless you take it back."), "good")
        return redirect(url_for(".erase"), 303)
    asked = queries.erasure_asked(me.person_id or 0)
    return render_template("privacy/erase.html", form=form, asked=asked), 422 if form.errors else 200


@pages.post("/my/data/erase/take-back")
@access.signed_in
def take_back() -> ResponseReturnValue:
    service.take_back(person_id=access.principal().person_id or 0)
    flash(_("You will not be erased."), "good")
    return redirect(url_for(".erase"), 303)


@pages.route("/admin/people/<person_ref>/erase", methods=["GET", "POST"])
@access.requires("people.manage")
def erase_person(person_ref: str) -> ResponseReturnValue:
    person, form = people.person_by_ref(person_ref), EraseForForm()
    if form.validate_on_submit() and form.attempt(service.forget, person_ref=person_ref, reason=form.reason.data):
        flash(_("The person is erased."), "good")
        return redirect(place("people"), 303)
    page = render_template(
        "privacy/erase_person.html", person=person, form=form, goes=exporters.numbers(person.id),
        stays=queries.what_stays(person.id), words=wording,
    )  # fmt: skip
    return page, 422 if form.errors or form.form_errors else 200


def _notice(name: str, text: notices.Version) -> str:
    given = people.consents_of(access.principal().person_id or 0)
    return render_template(
        "privacy/notice.html", version=name, text_version=text.name, changes=text.changes, versions=notices.VERSIONS,
        in_force=name == rules.PRIVACY_NOTICE_VERSION, agreed={one.notice_version: one.given_at for one in given},
        contact=contact_of(settings()), schedule=kept.schedule(counting=False), changed_at=kept.last_change(),
        periods=periods,
    )  # fmt: skip
