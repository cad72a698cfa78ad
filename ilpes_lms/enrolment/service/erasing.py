"""What enrolment keeps of somebody who is erased: that somebody of this sex, country and sector stood so, no more."""

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import delete, func, or_, select, update

from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core import clock
from ilpes_lms.core.database import db, transaction
from ilpes_lms.core.ids import digest, new_token, public_id
from ilpes_lms.core.redaction import NOBODY, redact
from ilpes_lms.enrolment import rules
from ilpes_lms.enrolment.models import (
    ApplicationAnswer,
    ApplicationDraft,
    AttributeCorrection,
    ConflictOfInterest,
    Enrolment,
    EnrolmentChange,
    Invitation,
    KeptLetter,
    NominationQuota,
    PlaceDecision,
    PlaceHold,
    Review,
)
from ilpes_lms.enrolment.service import holds, imports
from ilpes_lms.enrolment.service.admission import withdraw
from ilpes_lms.enrolment.service.letter_files import forget_unsent
from ilpes_lms.enrolment.service.locking import is_over
from ilpes_lms.people import queries as people
from ilpes_lms.people.queries import Traces

_LONG_AGO = timedelta(days=365)


@transaction
def forget(person_id: int) -> int:
    """Take a person out of what they applied to; return how many applications that were.

    Places in what is not over are given back first, as if they withdrew. Sex, country and sector stay with the
    enrolment, and the institution where it is one of the vocabulary, so that no figure moves.
    """
    traces = people.traces_of(person_id)
    _leave(person_id)
    own = list(db.session.scalars(select(Enrolment.id).where(Enrolment.person_id == person_id)))
    let_files_go(own, _drafted(person_id))
    for model in (ApplicationAnswer, Review, ConflictOfInterest):
        db.session.execute(delete(model).where(model.enrolment_id.in_(own)))
    db.session.execute(delete(ApplicationDraft).where(ApplicationDraft.person_id == person_id))
    _empty_enrolments(own, traces)
    _empty_links(own, traces)
    imports.forget_person(traces)
    db.session.expire_all()
    return len(own)


def _leave(person_id: int) -> None:
    live = (Enrolment.person_id == person_id, Enrolment.state.in_(rules.LIVE), Activity.status != "cancelled")
    # By activity: everybody who locks several locks them in this order.
    found = db.session.execute(
        select(Enrolment.public_id, Activity).join(Enrolment.activity).where(*live).order_by(Activity.id)
    ).all()
    for ref, activity in found:
        if not is_over(activity):
            withdraw(enrolment_ref=ref, person_id=person_id)


def let_files_go(own: Collection[int], drafted: Collection[str] = ()) -> None:
    """Let no file of these applications, or named, count as chosen a moment ago: it goes once nothing holds it."""
    answered = select(ApplicationAnswer.file_key).where(ApplicationAnswer.enrolment_id.in_(own))
    keys = {*drafted, *(key for key in db.session.scalars(answered) if key)}
    long_ago = clock.now() - _LONG_AGO
    db.session.execute(update(KeptLetter).where(KeptLetter.file_key.in_(keys)).values(kept_at=long_ago))


def forget_files_let_go() -> int:
    """Delete the files that were let go and that nothing holds by now; return how many went."""
    return forget_unsent(clock.now() - _LONG_AGO + timedelta(days=1))


def _drafted(person_id: int) -> set[str]:
    drafts = db.session.scalars(select(ApplicationDraft).where(ApplicationDraft.person_id == person_id))
    said = [one for draft in drafts for one in draft.values.get("answers", {}).values()]
    return {one["key"] for one in said if isinstance(one, dict)}


def _empty_enrolments(own: Collection[int], traces: Traces) -> None:
    db.session.execute(update(Enrolment).where(Enrolment.id.in_(own)).values(motivation="", position_held=None))
    typed = (
        Enrolment.id.in_(own),
        Enrolment.organization_id.is_(None),
        func.coalesce(Enrolment.organization_name, "") != "",
    )
    db.session.execute(update(Enrolment).where(*typed).values(organization_name=NOBODY))
    db.session.execute(update(EnrolmentChange).where(EnrolmentChange.enrolment_id.in_(own)).values(reason=""))
    # That something was corrected stays: a published figure may have moved by it.
    corrected = update(AttributeCorrection).where(AttributeCorrection.enrolment_id.in_(own))
    db.session.execute(corrected.values(before=None, after=None, reason=""))
    for model in (EnrolmentChange, PlaceDecision):
        db.session.execute(update(model).where(model.actor == (traces.account_ref or "-")).values(actor=""))
    redact(PlaceDecision, ("details",), traces.words)


def _empty_links(own: Collection[int], traces: Traces) -> None:
    asked = or_(Invitation.enrolment_id.in_(own), Invitation.email_key.in_(traces.address_keys))
    for invitation in db.session.scalars(select(Invitation).where(asked).order_by(Invitation.id).with_for_update()):
        empty_invitation(invitation)
    focal = func.lower(NominationQuota.focal_point_email).in_(traces.address_keys)
    for quota in db.session.scalars(select(NominationQuota).where(focal).with_for_update()):
        quota.focal_point_email, quota.link_digest = "", digest(new_token())
    held = [holds.digest_of(address) for address in traces.addresses]
    db.session.execute(delete(PlaceHold).where(PlaceHold.address_digest.in_(held)))
    db.session.flush()


def empty_invitation(invitation: Invitation) -> None:
    """Take the person out of an invitation; its link opens nothing any more."""
    # The key is unique in its activity; this one is nobody's address.
    invitation.email, invitation.email_key = "", public_id()
    invitation.given_names, invitation.first_surname = NOBODY, ""
    invitation.position = invitation.decline_reason = invitation.link_seed = ""
    invitation.link_digest = digest(new_token())
    if invitation.state == "sent":
        invitation.state = "withdrawn"
