"""Nominations: an institution gets places, its focal point fills them through a personal link."""

from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from typing import NotRequired, TypedDict, Unpack

from ilpes_lms.audit import service as audit
from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core import clock
from ilpes_lms.core.database import db, transaction
from ilpes_lms.core.errors import NotFound
from ilpes_lms.core.ids import digest, new_token
from ilpes_lms.enrolment import queries, rules
from ilpes_lms.enrolment.errors import ClosesInThePast, NotByNomination, QuotaClosed, QuotaExists
from ilpes_lms.enrolment.models import Invitation, NominationQuota
from ilpes_lms.enrolment.service.invitations import take_back
from ilpes_lms.enrolment.service.links import ask, check_takes_people, invited
from ilpes_lms.notifications import service as notifications
from ilpes_lms.people import rules as people_rules
from ilpes_lms.people import service as people


@transaction
def open_quota(
    *,
    activity_ref: str,
    organization_id: int,
    places: int,
    closes_at: datetime,
    focal_point_email: str,
    divisions: frozenset[str] = frozenset(),
) -> str:
    """Give an institution places until a time, write to its focal point, and return the personal link's token."""
    activity = catalogue.lock_managed(activity_ref, divisions)
    check_takes_people(activity)
    if activity.admission != "nomination":
        raise NotByNomination
    if any(quota.organization_id == organization_id for quota in queries.quotas(activity.id)):
        raise QuotaExists(field="organization")
    rules.check_quotas(places, queries.promised(activity.id), activity.capacity)
    email = people_rules.address(focal_point_email, field="focal_point_email")
    token = new_token()
    quota = NominationQuota(
        activity_id=activity.id, organization_id=organization_id, places=places, closes_at=closes_at,
        focal_point_email=email, link_digest=digest(token), created_at=clock.now(),
    )  # fmt: skip
    db.session.add(quota)
    db.session.flush()
    audit.record("enrolment.quota_opened", "quota", quota.public_id, activity=activity.public_id, places=places)
    _write_letter(activity, quota, token)
    return token


@transaction
def open_quota_for(
    *,
    activity_ref: str,
    organization: str,
    country: str,
    places: int,
    closes_on: date,
    focal_point_email: str,
    divisions: frozenset[str] = frozenset(),
) -> NominationQuota:
    """Give places to an institution known by its name and country, new or not, until a day is over there."""
    activity = catalogue.lock_managed(activity_ref, divisions)
    closes_at = clock.end_of_day(closes_on, activity.zone)
    if closes_at <= clock.now():
        raise ClosesInThePast(field="closes_on")
    found = people.find_or_add_organization(name=organization, country=country)
    token = open_quota(
        activity_ref=activity_ref, organization_id=found.id, places=places, closes_at=closes_at,
        focal_point_email=focal_point_email, divisions=divisions,
    )  # fmt: skip
    return queries.quota_by_token(token)


@transaction
def renew_link(*, activity_ref: str, quota_ref: str, divisions: frozenset[str] = frozenset()) -> NominationQuota:
    """Write to the focal point again with a new personal link; the old one is dead from now on."""
    activity = catalogue.lock_managed(activity_ref, divisions)
    quota = queries.managed_quota(quota_ref, activity.id)
    token = new_token()
    quota.link_digest = digest(token)
    audit.record("enrolment.quota_link_renewed", "quota", quota.public_id, activity=activity.public_id)
    _write_letter(activity, quota, token)
    return quota


class Nominee(TypedDict):
    """A person whom an institution names; without a language the letter is in one of the activity's."""

    email: str
    given_names: str
    first_surname: str
    language: NotRequired[str | None]


@transaction
def nominate(*, token: str, **nominee: Unpack[Nominee]) -> Invitation:
    """Name a person for one of the institution's places; they get a letter and confirm themselves.

    Raises QuotaFull, QuotaClosed, AlreadyNominated.
    """
    return _nominate(partial(queries.quota_by_token, token), nominee)


@transaction
def nominate_as_focal_point(*, quota_ref: str, person_id: int, **nominee: Unpack[Nominee]) -> Invitation:
    """Do what `nominate` does for a focal point who is signed in and needs no link."""
    return _nominate(partial(queries.quota_of_focal_point, quota_ref, person_id), nominee)


@transaction
def withdraw_nomination(*, token: str, invitation_ref: str) -> Invitation:
    """Take a nomination back that has not been confirmed, which frees a place of the institution."""
    return _withdraw(partial(queries.quota_by_token, token), invitation_ref)


@transaction
def withdraw_as_focal_point(*, quota_ref: str, person_id: int, invitation_ref: str) -> Invitation:
    """Do what `withdraw_nomination` does for a focal point who is signed in and needs no link."""
    return _withdraw(partial(queries.quota_of_focal_point, quota_ref, person_id), invitation_ref)


def _nominate(find: Callable[[], NominationQuota], nominee: Nominee) -> Invitation:
    activity, quota = _locked(find)
    check_takes_people(activity)
    language = nominee.get("language")
    who = invited(activity, nominee["email"], nominee["given_names"], nominee["first_surname"], language)
    rules.check_quota(quota.places, queries.filled(quota.id))
    invitation = ask(activity, who, quota_id=quota.id)
    audit.record("enrolment.nominated", "invitation", invitation.public_id, quota=quota.public_id)
    return invitation


def _withdraw(find: Callable[[], NominationQuota], invitation_ref: str) -> Invitation:
    _activity, quota = _locked(find)
    found = next((n for n in queries.nominees([quota.id]) if n.public_id == invitation_ref), None)
    if found is None:
        raise NotFound
    take_back(found)
    return found


def _locked(find: Callable[[], NominationQuota]) -> tuple[Activity, NominationQuota]:
    activity = catalogue.lock(find().activity_id)
    quota = find()
    if quota.closes_at <= clock.now():
        raise QuotaClosed
    return activity, quota


def _write_letter(activity: Activity, quota: NominationQuota, token: str) -> None:
    notifications.send(
        kind="enrolment.nomination_link",
        key=f"enrolment.nomination_link:{quota.link_digest}",
        values={"quota": quota.public_id, "digest": quota.link_digest, "token": token},
        address=quota.focal_point_email,
        activity_ref=activity.public_id,
    )
