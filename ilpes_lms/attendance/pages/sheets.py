"""What is printed: a class session's sign-in sheet."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from ilpes_lms.attendance import queries, sheets
from ilpes_lms.attendance.forms import SheetForm
from ilpes_lms.attendance.pages.blueprint import pages
from ilpes_lms.attendance.rules import USUAL_BLANK_LINES
from ilpes_lms.attendance.viewer import viewer
from ilpes_lms.catalogue.models import ClassSession
from ilpes_lms.web import access
from ilpes_lms.web.downloads import as_attachment


@pages.get("/teach/class-sessions/<class_session_ref>/sign-in-sheet")
@access.requires("attendance.mark")
def sign_in_sheet(class_session_ref: str) -> ResponseReturnValue:
    return _sheet_page(queries.visible_class_session(class_session_ref, viewer()), SheetForm())


@pages.get("/teach/class-sessions/<class_session_ref>/sign-in-sheet.pdf")
@access.requires("attendance.mark")
def sign_in_sheet_file(class_session_ref: str) -> ResponseReturnValue:
    class_session, form = queries.visible_class_session(class_session_ref, viewer()), SheetForm(_asked())
    if not form.validate():
        return _sheet_page(class_session, form)
    sheet = sheets.sheet_of(class_session, blank_lines=form.blank_lines.data)
    return as_attachment(sheets.render(sheet), f"sign-in-sheet-{class_session_ref}.pdf", sheets.PDF)


def _asked() -> MultiDict[str, str]:
    # An address without a number is as good as one with the usual number.
    return MultiDict({"blank_lines": str(USUAL_BLANK_LINES), **request.args.to_dict()})


def _sheet_page(class_session: ClassSession, form: SheetForm) -> ResponseReturnValue:
    page = render_template(
        "attendance/sign_in_sheet.html", class_session=class_session, activity=class_session.activity, form=form,
        number_on_it=class_session.activity.confirmed_count,
    )  # fmt: skip
    return page, 422 if form.errors else 200
