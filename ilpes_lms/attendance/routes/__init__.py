"""Attendance as JSON: what the pages can do, through the same service."""

from ilpes_lms.attendance.routes import behind, check_in, marks, reports, rosters  # noqa: F401 - they add their routes
from ilpes_lms.attendance.routes.blueprint import api

__all__ = ["api"]
