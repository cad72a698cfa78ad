"""What this room writes to people: when it is still true, and what the letter says."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask import Flask
from flask_babel import gettext as _
from flask_babel import ngettext

from ilpes_lms.catalogue import queries as catalogue
from ilpes_lms.catalogue import wording
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core import clock
from ilpes_lms.core.text import N_
from ilpes_lms.enrolment import queries, rules
from ilpes_lms.enrolment.models import Enrolment, Invitation
from ilpes_lms.enrolment.placeholders import OF_KINDS
from ilpes_lms.enrolment.service import held_until_of
from ilpes_lms.enrolment.wording import when
from ilpes_lms.notifications import kinds, links
from ilpes_lms.notifications.kinds import Kind, Values
from ilpes_lms.notifications.rendering import Draft, render
from ilpes_lms.people import deeds, letters
from ilpes_lms.people import queries as people
from ilpes_lms.web.i18n import in_own_words, labelled, moment

# Which states a message speaks of; it is due only while that step is still the person's last.
SPEAKS_OF = {
    "enrolment.applied": {"applied"},
    "enrolment.waitlisted": {"waitlisted"},
    "enrolment.offered": {"offered"},
    "enrolment.confirmed": {"confirmed"},
    "enrolment.promoted": {"confirmed"},
    "enrolment.declined": {"declined"},
    "enrolment.place_ended": {"declined"},
    "enrolment.place_taken_back": {"declined", "waitlisted"},
    "enrolment.listed": {"confirmed"},
}
_LABELS = {
    "enrolment.applied": N_("Application received"),
    "enrolment.waitlisted": N_("On the waiting list"),
    "enrolment.offered": N_("Place offered"),
    "enrolment.confirmed": N_("Place confirmed"),
    "enrolment.promoted": N_("Place from the waiting list"),
    "enrolment.declined": N_("Not selected"),
    "enrolment.place_ended": N_("Place given to someone else"),
    "enrolment.place_taken_back": N_("Place taken back"),
    "enrolment.listed": N_("On record as a participant"),
    "enrolment.invitation": N_("Invitation"),
    "enrolment.invitation_reminder": N_("Reminder of an invitation"),
    "enrolment.nomination_link": N_("Personal link for nominating"),
    "enrolment.registration": N_("Confirm the registration"),
    "enrolment.registration_known": N_("Confirm the registration (there is an account already)"),
}


def register(app: Flask) -> None:
    """Make this room's kinds of message known."""
    for name, states in SPEAKS_OF.items():
        kinds.register(app, _kind(name, is_due=_still(states), values=_of_enrolment))
    for name in ("enrolment.invitation", "enrolment.invitation_reminder"):
        kinds.register(app, _kind(name, is_due=_invitation_stands, values=_of_invitation))
    kinds.register(app, _kind("enrolment.nomination_link", is_due=_quota_stands, values=_of_quota))
    for name in ("enrolment.registration", "enrolment.registration_known"):
        kinds.register(
            app,
            _kind(
                name, is_due=_registration_stands, values=_of_registration, secrets=("token", "path", "link"),
                awaited=True,
            ),
        )  # fmt: skip


def _kind(name: str, **answers: Any) -> Kind:
    template = f"enrolment/mail/{name.removeprefix('enrolment.')}"
    return Kind(name, template, label=_LABELS[name], placeholders=OF_KINDS[name], **answers)


def _still(states: Collection[str]) -> Any:
    def is_due(values: Values, person_id: int | None) -> bool:
        found = queries.newest_change(values["enrolment"])
        if found is None:
            return False
        enrolment, change = found
        return (
            enrolment.state in states
            and change == values["change"]
            and enrolment.person_id == person_id
            and enrolment.activity.status != "cancelled"
        )

    return is_due


def _of_enrolment(values: Values, language: str) -> Values:
    enrolment = queries.enrolment(values["enrolment"])
    return {
        **_words(enrolment, language, _last_reason(enrolment)),
        "position": queries.rank(enrolment),
        "held_back": _held_back(queries.held_back(enrolment)),
    }


def _held_back(why: str) -> str:
    return " ".join((_(why), _("Until then others may come before you."))) if why else ""


def _words(enrolment: Enrolment, language: str, why: str) -> Values:
    return {
        **_of_activity(enrolment.activity, language, enrolment.person.zone),
        "position": None,
        "deadline": moment(enrolment.offer_expires_at, enrolment.person.zone) if enrolment.offer_expires_at else "",
        "why": _(why) if why else "",
        "held_back": "",
        "link": links.absolute(f"/my/enrolments/{enrolment.public_id}"),
        "sign_up_link": links.absolute("/sign-up"),
    }


def _last_reason(enrolment: Enrolment) -> str:
    return enrolment.changes[-1].reason if enrolment.changes else ""


def _of_activity(activity: Activity, language: str, zone: str | None = None) -> Values:
    return {
        "title": in_own_words(activity.titles, language),
        "when": [labelled(label, text) for label, text in when(activity, zone)],
        "activity_link": links.absolute(f"/activities/{activity.public_id}"),
    }


def _invitation_stands(values: Values, _person_id: int | None) -> bool:
    invitation = queries.invitation(values["invitation"])
    return (
        invitation is not None
        and rules.outlook(invitation.state, invitation.expires_at, clock.now()) == "sent"
        and invitation.link_digest == values["digest"]
        and invitation.activity.status == "published"
    )


def _of_invitation(values: Values, language: str) -> Values:
    invitation = queries.invitation(values["invitation"])
    if invitation is None:
        return {}
    said, until = _of_activity(invitation.activity, language), _answer_by(invitation)
    return {
        **said,
        "name": invitation.full_name,
        "institution": invitation.quota.organization.name if invitation.quota else "",
        "invited": _invited(invitation, said["title"]),
        "asked": _asked(invitation),
        "answer": _answer_asked(until),
        "until": until,
        "link": links.absolute(f"/invitations/{values['token']}"),
        "decline_link": links.absolute(f"/invitations/{values['token']}/decline"),
    }


def _invited(invitation: Invitation, title: str) -> str:
    if invitation.quota:
        institution = invitation.quota.organization.name
        return str(_("%(institution)s has nominated you for “%(title)s”.", institution=institution, title=title))
    return str(_("You are invited to take part in “%(title)s”.", title=title))


def _asked(invitation: Invitation) -> str:
    if invitation.skips_selection or invitation.activity.admission != "selection":
        return str(
            _("Please confirm your place by this personal link. "
              "If you have no account here yet, you can create one on the way:")
        )  # fmt: skip
    return str(
        _("Please apply by this personal link; a committee then decides. "
          "If you have no account here yet, you can create one on the way:")
    )  # fmt: skip


def _answer_asked(until: str | None) -> str:
    if until:
        return str(_("You can answer until %(until)s by this personal link:", until=until))
    return str(_("Please answer by this personal link:"))


def _answer_by(invitation: Invitation) -> str | None:
    if invitation.expires_at is None:
        return None
    return wording.last_day(invitation.expires_at, invitation.activity.zone)


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
    said, institution = _of_activity(quota.activity, language), quota.organization.name
    places = ngettext(
        "%(institution)s has %(num)s place in “%(title)s”.", "%(institution)s has %(num)s places in “%(title)s”.",
        quota.places, institution=institution, title=said["title"],
    )  # fmt: skip
    return {
        **said,
        "institution": institution,
        "places": places,
        "until": wording.last_day(quota.closes_at, quota.activity.zone),
        "link": links.absolute(f"/nominate/{values['token']}"),
    }


def _registration_stands(values: Values, person_id: int | None) -> bool:
    carried = _carried(values)
    if carried is None or not letters.token_is_open(values, person_id):
        return False
    return catalogue.published_activity(carried.about["activity"]).status == "published"


def _of_registration(values: Values, language: str) -> Values:
    carried, said = _carried(values), letters.link_values(values, language)
    if carried is None:
        return said
    zone = _zone_of(values["token"])
    return {
        **_of_activity(catalogue.published_activity(carried.about["activity"]), language, zone),
        **said,
        "place": _place_held(carried.prepared["place"], held_until_of(carried.prepared), zone),
        "link": links.absolute(said["path"]),
    }


def _place_held(place: str, until: datetime | None, zone: str | None) -> str:
    if place == "held" and until:
        return str(
            _("Your place is held until %(until)s. If you confirm later, you get a place if one is left, "
              "else a turn on the waiting list.", until=moment(until, zone))
        )  # fmt: skip
    if place == "left":
        return str(_("Places are given to those who confirm, in that order."))
    return str(_("All places are taken at the moment: with the confirmation you join the waiting list."))


def _carried(values: Values) -> deeds.Carried | None:
    token = people.token(values["token"])
    return deeds.carried_by(token) if token else None


def _zone_of(token_ref: str) -> str | None:
    """Return the zone of who registered: as stated with the registration, else that of the account."""
    token = people.token(token_ref)
    if token is None or token.account_id is None:
        return token.values["profile"]["zone"] if token else None
    return people.person_of_account(token.account_id).zone


@dataclass(frozen=True)
class Preview:
    """The letter of a decision in one language, and how many of some people read it in that one."""

    kind: str
    language: str
    number: int
    draft: Draft


def previews(decision: str, people: Sequence[Enrolment], reason: str = "") -> list[Preview]:
    """Return the letters that some people would get for a decision: one for each kind and language of theirs."""
    end = rules.DECISIONS[decision]
    losing = [one for one in people if rules.place_taken_back(one.state, end)]
    others = [one for one in people if not rules.place_taken_back(one.state, end)]
    return _previews(f"enrolment.{end}", others, reason) + _previews("enrolment.place_taken_back", losing, reason)


def _previews(name: str, people: Sequence[Enrolment], reason: str) -> list[Preview]:
    kind = kinds.kind_named(name)
    if kind is None:
        return []
    first: dict[str, Enrolment] = {}
    for enrolment in people:
        first.setdefault(enrolment.person.language, enrolment)
    numbers = Counter(enrolment.person.language for enrolment in people)
    return [
        Preview(_LABELS[kind.name], language, number, _draft(kind, first[language], language, reason))
        for language, number in numbers.most_common()
    ]


def _draft(kind: Kind, enrolment: Enrolment, language: str, reason: str) -> Draft:
    # All that it says is at hand: nothing is asked of the database again.
    at_hand = replace(kind, values=lambda _values, spoken: _words(enrolment, spoken, reason))
    return render(at_hand, {}, language=language, person_name=enrolment.person.full_name)
