"""What statistics shows on pages of other rooms."""

from flask import render_template

from ilpes_lms.statistics.display import Shown
from ilpes_lms.statistics.releases import queries
from ilpes_lms.statistics.rules import is_reporting_year


def last_published() -> str:
    """Return the figure of the last published year, or of the longest period; nothing if none was published."""
    latest = queries.headline()
    if latest is None:
        return ""
    shown = Shown(latest.statistics)
    return render_template(
        "statistics/panels/last_published.html", shown=shown, whole_year=is_reporting_year(shown.period)
    )
