"""Pages of attendance: rosters, outcomes, one's own marks, what reports say."""

from ilpes_lms.attendance.pages import rosters  # noqa: F401 - it adds its pages
from ilpes_lms.attendance.pages.blueprint import pages

__all__ = ["pages"]
