"""Pages of templates: coordinators write a draft, look at it as they write, and publish it; versions stay readable."""

import base64
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from apiflask import APIBlueprint
from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ilpes_lms.catalogue.queries import managed_outline
from ilpes_lms.certificates import design as designs
from ilpes_lms.certificates import template_queries
from ilpes_lms.certificates.design import FACTS, LANGUAGES, Design
from ilpes_lms.certificates.designing import service, specimen
from ilpes_lms.certificates.designing.forms import (
    ChoiceForm,
    DraftForm,
    FactsForm,
    LogoForm,
    NameForm,
    NewTemplateForm,
    SigningForm,
    WordsForm,
    draft_of,
    logo_data,
    signing_data,
    words_data,
)
from ilpes_lms.certificates.models import CertificateTemplate
from ilpes_lms.certificates.placeholders import NOT_ALWAYS_KNOWN, PLACEHOLDERS
from ilpes_lms.certificates.rules import KIND_LABELS
from ilpes_lms.core import files
from ilpes_lms.core.errors import DomainError, NotFound
from ilpes_lms.core.text import N_
from ilpes_lms.people.vocabularies import divisions as vocabulary
from ilpes_lms.web import access
from ilpes_lms.web.forms import Bare
from ilpes_lms.web.i18n import LANGUAGES as NAMES
from ilpes_lms.web.i18n import current_language
from ilpes_lms.web.security import largest_body

pages = APIBlueprint("certificate_templates", __name__, enable_openapi=False)
_BASE = "/coordinate/certificate-templates"
_WORDS = "<any(participation, completion):kind>{}<any(es, en, pt, fr):language>"
# Larger pictures are refused in words; of what is larger still, nothing is read.
_LARGEST = 2 * 1024 * 1024
_DIGITS = 6
_STEPS = {"up": -1, "down": 1}
_RETIRING = {
    "retire": (service.retire, N_("The template is retired: no certificate is made of it from now on.")),
    "restore": (service.restore, N_("The template is back: certificates can be made of it again.")),
}


@pages.route(_BASE, methods=["GET", "POST"])
@access.requires("certificates.issue")
def index() -> ResponseReturnValue:
    mine, form = access.principal().divisions, NewTemplateForm()
    found = template_queries.templates(mine)
    form.offer(found, mine)
    values = {"name": form.name.data, "division": form.division.data, "like": form.like.data}
    if form.validate_on_submit() and form.attempt(service.create, divisions=mine, **values):
        return _to(form.result.public_id)
    html = render_template("certificates/templates.html", templates=found, form=form, whose=_whose)
    return html, 422 if form.errors else 200


@pages.get(f"{_BASE}/<template_ref>")
@access.requires("certificates.issue")
def template(template_ref: str) -> ResponseReturnValue:
    return _page(_found(template_ref))


@pages.route(f"{_BASE}/<template_ref>/words/{_WORDS.format('/')}", methods=["GET", "POST"])
@access.requires("certificates.issue")
def words(template_ref: str, kind: Any, language: Any) -> ResponseReturnValue:
    found = _found(template_ref)
    design = draft_of(found)
    form = WordsForm(data=words_data(found, design.words_of(kind, language)))
    mine = design.with_words(kind, language, form.words()) if form.is_submitted() else design
    if not _asks_for_preview() and form.validate_on_submit() and _saved(form, found, mine):
        flash(_("Saved. Certificates are made of it once it is published."), "good")
        return _to(template_ref)
    picture = _picture(form, mine, kind, language)
    html = render_template(
        "certificates/template_words.html", template=found, form=form, kind=kind, code=language, picture=picture,
        differing=_differing(form, found, mine), kinds=KIND_LABELS, names=NAMES, placeholders=PLACEHOLDERS,
        not_always=NOT_ALWAYS_KNOWN,
    )  # fmt: skip
    return html, 422 if form.errors else 200


@pages.post(f"{_BASE}/<template_ref>/facts")
@access.requires("certificates.issue")
def facts(template_ref: str) -> ResponseReturnValue:
    found, form = _found(template_ref), FactsForm()
    mine = replace(draft_of(found), shown=tuple(name for name in FACTS if name in (form.shown.data or ())))
    return _done(form, found, mine, _("Saved. Certificates are made of it once it is published."))


@pages.route(f"{_BASE}/<template_ref>/logos/<place>", methods=["GET", "POST"])
@access.requires("certificates.issue")
@largest_body(_LARGEST)
def logo(template_ref: str, place: str) -> ResponseReturnValue:
    found = _found(template_ref)
    design = draft_of(found)
    before = _at(design.logos, place)
    form = LogoForm(data=logo_data(found, before))
    return _piece(found, form, "logo", lambda: replace(
        design, logos=_with(design.logos, place, form.logo(_sent(form, before.image if before else "")))
    ))  # fmt: skip


@pages.route(f"{_BASE}/<template_ref>/signatories/<place>", methods=["GET", "POST"])
@access.requires("certificates.issue")
@largest_body(_LARGEST)
def signatory(template_ref: str, place: str) -> ResponseReturnValue:
    found = _found(template_ref)
    design = draft_of(found)
    before = _at(design.signatories, place)
    form = SigningForm(data=signing_data(found, before))
    return _piece(found, form, "signatory", lambda: replace(
        design,
        signatories=_with(design.signatories, place, form.signing(_sent(form, before.image if before else ""))),
    ))  # fmt: skip


@pages.post(f"{_BASE}/<template_ref>/<any(logos, signatories):part>/<place>/<any(up, down, remove):step>")
@access.requires("certificates.issue")
def move(template_ref: str, part: str, place: str, step: str) -> ResponseReturnValue:
    found, form = _found(template_ref), DraftForm()
    design = draft_of(found)
    listed, at = getattr(design, part), _number(place)
    if at >= len(listed):
        raise NotFound
    left = designs.moved(listed, at, _STEPS[step]) if step in _STEPS else (*listed[:at], *listed[at + 1 :])
    changes: dict[str, Any] = {part: left}
    return _done(form, found, replace(design, **changes), _("Saved."))


@pages.post(f"{_BASE}/<template_ref>/publish")
@access.requires("certificates.issue")
def publish(template_ref: str) -> ResponseReturnValue:
    found, form = _found(template_ref), DraftForm()
    return _asked(form, found, service.publish, _("It is published: certificates are made of it from now on."),
                  version=form.seen)  # fmt: skip


@pages.post(f"{_BASE}/<template_ref>/<any(usual, unusual):standing>")
@access.requires("certificates.issue")
def make_usual(template_ref: str, standing: str) -> ResponseReturnValue:
    said = _("It stands where an activity has no template of its own.") if standing == "usual" else _("Saved.")
    return _asked(Bare(), _found(template_ref), service.make_usual, said, usual=standing == "usual")


@pages.post(f"{_BASE}/<template_ref>/<any(retire, restore):step>")
@access.requires("certificates.issue")
def retire(template_ref: str, step: str) -> ResponseReturnValue:
    verb, said = _RETIRING[step]
    return _asked(Bare(), _found(template_ref), verb, _(said))


@pages.route(f"{_BASE}/<template_ref>/name", methods=["GET", "POST"])
@access.requires("certificates.issue")
def name(template_ref: str) -> ResponseReturnValue:
    found = _found(template_ref)
    form, mine = NameForm(data={"name": found.name}), access.principal().divisions
    if form.validate_on_submit() and form.attempt(
        service.rename, ref=template_ref, name=form.name.data, divisions=mine
    ):
        flash(_("Saved."), "good")
        return _to(template_ref)
    return render_template("certificates/template_name.html", template=found, form=form), 422 if form.errors else 200


@pages.post(f"{_BASE}/<template_ref>/remove")
@access.requires("certificates.issue")
def remove(template_ref: str) -> ResponseReturnValue:
    found, form = _found(template_ref), Bare()
    called = found.name
    mine = access.principal().divisions
    if form.validate_on_submit() and form.attempt(service.remove, ref=template_ref, divisions=mine):
        flash(_("The template “%(name)s” is removed.", name=called), "good")
        return redirect(url_for("certificate_templates.index"), 303)
    return _page(found, form)


@pages.get(f"{_BASE}/<template_ref>/versions/<number>")
@access.requires("certificates.issue")
def version(template_ref: str, number: str) -> ResponseReturnValue:
    found = _found(template_ref)
    kept = template_queries.version(found.id, _number(number))
    return render_template(
        "certificates/template_version.html", template=found, version=kept, design=Design.from_record(kept.design),
        kinds=KIND_LABELS, names=NAMES, facts=FACTS, codes=LANGUAGES,
    )  # fmt: skip


@pages.get(f"{_BASE}/<template_ref>/<any(draft, published):which>/<number>/{_WORDS.format('-')}.png")
@access.requires("certificates.issue")
def picture(template_ref: str, which: str, number: str, kind: Any, language: Any) -> ResponseReturnValue:
    found = _found(template_ref)
    record = found.draft if which == "draft" else template_queries.version(found.id, _number(number)).design
    service.count_preview(access.principal().public_id)
    shown = specimen.content_of(Design.from_record(record), kind, language)
    return _inert(specimen.picture_of(shown), "image/png")


@pages.get(f"{_BASE}/pictures/<key>")
@access.requires("certificates.issue")
def image(key: str) -> ResponseReturnValue:
    found = template_queries.image(key)
    return _inert(files.fetch(found.key), found.media_type)


@pages.post("/coordinate/activities/<activity_ref>/certificates/template")
@access.requires("certificates.issue")
def choose(activity_ref: str) -> ResponseReturnValue:
    mine, form = access.principal().divisions, ChoiceForm()
    form.offer(one.template for one in template_queries.offered(managed_outline(activity_ref, mine)))
    values = {"activity_ref": activity_ref, "ref": form.template.data or "", "divisions": mine}
    if form.validate_on_submit() and form.attempt(service.choose, **values):
        flash(_("Saved. Certificates that are asked for from now on are made of it."), "good")
    else:
        flash(_("Choose a template of the list."), "wrong")
    return redirect(url_for("certificates.activity", activity_ref=activity_ref), 303)


def _page(
    found: CertificateTemplate, form: DraftForm | Bare | None = None, mine: Design | None = None
) -> ResponseReturnValue:
    design = draft_of(found)
    shown = FactsForm(formdata=None, data={"version": found.draft_version, "shown": list(design.shown)})
    shown.label()
    versions = template_queries.versions(found.id)
    html = render_template(
        "certificates/template.html", template=found, design=design, facts=shown, form=form or shown, versions=versions,
        changed=not versions or versions[0].design != found.draft, kinds=KIND_LABELS, names=NAMES,
        codes=LANGUAGES, whose=_whose(found.division), mine=_is_mine(found),
        differing=_differing(form, found, mine) if mine and isinstance(form, DraftForm) else [],
        in_words=designs.in_words,
    )  # fmt: skip
    return html, 422 if form and form.errors else 200


def _piece(found: CertificateTemplate, form: Any, name: str, changed: Callable[[], Design]) -> ResponseReturnValue:
    """Show the form of one logo or of one who signs, or save what it says."""
    mine = None
    if form.validate_on_submit() and form.attempt(changed):
        mine = form.result
        if _saved(form, found, mine):
            flash(_("Saved. Certificates are made of it once it is published."), "good")
            return _to(found.public_id)
    html = render_template(
        f"certificates/template_{name}.html", template=found, form=form,
        differing=_differing(form, found, mine) if mine else [],
    )  # fmt: skip
    return html, 422 if form.errors else 200


def _done(form: DraftForm, found: CertificateTemplate, mine: Design, said: str) -> ResponseReturnValue:
    if form.validate_on_submit() and _saved(form, found, mine):
        flash(said, "good")
        return _to(found.public_id)
    return _page(found, form, mine)


def _asked(
    form: Any, found: CertificateTemplate, verb: Callable[..., Any], said: str, **values: Any
) -> ResponseReturnValue:
    mine = access.principal().divisions
    if form.validate_on_submit() and form.attempt(verb, ref=found.public_id, divisions=mine, **values):
        flash(said, "good")
        return _to(found.public_id)
    return _page(found, form)


def _saved(form: DraftForm, found: CertificateTemplate, design: Design) -> bool:
    return form.attempt(
        service.change_draft, ref=found.public_id, version=form.seen, design=design,
        divisions=access.principal().divisions,
    )  # fmt: skip


def _picture(form: WordsForm, design: Design, kind: Any, language: Any) -> dict[str, str] | None:
    """Return the certificate as it would look by what was typed, None where that can't be printed."""
    try:
        for words in design.words.values():
            designs.check_words(words)
        service.count_preview(access.principal().public_id)
        shown = specimen.content_of(design, kind, language, long=bool(form.long.data))
        drawn = base64.b64encode(specimen.picture_of(shown)).decode()
    except DomainError as refusal:
        if _asks_for_preview():
            form.refuse(refusal)
        return None
    return {"source": f"data:image/png;base64,{drawn}", "text": specimen.text_of(shown)}


def _differing(form: DraftForm, found: CertificateTemplate, mine: Design) -> list[tuple[str, str, str]]:
    """Return what was typed beside what stands now, if somebody changed it; whoever sends it again has seen both."""
    if not form.is_submitted() or form.seen == found.draft_version:
        return []
    form.version.data = found.draft_version
    found_now = designs.differences(mine, draft_of(found), lambda kind, code: f"{_(KIND_LABELS[kind])}, {NAMES[code]}")
    labels = {"shown": _("Facts"), "logos": _("Logos"), "signatories": _("Who signs")}
    return [(labels.get(part, part), typed, stored) for part, typed, stored in found_now]


def _sent(form: Any, before: str) -> str:
    """Keep the picture that was sent and return its key, that of the one before if none was."""
    sent = form.picture.data
    return service.keep_image(sent=sent.read()).key if sent and sent.filename else before


def _at(listed: tuple[Any, ...], place: str) -> Any:
    if place == "new":
        return None
    if _number(place) >= len(listed):
        raise NotFound
    return listed[_number(place)]


def _with(listed: tuple[Any, ...], place: str, piece: Any) -> tuple[Any, ...]:
    if place == "new":
        return (*listed, piece)
    return (*listed[: int(place)], piece, *listed[int(place) + 1 :])


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= _DIGITS):
        raise NotFound
    return int(text)


def _asks_for_preview() -> bool:
    return request.method == "POST" and "preview" in request.form


def _found(ref: str) -> CertificateTemplate:
    return template_queries.template(ref, access.principal().divisions)


def _is_mine(found: CertificateTemplate) -> bool:
    return template_queries.edited_by(access.principal().divisions, found.division)


def _whose(division: str) -> str:
    return vocabulary.label(division, current_language()) if division else _("The whole institute")


def _to(ref: str) -> ResponseReturnValue:
    return redirect(url_for("certificate_templates.template", template_ref=ref), 303)


def _inert(content: bytes, media_type: str) -> Response:
    """Return a picture that runs nothing and loads nothing, should a browser open it by itself."""
    response = make_response(content)
    response.content_type = media_type
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'; style-src 'unsafe-inline'"
    response.headers["Cache-Control"] = "private, no-store"
    return response
