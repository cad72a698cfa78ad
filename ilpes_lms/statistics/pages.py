"""Statistics for coordinators and readers."""

from datetime import date
from typing import Any

from apiflask import APIBlueprint
from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ilpes_lms.core.settings import institute_day
from ilpes_lms.statistics import documents, formats, queries, rules, service
from ilpes_lms.statistics.beside import Compared
from ilpes_lms.statistics.display import Shown, choices
from ilpes_lms.statistics.errors import NothingToReconcile
from ilpes_lms.statistics.forms import CompilationForm, PeriodForm
from ilpes_lms.statistics.models import Compilation
from ilpes_lms.statistics.reconciled import Reconciled
from ilpes_lms.statistics.rules import Period
from ilpes_lms.statistics.transcription import transcription
from ilpes_lms.web import access, i18n
from ilpes_lms.web.asked import page_takes
from ilpes_lms.web.downloads import as_attachment

pages = APIBlueprint("statistics", __name__, enable_openapi=False)


@pages.get("/coordinate/statistics/tables")
@access.requires("statistics.read")
def overview() -> ResponseReturnValue:
    page_takes(**{"from": None, "to": None})
    form = _asked_period()
    agreed = form.validate() and form.attempt(service.compute, start=form["from"].data, end=form["to"].data)
    return _overview(form, form.result if agreed else None)


@pages.get("/coordinate/statistics.csv")
@access.requires("statistics.read")
def overview_csv() -> ResponseReturnValue:
    form = _asked_period()
    if form.validate() and form.attempt(service.compute, start=form["from"].data, end=form["to"].data):
        return _csv(form.result)
    return _overview(form, None)


@pages.get("/coordinate/statistics/reconciliation")
@access.requires("statistics.read")
def reconciliation() -> ResponseReturnValue:
    page_takes()
    try:
        found = Reconciled(transcription(), service.reconcile())
    except NothingToReconcile:
        found = None
    return render_template("statistics/reconciliation.html", found=found)


@pages.post("/coordinate/statistics/compilations")
@access.requires("statistics.read")
def ask_compilation() -> ResponseReturnValue:
    form = CompilationForm()
    if form.validate_on_submit() and form.attempt(
        service.ask_compilation, start=form["from"].data, end=form["to"].data
    ):
        flash(_("The compilation is asked for. It is kept as soon as it is done."), "good")
        return redirect(url_for("statistics.compilation", ref=form.result.public_id), 303)
    return _overview(form, None)


@pages.get("/coordinate/statistics/compilations")
@access.requires("statistics.read")
def compilations() -> ResponseReturnValue:
    page_takes(cursor=None)
    page = queries.compilations(request.args.get("cursor"))
    older = url_for("statistics.compilations", cursor=page.next_cursor) if page.next_cursor else None
    return render_template("statistics/compilations.html", kept=page.items, pager={"next_url": older}, rules=rules)


@pages.get("/coordinate/statistics/compilations/<ref>")
@access.requires("statistics.read")
def compilation(ref: str) -> ResponseReturnValue:
    kept = queries.compilation(ref)
    shown = Shown(kept.result) if kept.state == "done" else None
    intact = shown is not None and service.digest(kept.result) == kept.digest
    return render_template(
        "statistics/compilation.html", kept=kept, shown=shown, intact=intact, rules=rules, forms=documents.FORMS,
        compared=Compared(service.kept_comparison(kept)) if shown else None, tongues=i18n.LANGUAGES,
    )  # fmt: skip


@pages.get("/coordinate/statistics/compilations/<ref>.csv")
@access.requires("statistics.read")
def compilation_csv(ref: str) -> ResponseReturnValue:
    return _csv(queries.compiled(ref).result)


@pages.get(
    "/coordinate/statistics/compilations/<ref>/report/<any(es, en, pt, fr):language>.<any(docx, pdf, xlsx):form>"
)
@access.requires("statistics.read")
def annual_report(ref: str, language: str, form: str) -> ResponseReturnValue:
    kept = queries.compiled(ref)
    made = documents.written(kept.result, service.kept_comparison(kept), language, form)
    return as_attachment(made.content, made.name, made.content_type)


def _asked_period() -> PeriodForm:
    usual = {"from": rules.PUBLISHED.start, "to": rules.PUBLISHED.end}
    asked = {"from", "to"} & set(request.args)
    return PeriodForm(request.args) if asked else PeriodForm(_as_typed(usual))


def _as_typed(values: dict[str, date]) -> Any:
    from werkzeug.datastructures import MultiDict

    return MultiDict({name: value.isoformat() for name, value in values.items()})


def _overview(form: CompilationForm, result: dict[str, Any] | None) -> ResponseReturnValue:
    shown = Shown(result) if result is not None else None
    compared = Compared(service.compare_result(result)) if result is not None else None
    newest: list[Compilation] = queries.compilations(size=5).items
    page = render_template(
        "statistics/overview.html", form=form, shown=shown, compared=compared, kept=newest, rules=rules,
        choices=choices(institute_day(), shown.period if shown else None),
    )  # fmt: skip
    return page, 200 if shown else 422


def _csv(result: dict[str, Any]) -> Response:
    period = Period(*(date.fromisoformat(result["period"][name]) for name in ("start", "end")))
    # Spreadsheets read UTF-8 as such only after this mark.
    response = Response("\ufeff" + formats.as_csv(result), content_type="text/csv; charset=utf-8")
    name = f"statistics-{period.start}-{period.end}.csv"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
