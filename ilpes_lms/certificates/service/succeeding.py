"""A certificate in the place of another, and one ended for good."""

from ilpes_lms.audit import service as audit
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.certificates import queries, rules, succession
from ilpes_lms.certificates.errors import (
    HolderForgotten,
    LanguageNotOffered,
    ReasonMissing,
    ReissueReasonMissing,
    SuccessorUnderWay,
    UnknownCertificate,
)
from ilpes_lms.certificates.models import Certificate
from ilpes_lms.certificates.service.steps import locked, locked_with_activity, step, take_serials
from ilpes_lms.certificates.wording import WORDINGS
from ilpes_lms.core import clock, jobs
from ilpes_lms.core.database import db, transaction
from ilpes_lms.core.ids import public_id
from ilpes_lms.notifications import service as notifications
from ilpes_lms.people import queries as people

REVOKED = "certificates.revoked"
_JOB = "certificates.render"
_LONGEST_NOTE = 400


@transaction
def reissue(*, code: str, reason: str) -> Certificate:
    """Ask for another certificate in the place of one, with the name and the activity as they are now.

    The one before is valid until its successor is issued, then superseded. Raises ReissueReasonMissing,
    StepNotPossible, SuccessorUnderWay, HolderForgotten.
    """
    if not reason.strip():
        raise ReissueReasonMissing(field="reason")
    activity, before = locked_with_activity(code)
    holder = people.person(before.person_id).certificate_name if before.person_id else before.content["holder"]
    return _succeed(before, activity, language=before.language, holder=holder, reason=reason.strip())


@transaction
def translate(*, code: str, person_id: int, language: str) -> Certificate:
    """Ask for one's own certificate in another language, in the place of the one there is; the name stays.

    Raises LanguageNotOffered, ActivityNotKept, StepNotPossible, SuccessorUnderWay, TooManyEditions.
    """
    activity, before = locked_with_activity(code)
    if before.person_id != person_id:
        raise UnknownCertificate
    if language not in WORDINGS or language == before.language:
        raise LanguageNotOffered(field="language")
    return _succeed(before, activity, language=language, holder=before.content["holder"], reason="")


@transaction
def revoke(*, code: str, reason: str) -> Certificate:
    """End a certificate for good, saying why; whoever checks it learns so from now on, and its holder by a message."""
    if not reason.strip():
        raise ReasonMissing(field="reason")
    certificate = locked(code)
    if certificate is None:
        raise UnknownCertificate
    step(certificate, rules.REVOKED, note=reason.strip())
    certificate.ended_at = clock.now()
    audit.record("certificate.revoked", "certificate", certificate.code, serial=certificate.serial)
    if certificate.person_id is not None:
        notifications.send(
            kind=REVOKED, key=f"{REVOKED}:{code}", values={"code": certificate.code}, person_id=certificate.person_id,
            activity_ref=certificate.activity_ref,
        )  # fmt: skip
    return certificate


def _succeed(before: Certificate, activity: Activity | None, *, language: str, holder: str, reason: str) -> Certificate:
    if before.forgotten_at is not None:
        raise HolderForgotten
    edition = queries.last_edition(before)
    rules.check_successor(before.state, edition)
    after = queries.successor(before.id)
    if after is not None and after.state != rules.FAILED:
        raise SuccessorUnderWay
    today = clock.today(activity.zone) if activity else clock.now().date()
    if after is None:
        after = _follow(before, edition + 1, next(take_serials(today.year, 1)))
    else:
        step(after, rules.QUEUED, note="")
    content = succession.content_after(
        before, activity, language=language, holder=holder, serial=after.serial, code=after.code, today=today
    )
    after.content, after.language, after.requested_at = content.as_record(), content.language, clock.now()
    after.reason = reason[:_LONGEST_NOTE] or after.reason
    db.session.add(after)
    # Why in words stands with the certificate: it may name somebody, which the record of deeds never does.
    cause = "correction" if reason else "language"
    audit.record("certificate.reissue", "certificate", before.code, serial=after.serial, cause=cause)
    jobs.wake(_JOB, after.code)
    return after


def _follow(before: Certificate, edition: int, serial: str) -> Certificate:
    return Certificate(
        code=public_id(), serial=serial, kind=before.kind, edition=edition, enrolment_id=before.enrolment_id,
        person_id=before.person_id, activity_ref=before.activity_ref, state=rules.QUEUED, replaces_id=before.id,
    )  # fmt: skip
