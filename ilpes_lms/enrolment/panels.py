"""What this room shows on the catalogue's pages: the way in, and the coordinator's doors."""

from flask import render_template
from flask_babel import gettext as _

from ilpes_lms.catalogue import rules as catalogue_rules
from ilpes_lms.catalogue import wording
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core.errors import DomainError
from ilpes_lms.enrolment import queries, rules, service
from ilpes_lms.enrolment.errors import NotEligible
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.enrolment.wording import WORDS
from ilpes_lms.people import queries as people
from ilpes_lms.people.models import Person
from ilpes_lms.web import access
from ilpes_lms.web.errors import text_of


def activity_panel(activity: Activity) -> str:
    """Show one clear button or the reason why not; who is on the list sees where they stand."""
    if activity.record != "people":
        return ""
    person_id = access.principal().person_id
    person = people.person(person_id) if person_id else None
    standing = queries.enrolment_of(person_id, activity.id) if person_id else None
    refused = service.explain(activity, person, standing)
    live = standing is not None and standing.state in rules.LIVE
    places = queries.places(activity)
    return render_template(
        "enrolment/panel.html",
        activity=activity,
        standing=standing,
        live=live,
        rank=queries.rank(standing) if standing else None,
        why_not=None if live else _why_not(refused, activity, person),
        joining=_joining(activity, standing),
        left=places.left,
        waits=activity.admission == "open" and rules.prospect(places) == rules.WAITING,
        **WORDS,
    )


def manage_panel(activity: Activity) -> str:
    """Show a coordinator how enrolment stands and where to go on."""
    if activity.record != "people" or not access.principal().may("enrolment.decide"):
        return ""
    balance = queries.balance(activity.id)
    return render_template("enrolment/manage_panel.html", activity=activity, balance=balance, **WORDS)


def _why_not(refused: DomainError | None, activity: Activity, person: Person | None) -> str | None:
    if refused is None:
        return None
    if isinstance(refused, NotEligible) and person is not None:
        reasons = service.eligibility_of(activity, person).reasons
        return " ".join(wording.reason_text(reason) for reason in reasons)
    return text_of(refused)


def _joining(activity: Activity, standing: Enrolment | None) -> list[tuple[str, str]]:
    """Return the joining links for those with a place: what each is for, and its address."""
    confirmed = standing is not None and standing.state == "confirmed"
    if not catalogue_rules.joins_shown(confirmed=confirmed, status=activity.status):
        return []
    links = [(str(_("Activity")), activity.joining_link)] if activity.joining_link else []
    for session in activity.class_sessions:
        if session.joining_link and session.status == "scheduled":
            here, _there = wording.session_times(session.starts_at, session.ends_at, session.zone)
            links.append((here, session.joining_link))
    return links
