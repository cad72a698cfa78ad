"""Nominations: the focal point of an institution fills its places through a personal link."""

from ilpes_lms.audit import service as audit
from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core import clock
from ilpes_lms.core.database import transaction
from ilpes_lms.enrolment import queries, rules
from ilpes_lms.enrolment.errors import NotANominee, QuotaClosed, ReasonToPersonMissing
from ilpes_lms.enrolment.models import Enrolment, Invitation, NominationQuota
from ilpes_lms.enrolment.rules import Standing
from ilpes_lms.enrolment.service import steps
from ilpes_lms.enrolment.service.invitations import take_back
from ilpes_lms.enrolment.service.links import Terms, ask, check_takes_people, give_back, invited, write_again
from ilpes_lms.enrolment.service.locking import fresh


@transaction
def nominate(
    *,
    token: str,
    email: str,
    given_names: str,
    first_surname: str,
    position: str = "",
    language: str | None = None,
) -> Invitation:
    """Name a person for one of the institution's places; they get a letter and confirm themselves.

    Raises QuotaFull, QuotaClosed, AlreadyNominated.
    """
    activity, quota = locked(token)
    rules.check_quota(quota.places, queries.filled(quota.id))
    who = invited(
        activity, email=email, given_names=given_names, first_surname=first_surname, language=language,
        position=position,
    )  # fmt: skip
    invitation = ask(activity, who, Terms(quota.id))
    audit.record("enrolment.nominated", "invitation", invitation.public_id, quota=quota.public_id)
    return invitation


@transaction
def withdraw_nomination(*, token: str, invitation_ref: str) -> Invitation:
    """Take a nomination back that has not been confirmed, which frees a place of the institution."""
    _activity, quota = _open(token)
    found = queries.nominee(invitation_ref, quota.id)
    take_back(found)
    return found


@transaction
def replace_nominee(
    *,
    token: str,
    invitation_ref: str,
    email: str,
    given_names: str,
    first_surname: str,
    position: str = "",
    language: str | None = None,
) -> Invitation:
    """Name somebody else in place of a nominee who has not confirmed, in one step: both or neither."""
    activity, quota = locked(token)
    take_back(queries.nominee(invitation_ref, quota.id))
    who = invited(
        activity, email=email, given_names=given_names, first_surname=first_surname, language=language,
        position=position,
    )  # fmt: skip
    invitation = ask(activity, who, Terms(quota.id))
    audit.record("enrolment.nominee_replaced", "invitation", invitation.public_id, quota=quota.public_id)
    return invitation


@transaction
def replace_confirmed(
    *,
    activity_ref: str,
    quota_ref: str,
    invitation_ref: str,
    reason: str,
    email: str,
    given_names: str,
    first_surname: str,
    position: str = "",
    language: str | None = None,
    divisions: frozenset[str] = frozenset(),
) -> Invitation:
    """Give a confirmed nominee's place to someone else of the institution, as a coordinator; the first is told why."""
    activity = catalogue.lock_managed(activity_ref, divisions)
    quota = queries.managed_quota(quota_ref, activity.id)
    check_takes_people(activity)
    nominee = queries.nominee(invitation_ref, quota.id)
    who = invited(
        activity, email=email, given_names=given_names, first_surname=first_surname, language=language,
        position=position,
    )  # fmt: skip
    _end(activity, nominee, reason)
    invitation = ask(activity, who, Terms(quota.id))
    audit.record("enrolment.nominee_replaced", "invitation", invitation.public_id, quota=quota.public_id)
    steps.settle(activity, occasion="institution")
    return invitation


@transaction
def write_to_nominee(*, token: str, invitation_ref: str) -> Invitation:
    """Send a nominee's letter once more, with the same link."""
    activity, quota = locked(token)
    found = queries.nominee(invitation_ref, quota.id)
    write_again(activity, found)
    return found


def locked(token: str) -> tuple[Activity, NominationQuota]:
    """Lock the activity that a focal point's link leads to, while nominating is open and people are taken."""
    activity, quota = _open(token)
    check_takes_people(activity)
    return activity, quota


def _open(token: str) -> tuple[Activity, NominationQuota]:
    activity = catalogue.lock(queries.quota_by_token(token).activity_id)
    quota = queries.quota_by_token(token)
    if quota.closes_at <= clock.now():
        raise QuotaClosed
    return activity, quota


def _end(activity: Activity, nominee: Invitation, reason: str) -> None:
    if nominee.state != "accepted" or nominee.enrolment_id is None:
        raise NotANominee
    if not (why := rules.reason(reason)):
        raise ReasonToPersonMissing(field="reason")
    enrolment = fresh(Enrolment.id == nominee.enrolment_id)[0]
    steps.take(
        enrolment, Standing("declined"), activity=activity, by=rules.COORDINATOR, reason=why,
        message="enrolment.place_ended",
    )  # fmt: skip
    give_back([enrolment])
