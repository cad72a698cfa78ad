"""What enrolment keeps for a time only, and is due before a moment. Of activities, the last day counts."""

from datetime import date, datetime

from sqlalchemy import Select, exists, or_, select

from ilpes_lms.catalogue.models import Activity
from ilpes_lms.enrolment.models import (
    ApplicationAnswer,
    ApplicationDraft,
    AttributeCorrection,
    ConflictOfInterest,
    Enrolment,
    EnrolmentChange,
    Invitation,
    Review,
)

# What people and committees wrote about an application, beside the enrolment itself.
WRITTEN = (ApplicationAnswer, AttributeCorrection, Review, ConflictOfInterest)


def old_drafts(before: datetime) -> Select[int, datetime]:
    """Find the applications that were begun, last saved before a moment, and never sent."""
    return select(ApplicationDraft.id, ApplicationDraft.saved_at.label("since")).where(
        ApplicationDraft.saved_at < before
    )


def old_invitations(before: datetime) -> Select[int, date]:
    """Find the invitations that nobody accepted, to activities that ended before a moment."""
    found = select(Invitation.id, Activity.ends_on.label("since")).join(Activity, Activity.id == Invitation.activity_id)
    return found.where(Invitation.state != "accepted", Invitation.email != "", Activity.ends_on < before.date())


def old_applications(before: datetime) -> Select[int, date]:
    """Find the applications without a place, to activities that ended before a moment, with something written."""
    written = (exists().where(model.enrolment_id == Enrolment.id) for model in WRITTEN)
    reasons = exists().where(EnrolmentChange.enrolment_id == Enrolment.id, EnrolmentChange.reason != "")
    found = select(Enrolment.id, Activity.ends_on.label("since")).join(Activity, Activity.id == Enrolment.activity_id)
    return found.where(
        Enrolment.state != "confirmed", Activity.ends_on < before.date(),
        or_(Enrolment.motivation != "", reasons, *written),
    )  # fmt: skip
