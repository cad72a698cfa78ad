"""An activity's attendance grid as a file for spreadsheets."""

from flask.typing import ResponseReturnValue

from ilpes_lms.attendance import formats, queries
from ilpes_lms.attendance.pages.blueprint import pages
from ilpes_lms.attendance.viewer import viewer
from ilpes_lms.web import access
from ilpes_lms.web.downloads import as_attachment


@pages.get("/teach/activities/<activity_ref>/attendance.<any(csv, xlsx):kind>")
@access.requires("attendance.mark")
def grid_file(activity_ref: str, kind: str) -> ResponseReturnValue:
    grid = queries.full_grid(queries.visible_activity(activity_ref, viewer()))
    return as_attachment(formats.grid_file(grid, kind), f"attendance-{activity_ref}.{kind}", formats.TYPES[kind])
