"""Invitations: a coordinator asks named persons, who accept or decline by a personal link."""

from datetime import date, datetime, timedelta

from ilpes_lms.audit import service as audit
from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core import clock
from ilpes_lms.core.database import transaction
from ilpes_lms.enrolment import queries, rules
from ilpes_lms.enrolment.errors import InvitationAnswered, InvitationWithdrawn, NominationConfirmed, OnlyWithSelection
from ilpes_lms.enrolment.models import Invitation
from ilpes_lms.enrolment.service.links import Terms, ask, check_takes_people, invited, reminder, write_again
from ilpes_lms.notifications import service as notifications


@transaction
def invite(
    *,
    activity_ref: str,
    email: str,
    given_names: str,
    first_surname: str,
    position: str = "",
    language: str | None = None,
    answer_by: date | None = None,
    skips_selection: bool = True,
    divisions: frozenset[str] = frozenset(),
) -> Invitation:
    """Ask a named person to take part; the letter carries a personal link.

    It can be answered until the end of a day, two weeks from now unless one is named. Where a committee selects, the
    invitation skips it, or else leads to an application.
    """
    activity = catalogue.lock_managed(activity_ref, divisions)
    terms = terms_of(activity, answer_by, skips_selection=skips_selection)
    who = invited(
        activity, email=email, given_names=given_names, first_surname=first_surname, language=language,
        position=position,
    )  # fmt: skip
    invitation = ask(activity, who, terms)
    audit.record("enrolment.invited", "invitation", invitation.public_id, activity=activity.public_id)
    return invitation


def terms_of(activity: Activity, answer_by: date | None, *, skips_selection: bool) -> Terms:
    """Return the terms on which a coordinator invites to an activity now; refuse what it can't offer."""
    check_takes_people(activity)
    if not skips_selection and activity.admission != "selection":
        raise OnlyWithSelection(field="skips_selection")
    return Terms(expires_at=_expiry(activity, answer_by), skips_selection=skips_selection)


@transaction
def withdraw_invitation(
    *, activity_ref: str, invitation_ref: str, divisions: frozenset[str] = frozenset()
) -> Invitation:
    """Take back an invitation that nobody has accepted; its link is dead from now on."""
    activity = catalogue.lock_managed(activity_ref, divisions)
    found = queries.invitation_in(invitation_ref, activity.id)
    take_back(found)
    return found


@transaction
def send_invitation_again(
    *, activity_ref: str, invitation_ref: str, divisions: frozenset[str] = frozenset()
) -> Invitation:
    """Write to an invited or nominated person once more, with the same link."""
    activity = catalogue.lock_managed(activity_ref, divisions)
    found = queries.invitation_in(invitation_ref, activity.id)
    write_again(activity, found)
    return found


@transaction
def extend_invitation(
    *, activity_ref: str, invitation_ref: str, answer_by: date, divisions: frozenset[str] = frozenset()
) -> Invitation:
    """Let an invitation be answered until another day, also when its time was over; a reminder is due anew."""
    activity = catalogue.lock_managed(activity_ref, divisions)
    found = queries.invitation_in(invitation_ref, activity.id)
    if found.state != "sent":
        raise InvitationAnswered
    found.expires_at, found.reminded_at = _expiry(activity, answer_by), None
    audit.record("enrolment.invitation_extended", "invitation", found.public_id)
    return found


@transaction
def decline_invitation(*, token: str, reason: str = "") -> Invitation:
    """Decline by the personal link, with or without a reason; declining twice is the same as once.

    An institution's place is free for someone else from now on.
    """
    catalogue.lock(queries.invitation_by_token(token).activity_id)
    found = queries.invitation_by_token(token)
    if found.state == "declined":
        return found
    rules.check_answerable(rules.outlook(found.state, found.expires_at, clock.now()))
    found.state, found.decline_reason = "declined", rules.reason(reason)
    audit.record("enrolment.invitation_declined", "invitation", found.public_id)
    return found


def take_back(invitation: Invitation) -> None:
    """Withdraw an invitation; refuse once it was accepted, because a place is not taken from anyone."""
    if invitation.state == "accepted":
        raise NominationConfirmed
    if invitation.state == "withdrawn":
        raise InvitationWithdrawn
    if invitation.state == "declined":
        raise InvitationAnswered
    invitation.state = "withdrawn"
    audit.record("enrolment.invitation_withdrawn", "invitation", invitation.public_id)


def remind_invited() -> int:
    """Remind those who have not answered and have only days left to, once; return how many."""
    now = clock.now()
    waiting = sorted({found.activity_id for found in queries.to_remind(now, rules.remind_before(now))})
    return sum(_remind_in(activity_id, now) for activity_id in waiting)


@transaction
def _remind_in(activity_id: int, now: datetime) -> int:
    activity = catalogue.lock(activity_id)
    found = queries.to_remind(now, rules.remind_before(now), activity_id=activity.id)
    due = [one for one in found if one.expires_at and rules.worth_reminding(one.written_at, one.expires_at)]
    for invitation in found:
        invitation.reminded_at = now
    return notifications.send_all([reminder(invitation) for invitation in due])


def _expiry(activity: Activity, answer_by: date | None) -> datetime:
    now, ends_at = clock.now(), clock.end_of_day(activity.ends_on, activity.zone)
    if answer_by is None:
        last = clock.today(activity.zone) + timedelta(days=rules.INVITATION_DAYS)
        return rules.answer_by(now, clock.end_of_day(last, activity.zone), queries.begins_at(activity), ends_at)
    chosen = clock.end_of_day(answer_by, activity.zone)
    rules.check_answer_by(chosen, now, ends_at)
    return chosen
