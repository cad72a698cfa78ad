"""An activity's attendance grid as JSON."""

from ilpes_lms.attendance import queries, schemas
from ilpes_lms.attendance.routes.blueprint import api
from ilpes_lms.attendance.viewer import viewer
from ilpes_lms.web import access


@api.get("/activities/<activity_ref>/attendance")
@access.requires("attendance.mark")
@api.output(schemas.AttendanceOut)
def attendance(activity_ref: str) -> schemas.AttendanceOut:
    """Show who was at which class session for how long, with totals and outcomes."""
    return schemas.AttendanceOut.of(queries.full_grid(queries.visible_activity(activity_ref, viewer())))
