"""What this room writes to people: when it is still true, and what the letter says."""

from collections.abc import Sequence
from typing import Any

from flask import Flask

from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core import clock
from ilpes_lms.core.text import N_
from ilpes_lms.enrolment import queries, rules
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.enrolment.wording import last_day
from ilpes_lms.notifications import kinds, links
from ilpes_lms.notifications.kinds import Kind, Values
from ilpes_lms.notifications.rendering import Draft, render
from ilpes_lms.web.i18n import in_own_words, period

# Which state a message speaks of; it is due only while that step is still the person's last.
SPEAKS_OF = {
    "enrolment.applied": "applied",
    "enrolment.waitlisted": "waitlisted",
    "enrolment.offered": "offered",
    "enrolment.confirmed": "confirmed",
    "enrolment.promoted": "confirmed",
    "enrolment.declined": "declined",
    "enrolment.listed": "confirmed",
}
_LABELS = {
    "enrolment.applied": N_("Application received"),
    "enrolment.waitlisted": N_("On the waiting list"),
    "enrolment.offered": N_("Place offered"),
    "enrolment.confirmed": N_("Place confirmed"),
    "enrolment.promoted": N_("Place from the waiting list"),
    "enrolment.declined": N_("Not selected"),
    "enrolment.listed": N_("On record as a participant"),
    "enrolment.invitation": N_("Invitation"),
    "enrolment.nomination_link": N_("Personal link for nominating"),
}


def register(app: Flask) -> None:
    """Make this room's kinds of message known."""
    for name, state in SPEAKS_OF.items():
        kinds.register(app, _kind(name, is_due=_still(state), values=_of_enrolment))
    kinds.register(app, _kind("enrolment.invitation", is_due=_invitation_stands, values=_of_invitation))
    kinds.register(app, _kind("enrolment.nomination_link", is_due=_quota_stands, values=_of_quota))


def _kind(name: str, **answers: Any) -> Kind:
    return Kind(name, f"enrolment/mail/{name.removeprefix('enrolment.')}", label=_LABELS[name], **answers)


def _still(state: str) -> Any:
    def is_due(values: Values, person_id: int | None) -> bool:
        found = queries.newest_change(values["enrolment"])
        if found is None:
            return False
        enrolment, change = found
        return (
            enrolment.state == state
            and change == values["change"]
            and enrolment.person_id == person_id
            and enrolment.activity.status != "cancelled"
        )

    return is_due


def _of_enrolment(values: Values, language: str) -> Values:
    enrolment = queries.enrolment(values["enrolment"])
    return {
        **_of_activity(enrolment.activity, language),
        "position": queries.rank(enrolment),
        "deadline": enrolment.offer_expires_at,
        "zone": enrolment.person.zone,
        "why": _last_reason(enrolment),
        "link": links.absolute(f"/my/enrolments/{enrolment.public_id}"),
        "sign_up_link": links.absolute("/sign-up"),
    }


def _last_reason(enrolment: Enrolment) -> str:
    return enrolment.changes[-1].reason if enrolment.changes else ""


def _of_activity(activity: Activity, language: str) -> Values:
    return {
        "title": in_own_words(activity.titles, language),
        "dates": period(activity.starts_on, activity.ends_on, activity.start_precision, activity.end_precision),
        "activity_link": links.absolute(f"/activities/{activity.public_id}"),
    }


def _invitation_stands(values: Values, _person_id: int | None) -> bool:
    invitation = queries.invitation(values["invitation"])
    return (
        invitation is not None
        and invitation.state == "sent"
        and invitation.link_digest == values["digest"]
        and invitation.activity.status == "published"
    )


def _of_invitation(values: Values, language: str) -> Values:
    invitation = queries.invitation(values["invitation"])
    if invitation is None:
        return {}
    return {
        **_of_activity(invitation.activity, language),
        "name": invitation.given_names,
        "institution": invitation.quota.organization.name if invitation.quota else "",
        "link": links.absolute(f"/invitations/{values['token']}"),
    }


def _quota_stands(values: Values, _person_id: int | None) -> bool:
    quota = queries.quota(values["quota"])
    return (
        quota is not None
        and quota.link_digest == values["digest"]
        and quota.closes_at > clock.now()
        and quota.activity.status == "published"
    )


def _of_quota(values: Values, language: str) -> Values:
    quota = queries.quota(values["quota"])
    if quota is None:
        return {}
    return {
        **_of_activity(quota.activity, language),
        "institution": quota.organization.name,
        "places": quota.places,
        "until": last_day(quota.closes_at, quota.activity.zone),
        "link": links.absolute(f"/nominate/{values['token']}"),
    }


def preview(decision: str, people: Sequence[Enrolment]) -> Draft | None:
    """Return the letter that the first of some people would get for a decision, in their language; None for nobody."""
    kind = kinds.kind_named(f"enrolment.{rules.DECISIONS[decision]}")
    if kind is None or not people:
        return None
    first = people[0]
    values = {"enrolment": first.public_id}
    return render(kind, values, language=first.person.language, person_name=first.person.full_name)
