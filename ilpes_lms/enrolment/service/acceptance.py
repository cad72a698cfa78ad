"""What becomes of an invitation that is accepted: a place, the end of the waiting list, or an application."""

from collections.abc import Mapping
from typing import Any

from ilpes_lms.audit import service as audit
from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.catalogue.rules import Answer
from ilpes_lms.core import clock
from ilpes_lms.core.database import transaction
from ilpes_lms.enrolment import queries, rules
from ilpes_lms.enrolment.errors import InvitationUsed, MotivationRequired
from ilpes_lms.enrolment.models import ApplicationDraft, Enrolment, Invitation
from ilpes_lms.enrolment.rules import Standing
from ilpes_lms.enrolment.service import answers, drafts, steps
from ilpes_lms.enrolment.service.admission import arriving, person_named
from ilpes_lms.enrolment.service.drafts import Beginning
from ilpes_lms.enrolment.service.links import check_takes_people
from ilpes_lms.people import queries as people
from ilpes_lms.people import rules as people_rules
from ilpes_lms.people import service as people_service
from ilpes_lms.people.models import Person


@transaction
def accept_invitation(
    *,
    token: str,
    person_id: int,
    motivation: str = "",
    position: str = "",
    sector: str | None = None,
    organization: str = "",
    accessibility_needs: str | None = None,
    said: Mapping[str, str] | None = None,
) -> Enrolment:
    """Take what an invitation promises: a place (or the end of the waiting list when all are taken), or an application.

    What is said of position, sector and institution fills in what the person's profile lacks. `said` answers what the
    activity asks, as in `apply`; who has applied already has answered. The link decides, not the address of the
    account: who accepted is kept with the invitation. Accepting twice is the same as once; raises InvitationUsed when
    another account has it.
    """
    activity = catalogue.lock(queries.invitation_by_token(token).activity_id)
    invitation = queries.invitation_by_token(token)
    if invitation.state == "accepted" and invitation.enrolment is not None:
        return _same_person(invitation.enrolment, person_id)
    rules.check_answerable(rules.outlook(invitation.state, invitation.expires_at, clock.now()))
    check_takes_people(activity)
    enrolment = queries.enrolment_of(person_id, activity.id)
    if enrolment and enrolment.state in rules.LIVE and queries.accepted_as(enrolment.id):
        _close(invitation)
        return enrolment
    _complete(person_id, invitation, position=position, sector=sector, organization=organization)
    if accessibility_needs is not None:
        people_service.complete_profile(person_id=person_id, accessibility_needs=accessibility_needs)
    asks = not _stands(enrolment)
    checked = answers.checked(activity, person_named(person_id), enrolment, said or {}) if asks else []
    accepted = _accepted(activity, invitation, enrolment, person_id, motivation)
    if asks:
        answers.finish(accepted, checked)
    return accepted


@transaction
def answer_invitation(
    *, token: str, person_id: int, about: Mapping[str, Any], motivation: str = "", **written: Any
) -> Enrolment:
    """Accept an invitation with what was filled in for it: answers and files, what is said of the person, why.

    Raises what accepting raises, and what is no answer or no document.
    """
    catalogue.lock(queries.invitation_by_token(token).activity_id)
    beginning, said = begin_invited(token=token, person_id=person_id), {}
    if beginning.questions:
        said = answers.said_in(drafts.keep_written(beginning, motivation=motivation, **written).values["answers"])
    return accept_invitation(token=token, person_id=person_id, motivation=motivation, said=said, **about)


@transaction
def save_answers(*, token: str, person_id: int, **written: Any) -> ApplicationDraft:
    """Keep what is written for an invitation so far, right or not; raises why it can't be answered any more."""
    return drafts.keep_written(_open(token, person_id), **written)


@transaction
def keep_invited_file(*, token: str, person_id: int, question_ref: str, name: str, content: bytes) -> str:
    """Keep a letter for an invitation that is to be accepted; return the token by which it is sent with it."""
    return drafts.keep_file_of(_open(token, person_id), question_ref, name, content)


def begin_invited(*, token: str, person_id: int) -> Beginning:
    """Return what a person is asked who is about to accept an invitation, and what they wrote already."""
    invitation, person = queries.invitation_by_token(token), person_named(person_id)
    activity, standing = invitation.activity, queries.enrolment_of(person_id, invitation.activity_id)
    asked, known = asked_of(invitation, person), drafts.written_before(person_id, activity, standing)
    return Beginning(
        activity=activity,
        person=person,
        standing=standing,
        questions=[] if _stands(standing) else queries.questions(activity.id),
        eligibility=Answer(ok=True),
        lacking={name: True for name in ("organization", "position", "sector") if name in asked},
        refused=None,
        motivated="motivation" in asked,
        **known | {"about": _named_by(invitation) | known.get("about", {})},
    )


def asked_of(invitation: Invitation, person: Person) -> frozenset[str]:
    """Return what a person is asked who is about to accept an invitation."""
    said = {"organization": person.organization_name, "position": person.position, "sector": person.sector}
    standing = queries.enrolment_of(person.id, invitation.activity_id)
    to_committee = invitation.activity.admission == "selection" and not invitation.skips_selection
    return rules.asked_on_accepting(
        nominated=invitation.quota_id is not None,
        applies=to_committee and not _stands(standing),
        lacking=frozenset(name for name, value in said.items() if not value),
    )


def _open(token: str, person_id: int) -> Beginning:
    invitation = queries.invitation_by_token(token)
    rules.check_answerable(rules.outlook(invitation.state, invitation.expires_at, clock.now()))
    check_takes_people(invitation.activity)
    return begin_invited(token=token, person_id=person_id)


def _stands(enrolment: Enrolment | None) -> bool:
    """Tell whether somebody is on the list already, where they have answered what was asked."""
    return enrolment is not None and enrolment.state in rules.LIVE


def _named_by(invitation: Invitation) -> dict[str, Any]:
    """Return what is said of a person by those who asked them, for them to correct."""
    nominating = invitation.quota.organization if invitation.quota else None
    known = {"position": invitation.position}
    return known | ({"organization": nominating.name, "sector": nominating.sector or ""} if nominating else {})


def _accepted(
    activity: Activity, invitation: Invitation, enrolment: Enrolment | None, person_id: int, motivation: str
) -> Enrolment:
    start = enrolment.state if enrolment else None
    if enrolment is None or not _stands(enrolment):
        enrolment = arriving(enrolment, activity, person_named(person_id), motivation=motivation)
    if invitation.skips_selection or activity.admission != "selection":
        _admit(activity, enrolment, start, by_institution=invitation.quota_id is not None)
    elif start not in rules.LIVE:
        _hand_to_committee(activity, enrolment)
    invitation.state, invitation.enrolment_id = "accepted", enrolment.id
    same = people_rules.address_key(people.address_of(person_id) or "") == invitation.email_key
    audit.record("enrolment.invitation_accepted", "invitation", invitation.public_id, same_address=same)
    for other in queries.unanswered_of(person_id, activity.id):
        if other is not invitation:
            _close(other)
    steps.settle(activity, occasion="invitation")
    return enrolment


def _admit(activity: Activity, enrolment: Enrolment, start: str | None, *, by_institution: bool) -> None:
    if start == "confirmed":
        return
    places = queries.places(activity, for_nominee=by_institution)
    standing = rules.arrival(places)
    if (start in rules.LIVE or by_institution) and not places.full:
        # An invitation is the committee's word, so it comes before the waiting list for who is on it already; a
        # nominee's place was kept for the institution, so whoever waits does not wait for it.
        standing = Standing("confirmed", place_number=places.free_number)
    if start == "offered":
        standing = Standing("confirmed")
    if standing.state != start:
        # Who had left comes back by themselves; everyone else by the word of who invited them.
        by = rules.PERSON if start in rules.AGAIN else rules.COORDINATOR
        steps.take(enrolment, standing, activity=activity, by=by, reason=rules.INVITED)


def _hand_to_committee(activity: Activity, enrolment: Enrolment) -> None:
    if not enrolment.motivation:
        raise MotivationRequired(field="motivation")
    steps.take(enrolment, Standing("applied"), activity=activity, by=rules.PERSON, reason=rules.INVITED)


def _complete(person_id: int, invitation: Invitation, *, position: str, sector: str | None, organization: str) -> None:
    nominating = invitation.quota.organization if invitation.quota else None
    people_service.note_work(
        person_id=person_id, position=position, sector=sector, organization=organization, known=nominating
    )


def _close(invitation: Invitation) -> None:
    """End an invitation to someone who is on the list by another, so that the place goes back to who gave it."""
    invitation.state, invitation.decline_reason = "declined", rules.ALREADY_ON_LIST
    audit.record("enrolment.invitation_closed", "invitation", invitation.public_id)


def _same_person(enrolment: Enrolment, person_id: int) -> Enrolment:
    if enrolment.person_id != person_id:
        raise InvitationUsed
    return enrolment
