"""The record of deeds, for administrators and auditors."""

from datetime import datetime

from apiflask import APIBlueprint
from flask import render_template, request
from flask.typing import ResponseReturnValue

from ilpes_lms.audit import queries
from ilpes_lms.audit.chain import documents, service
from ilpes_lms.audit.forms import PeriodForm, SoughtForm
from ilpes_lms.core import clock
from ilpes_lms.web import access, i18n, names
from ilpes_lms.web.asked import page_takes
from ilpes_lms.web.downloads import as_attachment

pages = APIBlueprint("audit", __name__, enable_openapi=False)
_SOUGHT = ("object", "actor", "verb", "person", "from", "to")


@pages.get("/admin/audit")
@access.requires("audit.read")
def entries() -> ResponseReturnValue:
    page_takes(cursor=None, **dict.fromkeys(_SOUGHT))
    form = SoughtForm(request.args)
    asked = {name: request.args.get(name, "").strip() for name in _SOUGHT}
    cursor = request.args.get("cursor")
    fits = form.validate() and form.attempt(queries.entries, sought=_sought(form, asked), cursor=cursor)
    page = form.result if fits else None
    return render_template(
        "audit/entries.html", page=page, form=form, asked={name: text for name, text in asked.items() if text},
        names=names.of_accounts({entry.actor for entry in page.items} | {asked["actor"]} if page else ()),
        when=_when, later=cursor is not None,
    ), 200 if fits else 422  # fmt: skip


@pages.get("/admin/audit/export")
@access.requires("audit.read")
def export() -> ResponseReturnValue:
    page_takes(**{"from": None, "to": None})
    return render_template("audit/export.html", form=PeriodForm(request.args), forms=documents.FORMS)


@pages.get("/admin/audit/export.<any(csv, json):form>")
@access.requires("audit.read")
def download(form: str) -> ResponseReturnValue:
    page_takes(**{"from": None, "to": None})
    period = PeriodForm(request.args)
    if period.validate() and period.attempt(service.export, first=period["from"].data, last=period["to"].data):
        made = documents.written(period.result, form)
        return as_attachment(made.content, made.name, made.content_type)
    return render_template("audit/export.html", form=period, forms=documents.FORMS), 422


def _sought(form: SoughtForm, asked: dict[str, str]) -> queries.Sought:
    return queries.Sought(
        object_id=asked["object"] or None, actor=asked["actor"] or None, verb=asked["verb"] or None,
        person=asked["person"] or None, first=form["from"].data, last=form["to"].data,
    )  # fmt: skip


def _when(at: datetime) -> str:
    return f"{i18n.short_day(clock.wall_time(at, i18n.zone()).date())} {i18n.clock_time(at)}"
