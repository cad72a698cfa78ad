"""Attendance as JSON: what the pages can do, through the same service."""

from ilpes_lms.attendance.routes import (  # noqa: F401 - they add their routes
    appeals,
    behind,
    check_in,
    grids,
    marks,
    outcomes,
    platform,
    reports,
    rosters,
    sheets,
    walk_ins,
)
from ilpes_lms.attendance.routes.blueprint import api

__all__ = ["api"]
