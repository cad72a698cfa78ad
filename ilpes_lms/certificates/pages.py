"""Pages of certificates: an activity's, one's own, the file, and the check that anyone can make."""

import json
from collections.abc import Callable
from typing import Any

from apiflask import APIBlueprint
from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ilpes_lms.attendance.display import standing
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.catalogue.queries import managed_activity
from ilpes_lms.certificates import badges, queries, rules, service, template_queries, transcript
from ilpes_lms.certificates import keys as signing
from ilpes_lms.certificates.display import shown, shown_hours
from ilpes_lms.certificates.errors import UnknownCertificate
from ilpes_lms.certificates.forms import CheckFileForm, LanguageForm, ReissueForm, RevokeForm
from ilpes_lms.certificates.models import Certificate
from ilpes_lms.certificates.queries import Viewer
from ilpes_lms.core import clock, files
from ilpes_lms.core.errors import NotFound
from ilpes_lms.web import access
from ilpes_lms.web.asked import page_takes
from ilpes_lms.web.downloads import as_attachment
from ilpes_lms.web.forms import Bare
from ilpes_lms.web.i18n import LANGUAGES, language, ngettext, zone
from ilpes_lms.web.security import largest_body
from ilpes_lms.web.shelf import Shelf, is_personal

pages = APIBlueprint("certificates", __name__, enable_openapi=False)
_shelf = Shelf()


@pages.get("/coordinate/activities/<activity_ref>/certificates")
@access.requires("certificates.issue")
def activity(activity_ref: str) -> ResponseReturnValue:
    page_takes(cursor=None, without=None)
    return _activity_page(managed_activity(activity_ref, access.principal().divisions), Bare())


@pages.post("/coordinate/activities/<activity_ref>/certificates")
@access.requires("certificates.issue")
def issue(activity_ref: str) -> ResponseReturnValue:
    found, form = managed_activity(activity_ref, access.principal().divisions), Bare()
    if form.validate_on_submit() and form.attempt(service.issue, activity_ref=activity_ref):
        text = ngettext("%(num)s certificate is being made.", "%(num)s certificates are being made.", form.result)
        flash(text if form.result else _("Nobody is waiting for a certificate."), "good" if form.result else "info")
        return redirect(url_for("certificates.activity", activity_ref=activity_ref), 303)
    return _activity_page(found, form), 422


@pages.post("/coordinate/activities/<activity_ref>/certificates/pause")
@access.requires("certificates.issue")
def pause(activity_ref: str) -> ResponseReturnValue:
    return _held(activity_ref, service.pause)


@pages.post("/coordinate/activities/<activity_ref>/certificates/resume")
@access.requires("certificates.issue")
def resume(activity_ref: str) -> ResponseReturnValue:
    return _held(activity_ref, service.resume)


@pages.get("/coordinate/activities/<activity_ref>/certificates/progress")
@access.requires("certificates.issue")
def progress(activity_ref: str) -> ResponseReturnValue:
    found = managed_activity(activity_ref, access.principal().divisions)
    states = queries.progress(found.public_id)
    response = make_response(
        render_template(
            "certificates/progress.html", activity=found, states=states, unsigned=signing.refusal(),
            paused=queries.paused_since(found.public_id),
        )
    )  # fmt: skip
    if not states[rules.QUEUED]:
        # All are made: the page has more to show now than this piece.
        response.headers["HX-Refresh"] = "true"
    return response


@pages.get("/coordinate/certificates/<code>/revoke")
@access.requires("certificates.issue")
def ask_revoke(code: str) -> ResponseReturnValue:
    return _revoke_page(queries.managed(code, access.principal().divisions), RevokeForm())


@pages.post("/coordinate/certificates/<code>/revoke")
@access.requires("certificates.issue")
def revoke(code: str) -> ResponseReturnValue:
    found, form = queries.managed(code, access.principal().divisions), RevokeForm()
    if form.validate_on_submit() and form.attempt(service.revoke, code=code, reason=form.reason.data):
        flash(_("The certificate %(serial)s is revoked.", serial=found.serial), "good")
        return redirect(url_for("certificates.activity", activity_ref=found.activity_ref), 303)
    return _revoke_page(found, form), 422


@pages.get("/coordinate/certificates/<code>/reissue")
@access.requires("certificates.issue")
def ask_reissue(code: str) -> ResponseReturnValue:
    return _reissue_page(queries.managed(code, access.principal().divisions), ReissueForm())


@pages.post("/coordinate/certificates/<code>/reissue")
@access.requires("certificates.issue")
def reissue(code: str) -> ResponseReturnValue:
    found, form = queries.managed(code, access.principal().divisions), ReissueForm()
    if form.validate_on_submit() and form.attempt(service.reissue, code=code, reason=form.reason.data):
        flash(_("Another certificate is being made. The one before is valid until it is ready."), "good")
        return redirect(url_for("certificates.activity", activity_ref=found.activity_ref), 303)
    return _reissue_page(found, form), 422


@pages.post("/my/certificates/<code>/language")
@access.signed_in
def translate(code: str) -> ResponseReturnValue:
    form, person_id = LanguageForm(), access.principal().person_id or 0
    queries.own(code, person_id)
    values = {"code": code, "person_id": person_id, "language": form.language.data}
    if form.validate_on_submit() and form.attempt(service.translate, **values):
        flash(_("It is being made in the other language. You get a message when it is ready."), "good")
        return redirect(url_for("certificates.mine"), 303)
    return _my_page(form), 422


@pages.get("/my/certificates")
@access.signed_in
def mine() -> ResponseReturnValue:
    return _my_page(LanguageForm())


@pages.get("/my/certificates/transcript.pdf")
@access.signed_in
def transcript_file() -> ResponseReturnValue:
    who, today = access.principal(), clock.today(zone())
    if who.person_id is None:
        raise NotFound
    content = service.transcribe(person_id=who.person_id, account=who.public_id, today=today)
    return as_attachment(content, f"ILPES-{today:%Y-%m-%d}.pdf")


@pages.get("/certificates/<code>.pdf")
@access.signed_in
def file(code: str) -> ResponseReturnValue:
    who = access.principal()
    viewer = Viewer(who.person_id, coordinates=who.may("certificates.issue"), divisions=who.divisions)
    found = service.hand_out(code=code, viewer=viewer)
    response = make_response(files.fetch(found.file_key or ""))
    response.content_type = "application/pdf"
    response.headers["Content-Disposition"] = f'attachment; filename="{found.serial}.pdf"'
    return _not_indexed(response)


@pages.get("/verify")
@access.public
def verify() -> ResponseReturnValue:
    typed = request.args.get("code", "").strip()
    if not typed:
        return _verify_page(CheckFileForm(), asked="code" in request.args)
    code = rules.code_in(typed)
    if code is None:
        return _answer_page(queries.Check("unknown", None), typed)
    return redirect(url_for("certificates.verify_code", code=code), 303)


@pages.post("/verify")
@access.public
@largest_body(rules.LARGEST_FILE)
def verify_file() -> ResponseReturnValue:
    form = CheckFileForm()
    if not form.validate_on_submit():
        return _verify_page(form), 422
    return _answer_page(service.check_file(form.file.data.stream, caller=request.remote_addr or ""), "", by_file=True)


@pages.get("/verify/keys")
@access.public
def keys() -> ResponseReturnValue:
    return render_template("certificates/keys.html", keys=queries.signing_certificates())


@pages.get("/verify/keys/<fingerprint>.pem")
@access.public
def key(fingerprint: str) -> ResponseReturnValue:
    found = queries.signing_certificate(fingerprint)
    return as_attachment(found.pem.encode(), f"{found.fingerprint[:16]}.pem", "application/x-pem-file")


@pages.get("/verify/<code>")
@access.public
def verify_code(code: str) -> ResponseReturnValue:
    standing = None if is_personal() else queries.standing(code)
    if standing is None:
        return _answer_page(service.check(code, caller=request.remote_addr or ""), code)
    key = (standing, zone(), language(), request.script_root, request.full_path)
    return _answered(_shelf.page(key, lambda: _answer_text(queries.check(code), code)), 200)


def _my_page(form: LanguageForm) -> str:
    found = queries.of_person(access.principal().person_id or 0)
    return render_template(
        "certificates/mine.html",
        certificates=[shown(one) for one in found],
        form=form,
        choices=LANGUAGES,
        years=transcript.of_valid(found),
    )


def _revoke_page(found: Certificate, form: RevokeForm) -> str:
    return render_template(
        "certificates/revoke.html", shown=shown(found), form=form, chain=queries.chain(found),
        possible=rules.is_step(found.state, rules.REVOKED),
    )  # fmt: skip


def _reissue_page(found: Certificate, form: ReissueForm) -> str:
    return render_template(
        "certificates/reissue.html", shown=shown(found), form=form, chain=queries.chain(found),
        possible=rules.is_step(found.state, rules.SUPERSEDED),
    )  # fmt: skip


@pages.get("/credentials/issuer")
@access.public
def issuer() -> ResponseReturnValue:
    return _linked_data(json.dumps(badges.issuer()), "application/ld+json")


@pages.get("/credentials/keys/<multikey>")
@access.public
def credential_key(multikey: str) -> ResponseReturnValue:
    return _linked_data(json.dumps(badges.method(multikey)), "application/ld+json")


@pages.get("/credentials/status/<year>")
@access.public
def status_list(year: str) -> ResponseReturnValue:
    return _linked_data(json.dumps(badges.status_list(year)), "application/vc")


@pages.get("/credentials/<code>")
@access.public
def credential(code: str) -> ResponseReturnValue:
    found = service.check(code, caller=request.remote_addr or "")
    if found.certificate is None:
        raise UnknownCertificate
    return _not_indexed(_linked_data(badges.of(found.certificate), "application/vc"))


def _linked_data(content: str | bytes, content_type: str) -> Response:
    response = make_response(content)
    response.content_type = content_type
    # Programs that verify run in browsers, too; nothing here depends on who asks.
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def _held(activity_ref: str, verb: Callable[..., None]) -> ResponseReturnValue:
    found, form = managed_activity(activity_ref, access.principal().divisions), Bare()
    if form.validate_on_submit() and form.attempt(verb, activity_ref=activity_ref):
        return redirect(url_for("certificates.activity", activity_ref=activity_ref), 303)
    return _activity_page(found, form), 422


def _verify_page(form: CheckFileForm, *, asked: bool = False) -> str:
    return render_template("certificates/verify.html", typed="", asked=asked, form=form)


def _answer_page(found: queries.Check, typed: str, *, by_file: bool = False) -> Response:
    return _answered(_answer_text(found, typed, by_file=by_file), 200 if found.certificate else 404)


def _answer_text(found: queries.Check, typed: str, *, by_file: bool = False) -> str:
    certificate = shown(found.certificate) if found.certificate else None
    return render_template(
        "certificates/answer.html", answer=found.answer, shown=certificate, typed=typed[:80], by_file=by_file,
        form=CheckFileForm(formdata=None), chain=queries.chain(found.certificate) if found.certificate else None,
    )  # fmt: skip


def _answered(text: str, status: int) -> Response:
    return _not_indexed(Response(text, status, content_type="text/html; charset=utf-8"))


def _not_indexed(response: Response) -> Response:
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _activity_page(found: Activity, form: Any) -> str:
    candidates, templates = queries.candidates(found), template_queries.offered(found)
    asked = {name: request.args.get(name) for name in ("cursor", "without")}
    certificates = queries.of_activity(found.public_id, cursor=asked["cursor"])
    waiting = queries.page_of_candidates(candidates, cursor=asked["without"])
    return render_template(
        "certificates/activity.html", activity=found, form=form, hours_of=shown_hours, asked=asked,
        templates=templates, made_of=template_queries.standing(templates), states=queries.progress(found.public_id),
        unsigned=signing.refusal(), paused=queries.paused_since(found.public_id),
        certificates=[shown(one) for one in certificates.items], next_certificates=certificates.next_cursor,
        waiting=[(one, standing(one.outcome)) for one in waiting.items], next_waiting=waiting.next_cursor,
        eligible=sum(one.eligible for one in candidates), without=len(candidates),
    )  # fmt: skip
