"""Quotas, nominations and invitations."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core.database import db
from ilpes_lms.core.errors import NotFound
from ilpes_lms.core.ids import digest
from ilpes_lms.core.pagination import Page, page_of
from ilpes_lms.core.settings import institute_day
from ilpes_lms.enrolment.errors import PersonalLinkUnknown
from ilpes_lms.enrolment.keys import opened_by
from ilpes_lms.enrolment.models import Enrolment, Invitation, NominationQuota
from ilpes_lms.enrolment.rules import HOLDING, LIVE
from ilpes_lms.people.models import EmailAddress

_FILLING = ("sent", "accepted")
_ANSWERED = ("sent", "accepted", "declined")
# Databases take so many values in one statement.
INVITATIONS = "/invitations/"
_AT_ONCE = 500


def quotas(activity_id: int) -> list[NominationQuota]:
    """Return the institutions that have places in an activity, in the order they got them."""
    statement = (
        select(NominationQuota)
        .options(joinedload(NominationQuota.organization))
        .where(NominationQuota.activity_id == activity_id)
        .order_by(NominationQuota.id)
    )
    return list(db.session.scalars(statement))


@dataclass(frozen=True)
class QuotaStanding:
    """How the places of an institution stand: given, confirmed, waiting for an answer; and who declined."""

    quota: NominationQuota
    confirmed: int
    waiting: int
    declined: int

    @property
    def unfilled(self) -> int:
        return max(self.quota.places - self.confirmed - self.waiting, 0)


def standing_of_quotas(activity_id: int) -> list[QuotaStanding]:
    """Return how the places of each institution in an activity stand, in the order they got them."""
    found = quotas(activity_id)
    statement = (
        select(Invitation.quota_id, Invitation.state, func.count())
        .where(Invitation.quota_id.in_([quota.id for quota in found]))
        .group_by(Invitation.quota_id, Invitation.state)
    )
    count = {(row[0], row[1]): row[2] for row in db.session.execute(statement)}
    return [
        QuotaStanding(quota, *(count.get((quota.id, state), 0) for state in ("accepted", "sent", "declined")))
        for quota in found
    ]


def managed_quota(ref: str, activity_id: int) -> NominationQuota:
    """Return an institution's places in one activity; those in another do not exist."""
    statement = (
        select(NominationQuota)
        .options(joinedload(NominationQuota.organization))
        .where(NominationQuota.public_id == ref, NominationQuota.activity_id == activity_id)
    )
    found = db.session.scalar(statement.execution_options(populate_existing=True))
    if found is None:
        raise NotFound
    return found


def quota(ref: str) -> NominationQuota | None:
    """Return an institution's places with activity and institution, read afresh, for letters."""
    statement = (
        select(NominationQuota)
        .options(joinedload(NominationQuota.activity), joinedload(NominationQuota.organization))
        .where(NominationQuota.public_id == ref)
    )
    return db.session.scalar(statement.execution_options(populate_existing=True))


def quota_by_token(token: str) -> NominationQuota:
    """Return the quota that a personal link, or a signed-in focal point's key, opens, read afresh.

    With its activity and institution.
    """
    ref = opened_by(token)
    opened = NominationQuota.public_id == ref if ref else NominationQuota.link_digest == digest(token)
    statement = (
        select(NominationQuota)
        .options(joinedload(NominationQuota.activity), joinedload(NominationQuota.organization))
        .where(opened)
        .execution_options(populate_existing=True)
    )
    found = db.session.scalar(statement)
    if found is None:
        raise PersonalLinkUnknown
    return found


def quotas_of_focal_point(person_id: int) -> list[NominationQuota]:
    """Return the places that someone fills, by a confirmed address of theirs, while the activity is not over.

    With activities and institutions, the first to close first.
    """
    statement = (
        _of_focal_point(person_id)
        .join(NominationQuota.activity)
        .where(Activity.status == "published", Activity.ends_on >= institute_day())
        .order_by(NominationQuota.closes_at, NominationQuota.id)
    )
    return list(db.session.scalars(statement))


def quota_of_focal_point(ref: str, person_id: int) -> NominationQuota:
    """Return places that someone fills, by a confirmed address of theirs, read afresh; those of others do not exist."""
    statement = _of_focal_point(person_id).where(NominationQuota.public_id == ref)
    found = db.session.scalar(statement.execution_options(populate_existing=True))
    if found is None:
        raise NotFound
    return found


def _of_focal_point(person_id: int) -> Select[NominationQuota]:
    own = select(func.lower(EmailAddress.address)).where(
        EmailAddress.person_id == person_id, EmailAddress.verified_at.is_not(None)
    )
    return (
        select(NominationQuota)
        .options(joinedload(NominationQuota.activity), joinedload(NominationQuota.organization))
        .where(func.lower(NominationQuota.focal_point_email).in_(own))
    )


def nominees(quota_ids: Iterable[int]) -> list[Invitation]:
    """Return those whom institutions have nominated, with what became of it; the withdrawn left out."""
    statement = (
        select(Invitation)
        .options(joinedload(Invitation.enrolment).joinedload(Enrolment.person))
        .where(Invitation.quota_id.in_(quota_ids), Invitation.state.in_(_ANSWERED))
        .order_by(Invitation.id)
    )
    return list(db.session.scalars(statement))


def nominee(ref: str, quota_id: int) -> Invitation:
    """Return a nomination of one institution, read afresh; one of another does not exist."""
    return _invitation(Invitation.public_id == ref, Invitation.quota_id == quota_id)


def filled(quota_id: int) -> int:
    """Return how many places of a quota are filled by nominations that stand."""
    return filled_of([quota_id]).get(quota_id, 0)


def filled_of(quota_ids: Iterable[int]) -> dict[int, int]:
    """Return how many places of each of these quotas are filled; those without any are left out."""
    statement = (
        select(Invitation.quota_id, func.count())
        .where(Invitation.quota_id.in_(quota_ids), Invitation.state.in_(_FILLING))
        .group_by(Invitation.quota_id)
    )
    return {quota_id: number for quota_id, number in db.session.execute(statement) if quota_id is not None}


def promised(activity_id: int) -> int:
    """Return how many places of an activity institutions have together."""
    statement = select(func.sum(NominationQuota.places)).where(NominationQuota.activity_id == activity_id)
    return db.session.scalar(statement) or 0


def kept_for_institutions(activity_id: int) -> int:
    """Return how many places institutions have that no nominee of theirs holds yet."""
    held = func.count(Enrolment.id)
    by_quota = (
        select(case((NominationQuota.places > held, NominationQuota.places - held), else_=0).label("open"))
        .outerjoin(Invitation, and_(Invitation.quota_id == NominationQuota.id, Invitation.state == "accepted"))
        .outerjoin(Enrolment, and_(Enrolment.id == Invitation.enrolment_id, Enrolment.state.in_(HOLDING)))
        .where(NominationQuota.activity_id == activity_id)
        .group_by(NominationQuota.id, NominationQuota.places)
        .subquery()
    )
    return db.session.scalar(select(func.coalesce(func.sum(by_quota.c.open), 0))) or 0


def invitations(
    activity_id: int, *, outlook: str | None, now: datetime, cursor: str | None = None, size: int = 100
) -> Page[Invitation]:
    """Return the invitations that coordinators of an activity made, the newest first, with who accepted them."""
    statement = _by_coordinators(activity_id).options(
        joinedload(Invitation.enrolment).joinedload(Enrolment.person),
    )
    if outlook:
        statement = statement.where(_looks(outlook, now))
    return page_of(statement, keys=[Invitation.id], cursor=cursor, size=size, descending=True)


def outlooks(activity_id: int, now: datetime) -> dict[str, int]:
    """Return how many invitations of an activity's coordinators stand how."""
    expired = _looks("expired", now)
    standing = case((expired, "expired"), else_=Invitation.state)
    statement = _by_coordinators(activity_id).with_only_columns(standing, func.count()).group_by(standing)
    return {row[0]: row[1] for row in db.session.execute(statement)}


def invitation_in(ref: str, activity_id: int) -> Invitation:
    """Return an invitation or nomination of one activity, read afresh; one of another does not exist."""
    return _invitation(Invitation.public_id == ref, Invitation.activity_id == activity_id)


def invitation(ref: str) -> Invitation | None:
    """Return an invitation with its activity and the institution behind it, read afresh, for letters."""
    statement = (
        select(Invitation)
        .options(joinedload(Invitation.activity), joinedload(Invitation.quota).joinedload(NominationQuota.organization))
        .where(Invitation.public_id == ref)
    )
    return db.session.scalar(statement.execution_options(populate_existing=True))


def invitation_by_token(token: str) -> Invitation:
    """Return the invitation that a personal link opens, with its activity and institution, read afresh."""
    return _invitation(Invitation.link_digest == digest(token), missing=PersonalLinkUnknown)


def invited_at(path: str) -> dict[str, str] | None:
    """Return what is known of whom an open invitation is for, by the path of its page; None for any other path."""
    token = path.removeprefix(INVITATIONS)
    if token == path or "/" in token:
        return None
    try:
        found = invitation_by_token(token)
    except PersonalLinkUnknown:
        return None
    if found.state != "sent":
        return None
    return {"email": found.email, "given_names": found.given_names, "first_surname": found.first_surname}


def invitations_to(activity_id: int, email_keys: Collection[str]) -> dict[str, Invitation]:
    """Return the invitations to an activity of some addresses, whatever became of them, read afresh."""
    found: dict[str, Invitation] = {}
    for some in _in_parts(email_keys):
        statement = select(Invitation).where(Invitation.activity_id == activity_id, Invitation.email_key.in_(some))
        for invitation in db.session.scalars(statement.execution_options(populate_existing=True)):
            found[invitation.email_key] = invitation
    return found


def addresses_in(activity_id: int, email_keys: Collection[str]) -> set[str]:
    """Return which of some addresses belong to people who wait in an activity or have a place."""
    found: set[str] = set()
    for some in _in_parts(email_keys):
        statement = (
            select(EmailAddress.address_key)
            .join(Enrolment, Enrolment.person_id == EmailAddress.person_id)
            .where(
                EmailAddress.address_key.in_(some),
                Enrolment.activity_id == activity_id,
                Enrolment.state.in_(LIVE - {"applied"}),
            )
        )
        found.update(db.session.scalars(statement))
    return found


def unanswered_of(person_id: int, activity_id: int) -> list[Invitation]:
    """Return the invitations to an activity that wait for an answer at any confirmed address of a person."""
    own = select(EmailAddress.address_key).where(
        EmailAddress.person_id == person_id, EmailAddress.verified_at.is_not(None)
    )
    statement = select(Invitation).where(
        Invitation.activity_id == activity_id, Invitation.state == "sent", Invitation.email_key.in_(own)
    )
    return list(db.session.scalars(statement.execution_options(populate_existing=True)))


def accepted_as(enrolment_id: int) -> Invitation | None:
    """Return the invitation through which someone came, while they are there."""
    statement = select(Invitation).where(Invitation.enrolment_id == enrolment_id, Invitation.state == "accepted")
    return db.session.scalar(statement.limit(1))


def nominees_among(enrolment_ids: Collection[int]) -> set[int]:
    """Return which of some enrolments hold a place that an institution gave."""
    statement = select(Invitation.enrolment_id).where(
        Invitation.enrolment_id.in_(enrolment_ids), Invitation.state == "accepted", Invitation.quota_id.is_not(None)
    )
    return {number for number in db.session.scalars(statement) if number is not None}


def to_remind(now: datetime, before: datetime, activity_id: int | None = None) -> list[Invitation]:
    """Return the invitations whose time to answer ends soon and that nobody was reminded of, in one activity or all."""
    statement = (
        select(Invitation)
        .join(Invitation.activity)
        .options(contains_eager(Invitation.activity))
        .where(
            Invitation.state == "sent",
            Invitation.reminded_at.is_(None),
            Invitation.expires_at > now,
            Invitation.expires_at <= before,
            Activity.status == "published",
        )
        .order_by(Invitation.id)
        .limit(_AT_ONCE)
        .execution_options(populate_existing=True)
    )
    if activity_id is not None:
        statement = statement.where(Invitation.activity_id == activity_id)
    return list(db.session.scalars(statement))


def people_of(activity_id: int) -> list[Invitation]:
    """Return all who were asked to an activity and have not refused, with their institutions, for comparing names."""
    statement = (
        select(Invitation)
        .options(joinedload(Invitation.quota).joinedload(NominationQuota.organization))
        .where(Invitation.activity_id == activity_id, Invitation.state.in_(_FILLING))
        .order_by(Invitation.id)
    )
    return list(db.session.scalars(statement))


def _by_coordinators(activity_id: int) -> Select[Invitation]:
    return select(Invitation).where(Invitation.activity_id == activity_id, Invitation.quota_id.is_(None))


def _looks(outlook: str, now: datetime) -> ColumnElement[bool]:
    if outlook == "expired":
        return and_(Invitation.state == "sent", Invitation.expires_at <= now)
    if outlook == "sent":
        return and_(Invitation.state == "sent", or_(Invitation.expires_at.is_(None), Invitation.expires_at > now))
    return Invitation.state == outlook


def _invitation(*conditions: ColumnElement[bool], missing: type[NotFound] = NotFound) -> Invitation:
    statement = (
        select(Invitation)
        .options(
            joinedload(Invitation.activity),
            joinedload(Invitation.enrolment),
            joinedload(Invitation.quota).joinedload(NominationQuota.organization),
        )
        .where(*conditions)
        .execution_options(populate_existing=True)
    )
    found = db.session.scalar(statement)
    if found is None:
        raise missing
    return found


def _in_parts(values: Collection[str]) -> Iterable[list[str]]:
    every = sorted(values)
    return (every[start : start + _AT_ONCE] for start in range(0, len(every), _AT_ONCE))
