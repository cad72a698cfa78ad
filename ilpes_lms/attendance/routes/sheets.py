"""Sign-in sheets: what stands on them as JSON, and the PDF to print."""

from apiflask.schemas import FileSchema
from flask.typing import ResponseReturnValue

from ilpes_lms.attendance import queries, schemas, sheets
from ilpes_lms.attendance.routes.blueprint import api
from ilpes_lms.attendance.viewer import viewer
from ilpes_lms.web import access
from ilpes_lms.web.downloads import as_attachment

_SHEET = "/class-sessions/<class_session_ref>/sign-in-sheet"


@api.get(_SHEET)
@access.requires("attendance.mark")
@api.input(schemas.SheetQuery, location="query")
@api.output(schemas.SheetOut)
def sign_in_sheet(class_session_ref: str, query_data: schemas.SheetQuery) -> schemas.SheetOut:
    """Show what stands on a class session's sign-in sheet."""
    return schemas.SheetOut.model_validate(_sheet(class_session_ref, query_data))


@api.get(f"{_SHEET}.pdf")
@access.requires("attendance.mark")
@api.input(schemas.SheetQuery, location="query")
@api.output(FileSchema(type="string", format="binary"), content_type=sheets.PDF)
def sign_in_sheet_file(class_session_ref: str, query_data: schemas.SheetQuery) -> ResponseReturnValue:
    """Make a class session's sign-in sheet as PDF."""
    content = sheets.render(_sheet(class_session_ref, query_data))
    return as_attachment(content, f"sign-in-sheet-{class_session_ref}.pdf", sheets.PDF)


def _sheet(class_session_ref: str, asked: schemas.SheetQuery) -> sheets.Sheet:
    class_session = queries.visible_class_session(class_session_ref, viewer())
    return sheets.sheet_of(class_session, blank_lines=asked.blank_lines)
