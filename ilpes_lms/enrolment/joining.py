"""What only those with a place see: the links to join, and the materials."""

from dataclasses import dataclass

from flask_babel import gettext as _

from ilpes_lms.catalogue import rules as catalogue_rules
from ilpes_lms.catalogue import wording
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.enrolment.models import Enrolment


@dataclass(frozen=True, slots=True)
class Joining:
    """Links, each with what it is for; none for who has no place."""

    links: list[tuple[str, str]]
    materials: list[tuple[str, str]]


def joining(activity: Activity, standing: Enrolment | None) -> Joining:
    """Return the joining links and materials for those with a place."""
    confirmed = standing is not None and standing.state == "confirmed"
    if not catalogue_rules.joins_shown(confirmed=confirmed, status=activity.status):
        return Joining([], [])
    links = [(str(_("Activity")), activity.joining_link)] if activity.joining_link else []
    for session in activity.class_sessions:
        if session.joining_link and session.status == "scheduled":
            here, _there = wording.session_times(session.starts_at, session.ends_at, session.zone)
            links.append((here, session.joining_link))
    return Joining(links, [(material.title, material.link) for material in activity.materials])
