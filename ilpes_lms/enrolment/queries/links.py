"""Quotas, nominations and invitations."""

from collections.abc import Iterable

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core import clock
from ilpes_lms.core.database import db
from ilpes_lms.core.errors import NotFound
from ilpes_lms.core.ids import digest
from ilpes_lms.enrolment.models import Enrolment, Invitation, NominationQuota
from ilpes_lms.people.models import EmailAddress

_FILLING = ("sent", "accepted")


def quotas(activity_id: int) -> list[NominationQuota]:
    """Return the institutions that have places in an activity, in the order they got them."""
    statement = (
        select(NominationQuota)
        .options(joinedload(NominationQuota.organization))
        .where(NominationQuota.activity_id == activity_id)
        .order_by(NominationQuota.id)
    )
    return list(db.session.scalars(statement))


def managed_quota(ref: str, activity_id: int) -> NominationQuota:
    """Return an institution's places in one activity; those in another do not exist."""
    statement = select(NominationQuota).where(
        NominationQuota.public_id == ref, NominationQuota.activity_id == activity_id
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
    """Return the quota that a personal link opens, with its activity and institution, read afresh."""
    statement = (
        select(NominationQuota)
        .options(joinedload(NominationQuota.activity), joinedload(NominationQuota.organization))
        .where(NominationQuota.link_digest == digest(token))
        .execution_options(populate_existing=True)
    )
    found = db.session.scalar(statement)
    if found is None:
        raise NotFound
    return found


def quotas_of_focal_point(person_id: int) -> list[NominationQuota]:
    """Return the places that someone fills, by a confirmed address of theirs, while the activity is not over.

    With activities and institutions, the first to close first.
    """
    statement = (
        _of_focal_point(person_id)
        .join(NominationQuota.activity)
        .where(Activity.status == "published", Activity.ends_on >= clock.today())
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
        .options(joinedload(Invitation.enrolment))
        .where(Invitation.quota_id.in_(quota_ids), Invitation.state.in_(_FILLING))
        .order_by(Invitation.id)
    )
    return list(db.session.scalars(statement))


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


def invitations(activity_id: int) -> list[Invitation]:
    """Return an activity's invitations with who accepted them, the newest first."""
    statement = (
        select(Invitation)
        .options(joinedload(Invitation.enrolment).joinedload(Enrolment.person))
        .where(Invitation.activity_id == activity_id)
        .order_by(Invitation.id.desc())
    )
    return list(db.session.scalars(statement))


def invitation(ref: str) -> Invitation | None:
    """Return an invitation with its activity and the institution behind it, read afresh, for letters."""
    statement = (
        select(Invitation)
        .options(joinedload(Invitation.activity), joinedload(Invitation.quota).joinedload(NominationQuota.organization))
        .where(Invitation.public_id == ref)
    )
    return db.session.scalar(statement.execution_options(populate_existing=True))


def invitation_by_token(token: str) -> Invitation:
    """Return the invitation that a personal link opens, with its activity, read afresh."""
    statement = (
        select(Invitation)
        .options(joinedload(Invitation.activity), joinedload(Invitation.enrolment))
        .where(Invitation.link_digest == digest(token))
        .execution_options(populate_existing=True)
    )
    found = db.session.scalar(statement)
    if found is None:
        raise NotFound
    return found


def invitation_of(activity_id: int, email_key: str) -> Invitation | None:
    """Return the invitation of an address to an activity, whatever became of it, read afresh."""
    statement = select(Invitation).where(Invitation.activity_id == activity_id, Invitation.email_key == email_key)
    return db.session.scalar(statement.execution_options(populate_existing=True))
