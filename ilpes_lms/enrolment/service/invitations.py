"""Invitations: a coordinator asks a named person, the person accepts by a personal link."""

from ilpes_lms.audit import service as audit
from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core.database import transaction
from ilpes_lms.core.errors import NotFound
from ilpes_lms.enrolment import queries, rules
from ilpes_lms.enrolment.errors import InvitationUsed, InvitationWithdrawn, NominationConfirmed
from ilpes_lms.enrolment.models import Enrolment, Invitation
from ilpes_lms.enrolment.rules import Standing
from ilpes_lms.enrolment.service import steps
from ilpes_lms.enrolment.service.admission import arriving, person_named
from ilpes_lms.enrolment.service.links import ask, check_takes_people, invited
from ilpes_lms.people import queries as people
from ilpes_lms.people import rules as people_rules


@transaction
def invite(
    *,
    activity_ref: str,
    email: str,
    given_names: str,
    first_surname: str,
    language: str | None = None,
    divisions: frozenset[str] = frozenset(),
) -> Invitation:
    """Ask a named person to take part; the letter carries a personal link. An invitation skips selection."""
    activity = catalogue.lock_managed(activity_ref, divisions)
    check_takes_people(activity)
    who = invited(activity, email, given_names, first_surname, language)
    invitation = ask(activity, who)
    audit.record("enrolment.invited", "invitation", invitation.public_id, activity=activity.public_id)
    return invitation


@transaction
def withdraw_invitation(
    *, activity_ref: str, invitation_ref: str, divisions: frozenset[str] = frozenset()
) -> Invitation:
    """Take back an invitation that nobody has accepted; its link is dead from now on."""
    activity = catalogue.lock_managed(activity_ref, divisions)
    found = next((i for i in queries.invitations(activity.id) if i.public_id == invitation_ref), None)
    if found is None:
        raise NotFound
    take_back(found)
    return found


@transaction
def accept_invitation(*, token: str, person_id: int) -> Enrolment:
    """Take the place an invitation promises, or the end of the waiting list when all places are taken.

    The link decides, not the address of the account: who accepted is kept with the invitation. Accepting
    twice is the same as once; raises InvitationUsed when another account has it.
    """
    activity = catalogue.lock(queries.invitation_by_token(token).activity_id)
    invitation, person = queries.invitation_by_token(token), person_named(person_id)
    if invitation.state == "accepted" and invitation.enrolment is not None:
        return _same_person(invitation.enrolment, person_id)
    if invitation.state != "sent":
        raise InvitationWithdrawn
    check_takes_people(activity)
    enrolment = queries.enrolment_of(person_id, activity.id)
    start = enrolment.state if enrolment else None
    if enrolment is None or start not in rules.LIVE:
        enrolment = arriving(enrolment, activity, person)
    _admit(activity, enrolment, start)
    invitation.state, invitation.enrolment_id = "accepted", enrolment.id
    same = people_rules.address_key(people.address_of(person_id) or "") == invitation.email_key
    audit.record("enrolment.invitation_accepted", "invitation", invitation.public_id, same_address=same)
    steps.settle(activity, occasion="invitation")
    return enrolment


def take_back(invitation: Invitation) -> None:
    """Withdraw an invitation; refuse once it was accepted, because a place is not taken from anyone."""
    if invitation.state == "accepted":
        raise NominationConfirmed
    if invitation.state == "withdrawn":
        raise InvitationWithdrawn
    invitation.state = "withdrawn"
    audit.record("enrolment.invitation_withdrawn", "invitation", invitation.public_id)


def _admit(activity: Activity, enrolment: Enrolment, start: str | None) -> None:
    if start == "confirmed":
        return
    places = queries.places(activity)
    standing = rules.arrival(places)
    if start in rules.LIVE and not places.full:
        # Already on a list: the invitation is the committee's word, so it comes before the waiting list.
        standing = Standing("confirmed", place_number=places.free_number)
    if start == "offered":
        standing = Standing("confirmed")
    if standing.state != start:
        steps.take(enrolment, standing, activity=activity, by=rules.COORDINATOR, reason=rules.INVITED)


def _same_person(enrolment: Enrolment, person_id: int) -> Enrolment:
    if enrolment.person_id != person_id:
        raise InvitationUsed
    return enrolment
