"""Certificates asked for: in bulk for everyone who completed an activity, held back and let go again."""

from datetime import date

from sqlalchemy import delete

from ilpes_lms.attendance import service as attendance
from ilpes_lms.audit import service as audit
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.certificates import composition, queries, rules
from ilpes_lms.certificates.composition import ActivityWords
from ilpes_lms.certificates.models import Certificate, IssuePause
from ilpes_lms.certificates.queries import Candidate
from ilpes_lms.certificates.service.steps import locked_activity, step, take_serials
from ilpes_lms.core import clock, jobs
from ilpes_lms.core.database import db, transaction
from ilpes_lms.core.ids import public_id
from ilpes_lms.people import queries as people

_JOB = "certificates.render"


@transaction
def issue(*, activity_ref: str) -> int:
    """Ask for a certificate for everyone who completed an activity and has none; return how many that were.

    Those that could not be made are asked for again, with the name as it is now. Asking twice makes no second
    certificate: the activity is locked, and an enrolment has one of a kind.
    """
    activity = locked_activity(activity_ref)
    attendance.recompute(activity_id=activity.id)
    eligible = [candidate for candidate in queries.candidates(activity) if candidate.eligible]
    today = clock.today(activity.zone)
    words: dict[str, ActivityWords] = {}
    serials = take_serials(today.year, len(eligible))
    codes = [_ask(candidate, activity, next(serials), today, words) for candidate in eligible]
    codes += [_ask_again(certificate, activity, today, words) for certificate in queries.failed(activity_ref)]
    for code in codes:
        jobs.wake(_JOB, code)
    if codes:
        audit.record("certificates.issue", "activity", activity_ref, number=len(codes))
    return len(codes)


@transaction
def pause(*, activity_ref: str) -> None:
    """Hold back what is not made yet of an activity; what a worker has in hand it still finishes."""
    locked_activity(activity_ref)
    if queries.paused_since(activity_ref) is None:
        db.session.add(IssuePause(activity_ref=activity_ref, since=clock.now()))
        audit.record("certificates.pause", "activity", activity_ref)


@transaction
def resume(*, activity_ref: str) -> None:
    """Let an activity's certificates be made that were held back."""
    locked_activity(activity_ref)
    if queries.paused_since(activity_ref) is not None:
        db.session.execute(delete(IssuePause).where(IssuePause.activity_ref == activity_ref))
        audit.record("certificates.resume", "activity", activity_ref)
        jobs.wake(_JOB)


def _ask(candidate: Candidate, activity: Activity, number: str, today: date, words: dict[str, ActivityWords]) -> str:
    kind, code = rules.kind_for(activity.kind), public_id()
    enrolment, person = candidate.enrolment, candidate.enrolment.person
    content = composition.content_of(
        _words(activity, person.language, words), kind=kind, holder=person.certificate_name, serial=number,
        code=code, issued_on=today, outcome=candidate.outcome,
    )  # fmt: skip
    certificate = Certificate(
        code=code, serial=number, kind=kind, enrolment_id=enrolment.id, person_id=person.id,
        activity_ref=activity.public_id, language=content.language, content=content.as_record(), state=rules.QUEUED,
        requested_at=clock.now(),
    )  # fmt: skip
    db.session.add(certificate)
    return code


def _ask_again(certificate: Certificate, activity: Activity, today: date, words: dict[str, ActivityWords]) -> str:
    """Put a certificate that nobody has seen back into the queue, saying what is so now."""
    step(certificate, rules.QUEUED, note="")
    if certificate.person_id is not None:
        person = people.person(certificate.person_id)
        content = composition.content_of(
            _words(activity, person.language, words), kind=rules.kind_for(activity.kind),
            holder=person.certificate_name, serial=certificate.serial, code=certificate.code, issued_on=today,
            outcome=queries.outcome_of(certificate.enrolment_id),
        )  # fmt: skip
        certificate.content, certificate.language = content.as_record(), content.language
    certificate.requested_at = clock.now()
    return certificate.code


def _words(activity: Activity, language: str, known: dict[str, ActivityWords]) -> ActivityWords:
    if language not in known:
        known[language] = composition.words_of(activity, language)
    return known[language]
