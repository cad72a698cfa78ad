"""Pages of attendance: rosters, outcomes, one's own marks, what reports say."""

from ilpes_lms.attendance.pages import behind, check_in, marks, reports, rosters  # noqa: F401 - they add their pages
from ilpes_lms.attendance.pages.blueprint import pages

__all__ = ["pages"]
