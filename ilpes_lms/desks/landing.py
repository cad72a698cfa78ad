"""Where somebody begins who has signed in and asked for nothing in particular: at their own desk."""

from flask import url_for

from ilpes_lms.core import clock
from ilpes_lms.enrolment import queries as enrolment
from ilpes_lms.web.access import Principal
from ilpes_lms.web.navigation import place

# Whoever has several begins at the one with the most to do.
_DESKS = {
    "desks.admin": "desks.admin",
    "desks.coordinate": "desks.coordinate",
    "desks.teach": "desks.teach",
    "statistics.read": "dashboard.overview",
    "audit.read": "audit.entries",
}
_NOMINATES = "focal_point"


def desk_of(who: Principal) -> str:
    """Return the address of a person's desk; of who is not signed in, the first page."""
    if not who.is_authenticated:
        return place("home")
    if desk := next((endpoint for permission, endpoint in _DESKS.items() if who.may(permission)), None):
        return url_for(desk)
    return _nominations(who.person_id or 0) if _NOMINATES in who.roles else url_for("desks.my")


def _nominations(person_id: int) -> str:
    open_now = [quota for quota in enrolment.quotas_of_focal_point(person_id) if quota.closes_at > clock.now()]
    if len(open_now) == 1:
        return url_for("enrolment.my_nominations", quota_ref=open_now[0].public_id)
    return url_for("desks.my", _anchor="nominations" if open_now else None)
