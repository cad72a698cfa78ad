"""What enrolment lets go of after some time: what was begun and never sent, asked and not answered, applied in vain."""

from datetime import datetime

from sqlalchemy import delete, select, update

from ilpes_lms.core.database import db, transaction
from ilpes_lms.core.keeping import batch, delete_batch
from ilpes_lms.enrolment.models import ApplicationDraft, Enrolment, EnrolmentChange, Invitation
from ilpes_lms.enrolment.queries import keeping
from ilpes_lms.enrolment.service.erasing import empty_invitation, let_files_go


@transaction
def let_go_of_drafts(before: datetime) -> int:
    """Delete some of the applications that were last saved before a moment and never sent; return how many.

    Their files go as all that nobody sends.
    """
    return delete_batch(ApplicationDraft, keeping.old_drafts(before))


@transaction
def let_go_of_invitations(before: datetime) -> int:
    """Take the person out of some invitations nobody accepted, to what ended before a moment; return how many."""
    ids = batch(Invitation, keeping.old_invitations(before))
    for invitation in db.session.scalars(select(Invitation).where(Invitation.id.in_(ids)).order_by(Invitation.id)):
        empty_invitation(invitation)
    db.session.flush()
    return len(ids)


@transaction
def let_go_of_applications(before: datetime) -> int:
    """Delete what was written in and about some applications without a place, to what ended before a moment.

    That somebody of such a sex, country and sector applied stays, and so does how it was decided, without the words.
    Return how many applications it was.
    """
    ids = batch(Enrolment, keeping.old_applications(before))
    let_files_go(ids)
    for model in keeping.WRITTEN:
        db.session.execute(delete(model).where(model.enrolment_id.in_(ids)))
    db.session.execute(update(EnrolmentChange).where(EnrolmentChange.enrolment_id.in_(ids)).values(reason=""))
    db.session.execute(update(Enrolment).where(Enrolment.id.in_(ids)).values(motivation=""))
    return len(ids)
