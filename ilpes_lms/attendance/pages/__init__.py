"""Pages of attendance: rosters, outcomes, one's own marks, what reports say."""

from ilpes_lms.attendance.pages import (  # noqa: F401 - they add their pages
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
from ilpes_lms.attendance.pages.blueprint import pages

__all__ = ["pages"]
