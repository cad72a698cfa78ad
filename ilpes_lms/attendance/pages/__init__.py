"""Pages of attendance: rosters, outcomes, one's own marks, what reports say."""

from ilpes_lms.attendance.pages import check_in, grids, reports, rosters, sheets, walk_ins  # noqa: F401 - they add their pages
from ilpes_lms.attendance.pages.blueprint import pages

__all__ = ["pages"]
