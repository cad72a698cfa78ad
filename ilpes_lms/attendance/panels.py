"""What attendance shows on pages of other rooms."""

from typing import Any

from flask import render_template

from ilpes_lms.attendance import queries, rules
from ilpes_lms.attendance.display import rule_in_words, standing
from ilpes_lms.web import access


def manage_panel(*, activity: Any, **_context: Any) -> str:
    """Return an activity's class sessions with how many are marked, and where its participants stand."""
    if activity.record != "people" or not access.principal().may("attendance.mark"):
        return ""
    standings, behind = queries.standings_and_behind(activity.id)
    rule, open_appeals = queries.rule_and_open_appeals(activity)
    return render_template(
        "attendance/manage_panel.html", activity=activity, standings=standings, behind=behind,
        labels=rules.STANDING_LABELS, rule=rule_in_words(rule), open_appeals=open_appeals,
    )  # fmt: skip


def enrolment_panel(*, enrolment: Any, **_context: Any) -> str:
    """Return one's own attendance in an activity, once one is a participant."""
    if enrolment.state != "confirmed":
        return ""
    line = queries.line_of(enrolment)
    rule = rule_in_words(queries.rule_in_force(enrolment.activity))
    return render_template(
        "attendance/enrolment_panel.html", enrolment=enrolment, standing=standing(line.outcome), rule=rule,
        appeal=next(iter(queries.appeals_of(enrolment.id)), None), appeal_states=rules.APPEAL_LABELS,
    )  # fmt: skip
