"""What releases show on pages of other rooms."""

from flask import render_template

from ilpes_lms.catalogue.models import Activity
from ilpes_lms.statistics.releases import queries
from ilpes_lms.statistics.releases.display import release_title


def releases_of(activity: Activity) -> str:
    """Return which published figures hold an activity and stay as they are, nothing if none does."""
    standing = queries.standing_over(activity.starts_on, activity.ends_on)
    if not standing:
        return ""
    return render_template("statistics/releases/standing.html", releases=standing, title=release_title)
