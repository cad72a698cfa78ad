"""The places of institutions: given, changed, taken back by a coordinator."""

from dataclasses import dataclass
from datetime import date, datetime

from ilpes_lms.audit import service as audit
from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core import clock
from ilpes_lms.core.database import db, transaction
from ilpes_lms.core.errors import Stale
from ilpes_lms.core.ids import digest, new_token
from ilpes_lms.enrolment import queries, rules
from ilpes_lms.enrolment.errors import NotByNomination, NothingToTakeBack, QuotaExists
from ilpes_lms.enrolment.models import Invitation, NominationQuota
from ilpes_lms.enrolment.service import steps
from ilpes_lms.enrolment.service.links import check_takes_people
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
    closes_at = _still_to_come(closes_on, activity)
    found = people.find_or_add_organization(name=organization, country=country)
    token = open_quota(
        activity_ref=activity_ref, organization_id=found.id, places=places, closes_at=closes_at,
        focal_point_email=focal_point_email, divisions=divisions,
    )  # fmt: skip
    return queries.quota_by_token(token)


@transaction
def change_quota(
    *,
    activity_ref: str,
    quota_ref: str,
    version: int,
    places: int | None = None,
    closes_on: date | None = None,
    focal_point_email: str | None = None,
    divisions: frozenset[str] = frozenset(),
) -> NominationQuota:
    """Give an institution more or fewer places, or until another day; a new focal point gets a link of their own.

    What is not named stays. Fewer than are filled are refused; places that become free go to those who wait. Raises
    Stale when the places were changed since `version` was seen.
    """
    activity, quota = _seen(activity_ref, quota_ref, version, divisions)
    if places is not None:
        _set_places(activity, quota, places)
    if closes_on is not None and clock.end_of_day(closes_on, activity.zone) != quota.closes_at:
        quota.closes_at = _still_to_come(closes_on, activity)
    if focal_point_email is not None:
        _set_focal_point(activity, quota, people_rules.address(focal_point_email, field="focal_point_email"))
    db.session.flush()
    audit.record("enrolment.quota_changed", "quota", quota.public_id, places=quota.places)
    steps.settle(activity, occasion="institution")
    return quota


@transaction
def take_places_back(
    *, activity_ref: str, quota_ref: str, version: int, divisions: frozenset[str] = frozenset()
) -> NominationQuota:
    """Leave an institution only the places that it has filled; the others go to those who wait, or can be given anew.

    Raises Stale when the places were changed since `version` was seen.
    """
    activity, quota = _seen(activity_ref, quota_ref, version, divisions)
    filled = queries.filled(quota.id)
    if quota.places <= filled:
        raise NothingToTakeBack
    quota.places = filled
    db.session.flush()
    audit.record("enrolment.quota_taken_back", "quota", quota.public_id, places=filled)
    steps.settle(activity, occasion="institution")
    return quota


@dataclass(frozen=True)
class Alike:
    """Two who were asked to one activity and may be one person, for a coordinator to look at."""

    one: Invitation
    other: Invitation


def alike(activity_id: int) -> list[Alike]:
    """Return those whose names may mean one person though their addresses differ; nothing follows from it by itself."""
    asked = {invitation.id: invitation for invitation in queries.people_of(activity_id)}
    pairs = rules.same_name((number, found.full_name) for number, found in asked.items())
    found = [Alike(asked[one], asked[other]) for one, other in pairs]
    return [pair for pair in found if not pair.one.enrolment_id or pair.one.enrolment_id != pair.other.enrolment_id]


@transaction
def renew_link(*, activity_ref: str, quota_ref: str, divisions: frozenset[str] = frozenset()) -> NominationQuota:
    """Write to the focal point again with a new personal link; the old one is dead from now on."""
    activity = catalogue.lock_managed(activity_ref, divisions)
    quota = queries.managed_quota(quota_ref, activity.id)
    _renew(activity, quota)
    return quota


def _seen(
    activity_ref: str, quota_ref: str, version: int, divisions: frozenset[str]
) -> tuple[Activity, NominationQuota]:
    activity = catalogue.lock_managed(activity_ref, divisions)
    quota = queries.managed_quota(quota_ref, activity.id)
    if quota.version != version:
        raise Stale
    return activity, quota


def _set_places(activity: Activity, quota: NominationQuota, places: int) -> None:
    others = queries.promised(activity.id) - quota.places
    rules.check_new_places(places, filled=queries.filled(quota.id), others=others, capacity=activity.capacity)
    quota.places = places


def _set_focal_point(activity: Activity, quota: NominationQuota, email: str) -> None:
    if email.casefold() != quota.focal_point_email.casefold():
        quota.focal_point_email = email
        _renew(activity, quota)


def _still_to_come(closes_on: date, activity: Activity) -> datetime:
    closes_at = clock.end_of_day(closes_on, activity.zone)
    rules.check_nominations_close(closes_at, clock.now(), clock.end_of_day(activity.ends_on, activity.zone))
    return closes_at


def _renew(activity: Activity, quota: NominationQuota) -> None:
    token = new_token()
    quota.link_digest = digest(token)
    audit.record("enrolment.quota_link_renewed", "quota", quota.public_id, activity=activity.public_id)
    _write_letter(activity, quota, token)


def _write_letter(activity: Activity, quota: NominationQuota, token: str) -> None:
    notifications.send(
        kind="enrolment.nomination_link",
        key=f"enrolment.nomination_link:{quota.link_digest}",
        values={"quota": quota.public_id, "digest": quota.link_digest, "token": token},
        address=quota.focal_point_email,
        activity_ref=activity.public_id,
    )
