"""What statistics shows on pages of other rooms."""

from flask import render_template

from ilpes_lms.statistics import rules, service
from ilpes_lms.statistics.display import Shown


def last_published() -> str:
    """Return the figure of the last published year, nothing if none of its activities is on record."""
    shown = Shown(service.compute(rules.PUBLISHED.start, rules.PUBLISHED.end))
    return "" if shown.is_empty else render_template("statistics/panels/last_published.html", shown=shown)
