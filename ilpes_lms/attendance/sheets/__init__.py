"""Sign-in sheets: what one says, and the PDF of it."""

from ilpes_lms.attendance.sheets.composition import Line, Sheet, sheet_of
from ilpes_lms.attendance.sheets.document import PDF, render

__all__ = ["PDF", "Line", "Sheet", "render", "sheet_of"]
