"""Lists of participants: uploaded, looked at, imported, with what is wrong by row."""

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ilpes_lms.catalogue import queries as catalogue
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core.tables import writing
from ilpes_lms.enrolment import forms, service
from ilpes_lms.enrolment import queries as standings
from ilpes_lms.enrolment.import_wording import WORDS as LIST_WORDS
from ilpes_lms.enrolment.import_wording import rows_of
from ilpes_lms.enrolment.models import ParticipantImport
from ilpes_lms.enrolment.pages.blueprint import pages
from ilpes_lms.enrolment.queries import imports as queries
from ilpes_lms.enrolment.rules import imports as rules
from ilpes_lms.enrolment.wording import WORDS
from ilpes_lms.web import access
from ilpes_lms.web.forms import Bare
from ilpes_lms.web.security import largest_body

_HERE = "/coordinate/activities/<activity_ref>/participants/import"
_REMARKS_SHOWN = 20


@pages.get(_HERE)
@access.requires("enrolment.decide")
def imports(activity_ref: str) -> ResponseReturnValue:
    return _upload_page(_managed(activity_ref), forms.ImportForm())


@pages.post(_HERE)
@access.requires("enrolment.decide")
@largest_body(rules.MOST_BODY)
def upload_import(activity_ref: str) -> ResponseReturnValue:
    activity, form = _managed(activity_ref), forms.ImportForm()
    if not form.validate_on_submit() or not form.attempt(
        service.imports.upload, activity_ref=activity_ref, divisions=access.principal().divisions,
        source=form.file.data.stream, file_name=form.file.data.filename or "",
    ):  # fmt: skip
        return _upload_page(activity, form), 422
    return redirect(_url(form.result), 303)


@pages.get(f"{_HERE}/<import_ref>")
@access.requires("enrolment.decide")
def one_import(activity_ref: str, import_ref: str) -> ResponseReturnValue:
    return _list_page(_list(activity_ref, import_ref), Bare())


@pages.post(f"{_HERE}/<import_ref>/accept")
@access.requires("enrolment.decide")
def accept_import(activity_ref: str, import_ref: str) -> ResponseReturnValue:
    imported, form = _list(activity_ref, import_ref), forms.AcceptImportForm()
    if not form.validate_on_submit() or not form.attempt(
        service.imports.request_import, activity_ref=activity_ref, import_ref=import_ref,
        divisions=access.principal().divisions, tell=form.tell.data,
    ):  # fmt: skip
        return _list_page(imported, form), 422
    return redirect(_url(imported), 303)


@pages.post(f"{_HERE}/<import_ref>/discard")
@access.requires("enrolment.decide")
def discard_import(activity_ref: str, import_ref: str) -> ResponseReturnValue:
    imported, form = _list(activity_ref, import_ref), Bare()
    if not form.validate_on_submit() or not form.attempt(
        service.imports.discard, activity_ref=activity_ref, import_ref=import_ref,
        divisions=access.principal().divisions,
    ):  # fmt: skip
        return _list_page(imported, form), 422
    flash(_("The list was discarded. Nobody was imported from it."), "good")
    return redirect(url_for("enrolment.imports", activity_ref=activity_ref), 303)


@pages.get(f"{_HERE}/<import_ref>/remarks.csv")
@access.requires("enrolment.decide")
def import_remarks_csv(activity_ref: str, import_ref: str) -> ResponseReturnValue:
    rows = rows_of(service.imports.remarks_of(_list(activity_ref, import_ref)))
    return _download(writing.as_csv(rows), writing.CSV, "csv")


@pages.get(f"{_HERE}/<import_ref>/remarks.xlsx")
@access.requires("enrolment.decide")
def import_remarks_xlsx(activity_ref: str, import_ref: str) -> ResponseReturnValue:
    rows = rows_of(service.imports.remarks_of(_list(activity_ref, import_ref)))
    return _download(writing.as_workbook(rows, str(_("Remarks"))), writing.XLSX, "xlsx")


def _managed(activity_ref: str) -> Activity:
    return catalogue.managed_activity(activity_ref, access.principal().divisions)


def _list(activity_ref: str, import_ref: str) -> ParticipantImport:
    return queries.list_in(_managed(activity_ref).id, import_ref)


def _url(imported: ParticipantImport) -> str:
    return url_for("enrolment.one_import", activity_ref=imported.activity.public_id, import_ref=imported.public_id)


def _upload_page(activity: Activity, form: forms.ImportForm) -> str:
    return render_template(
        "enrolment/imports.html", activity=activity, form=form, imports=queries.lists_of(activity.id),
        refused=service.imports.refusal(activity), columns=rules.COLUMN_LABELS, needed=rules.NEEDED,
        megabytes=rules.MOST_BYTES // 1_000_000, most_rows=rules.MOST_ROWS, **WORDS, **LIST_WORDS,
    )  # fmt: skip


def _list_page(imported: ParticipantImport, form: Bare) -> str:
    remarks = service.imports.remarks_to_see(imported, _REMARKS_SHOWN + 1)
    return render_template(
        "enrolment/import.html", activity=imported.activity, imported=imported, form=form,
        places=standings.places(imported.activity) if imported.state == rules.READY else None,
        remarks=remarks[:_REMARKS_SHOWN], more=len(remarks) > _REMARKS_SHOWN, in_work=imported.state in rules.IN_WORK,
        checked="counts" in imported.findings, counts=imported.findings.get("counts", {}),
        **WORDS, **LIST_WORDS,
    )  # fmt: skip


def _download(content: bytes, content_type: str, ending: str) -> Response:
    response = Response(content, content_type=content_type)
    response.headers.set("Content-Disposition", "attachment", filename=f"remarks.{ending}")
    return response
