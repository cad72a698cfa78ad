"""Attendance as JSON: what the pages can do, through the same service."""

from ilpes_lms.attendance.routes import check_in, grids, reports, rosters, sheets, walk_ins  # noqa: F401 - they add their routes
from ilpes_lms.attendance.routes.blueprint import api

__all__ = ["api"]
