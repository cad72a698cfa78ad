"""Attendance as JSON: what the pages can do, through the same service."""

from ilpes_lms.attendance.routes import rosters  # noqa: F401 - it adds its routes
from ilpes_lms.attendance.routes.blueprint import api

__all__ = ["api"]
