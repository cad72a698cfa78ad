"""The verbs of certificates: asked for in bulk, made one by one outside any transaction, ended with a reason."""

import random
from collections.abc import Iterator
from datetime import date, datetime
from typing import IO, Any, NamedTuple

import structlog
from sqlalchemy import Select, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from typst import TypstError

from ilpes_lms.attendance import service as attendance
from ilpes_lms.audit import service as audit
from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.certificates import composition, keys, making, queries, rules, succession
from ilpes_lms.certificates.composition import ActivityWords
from ilpes_lms.certificates.document import CertificateContent
from ilpes_lms.certificates.errors import (
    ActivityDidNotTakePlace,
    GlyphMissing,
    LanguageNotOffered,
    ReasonMissing,
    ReissueReasonMissing,
    SuccessorUnderWay,
    UnknownCertificate,
)
from ilpes_lms.certificates.keys import SigningKey
from ilpes_lms.certificates.models import Certificate, IssuePause, SerialCounter, SigningCertificate
from ilpes_lms.certificates.queries import Check
from ilpes_lms.certificates.wording import WORDINGS
from ilpes_lms.core import clock, files, jobs
from ilpes_lms.core.database import db, transaction
from ilpes_lms.core.errors import NotFound
from ilpes_lms.core.ids import public_id
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.notifications import service as notifications
from ilpes_lms.people import queries as people
from ilpes_lms.people.service import attempts

log = structlog.get_logger(__name__)

READY = "certificates.ready"
_JOB = "certificates.render"
_LONGEST_NOTE = 400
_LONGEST_NAME = 200


@transaction
def issue(*, activity_ref: str) -> int:
    """Ask for a certificate for everyone who completed an activity and has none; return how many that were.

    Those that could not be made are asked for again, with the name as it is now. Asking twice makes no second
    certificate: the activity is locked, and an enrolment has one of a kind.
    """
    activity = _locked_activity(activity_ref)
    attendance.recompute(activity_id=activity.id)
    eligible = [candidate.enrolment for candidate in queries.candidates(activity) if candidate.eligible]
    today = clock.today(activity.zone)
    words: dict[str, ActivityWords] = {}
    serials = _take_serials(today.year, len(eligible))
    codes = [_ask(enrolment, activity, next(serials), today, words) for enrolment in eligible]
    codes += [_ask_again(certificate, activity, today, words) for certificate in queries.failed(activity_ref)]
    for code in codes:
        jobs.wake(_JOB, code)
    if codes:
        audit.record("certificates.issue", "activity", activity_ref, number=len(codes))
    return len(codes)


@transaction
def pause(*, activity_ref: str) -> None:
    """Hold back what is not made yet of an activity; what a worker has in hand it still finishes."""
    _locked_activity(activity_ref)
    if queries.paused_since(activity_ref) is None:
        db.session.add(IssuePause(activity_ref=activity_ref, since=clock.now()))
        audit.record("certificates.pause", "activity", activity_ref)


@transaction
def resume(*, activity_ref: str) -> None:
    """Let an activity's certificates be made that were held back."""
    _locked_activity(activity_ref)
    if queries.paused_since(activity_ref) is not None:
        db.session.execute(delete(IssuePause).where(IssuePause.activity_ref == activity_ref))
        audit.record("certificates.resume", "activity", activity_ref)
        jobs.wake(_JOB)


def render_queued() -> int:
    """Make every certificate that waits; return how many were issued. One that fails does not stop the rest.

    Raises SigningKeyUnusable when none can be made: they wait, and the job's own record says why.
    """
    codes = queries.queued_codes()
    if codes:
        keys.current()
    # Several workers sweep at once: in one order, they would all make the same one at the same time.
    random.shuffle(codes)
    return sum(_rendered_safely(code) for code in codes)


def render(*, code: str) -> bool:
    """Make one certificate that waits: made outside any transaction, kept, then marked; tell if it was issued.

    Doing it twice is harmless: the same content gives the same bytes, and only a waiting one is marked.
    """
    waiting = _waiting(code)
    if waiting is None:
        return False
    key = keys.current()
    try:
        file_key = files.keep(making.make(waiting.content, key, asked_at=waiting.asked_at))
    except GlyphMissing as refusal:
        return _mark_failed(code=code, note=str(refusal.params["named"]))
    except TypstError as error:
        log.warning("certificate_not_typeset", error=type(error).__name__)
        return _mark_failed(code=code, note="")
    return _mark_issued(code=code, file_key=file_key, key=key)


def check(text: str, *, caller: str) -> Check:
    """Answer whether the certificate with a code is valid; codes that are none are counted against who tries them.

    Raises CheckUnavailable when it can't be known, TooManyAttempts after many that were none.
    """
    found = queries.check(text)
    if found.certificate is None and (code := rules.code_in(text)):
        attempts.count("verify", email=code, caller=caller)
    return found


def check_file(file: IO[bytes], *, caller: str) -> Check:
    """Answer whether a file is, byte for byte, a certificate as issued; refusals are those of `check`."""
    file_key = files.key_of_stream(file)
    counted = attempts.count("verify_file", email=file_key, caller=caller)
    found = queries.check_file(file_key)
    if found.certificate is not None:
        attempts.forgive(counted)
    return found


@transaction
def reissue(*, code: str, reason: str) -> Certificate:
    """Ask for another certificate in the place of one, with the name and the activity as they are now.

    The one before is valid until its successor is issued, then superseded. Raises ReissueReasonMissing,
    StepNotPossible, SuccessorUnderWay.
    """
    if not reason.strip():
        raise ReissueReasonMissing(field="reason")
    activity, before = _locked_with_activity(code)
    holder = people.person(before.person_id).certificate_name if before.person_id else before.content["holder"]
    return _succeed(before, activity, language=before.language, holder=holder, reason=reason.strip())


@transaction
def translate(*, code: str, person_id: int, language: str) -> Certificate:
    """Ask for one's own certificate in another language, in the place of the one there is; the name stays.

    Raises LanguageNotOffered, ActivityNotKept, StepNotPossible, SuccessorUnderWay, TooManyEditions.
    """
    activity, before = _locked_with_activity(code)
    if before.person_id != person_id:
        raise UnknownCertificate
    if language not in WORDINGS or language == before.language:
        raise LanguageNotOffered(field="language")
    return _succeed(before, activity, language=language, holder=before.content["holder"], reason="")


@transaction
def revoke(*, code: str, reason: str) -> Certificate:
    """End a certificate for good, saying why; whoever checks it learns so from now on."""
    if not reason.strip():
        raise ReasonMissing(field="reason")
    certificate = _locked(code)
    if certificate is None:
        raise UnknownCertificate
    _step(certificate, rules.REVOKED, note=reason.strip())
    certificate.ended_at = clock.now()
    audit.record("certificate.revoked", "certificate", certificate.code, serial=certificate.serial)
    return certificate


def _locked_activity(activity_ref: str) -> Activity:
    activity_id = db.session.scalar(select(Activity.id).where(Activity.public_id == activity_ref))
    if activity_id is None:
        raise NotFound
    activity = catalogue.lock(activity_id)
    if activity.status in ("draft", "cancelled"):
        raise ActivityDidNotTakePlace
    return activity


def _ask(enrolment: Enrolment, activity: Activity, number: str, today: date, words: dict[str, ActivityWords]) -> str:
    kind, code = rules.kind_for(activity.kind), public_id()
    person = enrolment.person
    content = composition.content_of(
        _words(activity, person.language, words), kind=kind, holder=person.certificate_name, serial=number,
        code=code, issued_on=today,
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
    _step(certificate, rules.QUEUED, note="")
    if certificate.person_id is not None:
        person = people.person(certificate.person_id)
        content = composition.content_of(
            _words(activity, person.language, words), kind=rules.kind_for(activity.kind),
            holder=person.certificate_name, serial=certificate.serial, code=certificate.code, issued_on=today,
        )  # fmt: skip
        certificate.content, certificate.language = content.as_record(), content.language
    certificate.requested_at = clock.now()
    return certificate.code


def _locked_with_activity(code: str) -> tuple[Activity | None, Certificate]:
    """Lock a certificate, and before it the activity that it is of, if it is kept."""
    known = queries.by_code(code)
    if known is None:
        raise UnknownCertificate
    activity_id = db.session.scalar(select(Activity.id).where(Activity.public_id == known.activity_ref))
    activity = None if activity_id is None else catalogue.lock(activity_id)
    certificate = _locked(code)
    if certificate is None:
        raise UnknownCertificate
    return activity, certificate


def _succeed(before: Certificate, activity: Activity | None, *, language: str, holder: str, reason: str) -> Certificate:
    edition = queries.last_edition(before)
    rules.check_successor(before.state, edition)
    after = queries.successor(before.id)
    if after is not None and after.state != rules.FAILED:
        raise SuccessorUnderWay
    today = clock.today(activity.zone) if activity else clock.now().date()
    if after is None:
        after = _follow(before, edition + 1, next(_take_serials(today.year, 1)))
    else:
        _step(after, rules.QUEUED, note="")
    content = succession.content_after(
        before, activity, language=language, holder=holder, serial=after.serial, code=after.code, today=today
    )
    after.content, after.language, after.requested_at = content.as_record(), content.language, clock.now()
    after.note = reason[:_LONGEST_NOTE]
    db.session.add(after)
    audit.record("certificate.reissue", "certificate", before.code, serial=after.serial)
    jobs.wake(_JOB, after.code)
    return after


def _follow(before: Certificate, edition: int, serial: str) -> Certificate:
    return Certificate(
        code=public_id(), serial=serial, kind=before.kind, edition=edition, enrolment_id=before.enrolment_id,
        person_id=before.person_id, activity_ref=before.activity_ref, state=rules.QUEUED, replaces_id=before.id,
    )  # fmt: skip


def _words(activity: Activity, language: str, known: dict[str, ActivityWords]) -> ActivityWords:
    if language not in known:
        known[language] = composition.words_of(activity, language)
    return known[language]


def _take_serials(year: int, number: int) -> Iterator[str]:
    """Take so many serial numbers of a year; they come back if the unit of work does not end well."""
    dialect: Any = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    first_ever = dialect.insert(SerialCounter).values(year=year, last=0)
    db.session.execute(first_ever.on_conflict_do_nothing(index_elements=["year"]))
    counter = db.session.scalars(_for_update(select(SerialCounter).where(SerialCounter.year == year))).one()
    first = counter.last + 1
    counter.last += number
    return (rules.serial(year, value) for value in range(first, first + number))


class _Waiting(NamedTuple):
    content: CertificateContent
    asked_at: datetime


def _waiting(code: str) -> _Waiting | None:
    certificate = queries.to_be_made(code)
    waiting = (
        _Waiting(CertificateContent.from_record(certificate.content), certificate.requested_at) if certificate else None
    )
    # Typesetting takes long: no connection waits in a transaction for it.
    db.session.commit()
    return waiting


@transaction
def _mark_issued(*, code: str, file_key: str, key: SigningKey) -> bool:
    before = _locked_before(code)
    certificate = _locked(code)
    if certificate is None or certificate.state != rules.QUEUED:
        return False
    if before is not None and before.state != rules.ISSUED:
        _step(certificate, rules.FAILED, note=rules.OVERTAKEN)
        return False
    if before is not None:
        _step(before, rules.SUPERSEDED, note=certificate.note)
        before.ended_at = clock.now()
    _step(certificate, rules.ISSUED, note="")
    certificate.file_key, certificate.issued_at, certificate.signer = file_key, clock.now(), _signer(key)
    if certificate.person_id is not None:
        notifications.send(
            kind=READY, key=f"{READY}:{code}", values={"code": code}, person_id=certificate.person_id,
            activity_ref=certificate.activity_ref,
        )  # fmt: skip
    return True


@transaction
def _mark_failed(*, code: str, note: str) -> bool:
    certificate = _locked(code)
    if certificate is not None and certificate.state == rules.QUEUED:
        _step(certificate, rules.FAILED, note=note)
    return False


def _signer(key: SigningKey) -> SigningCertificate:
    """Return the key's public half as it is kept, keeping it if this is the first that it signs."""
    dialect: Any = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    public = dialect.insert(SigningCertificate).values(
        fingerprint=key.fingerprint, name=key.name[:_LONGEST_NAME], pem=key.public_text, for_trials=key.development,
        valid_from=key.certificate.not_valid_before_utc, valid_until=key.certificate.not_valid_after_utc,
        first_used_at=clock.now(),
    )  # fmt: skip
    found = select(SigningCertificate).where(SigningCertificate.fingerprint == key.fingerprint)
    if (known := db.session.scalar(found)) is not None:
        if key.public_text_for_credentials not in known.pem:
            known.pem += key.public_text_for_credentials
        return known
    db.session.execute(public.on_conflict_do_nothing(index_elements=["fingerprint"]))
    return db.session.scalars(found).one()


def _rendered_safely(code: str) -> bool:
    try:
        return render(code=code)
    except Exception as error:  # noqa: BLE001 - whatever stops one must not stop those behind it; the sweep comes again
        db.session.rollback()
        log.warning("certificate_not_made", error=type(error).__name__)
        return False


def _step(certificate: Certificate, state: str, *, note: str) -> None:
    rules.check_step(certificate.state, state)
    certificate.state, certificate.note = state, note[:_LONGEST_NOTE]


def _locked(code: str) -> Certificate | None:
    found: Certificate | None = db.session.scalar(_for_update(select(Certificate).where(Certificate.code == code)))
    return found


def _locked_before(code: str) -> Certificate | None:
    """Lock what a certificate is to stand in the place of: the older one of the two first."""
    older = select(Certificate.replaces_id).where(Certificate.code == code).scalar_subquery()
    found: Certificate | None = db.session.scalar(_for_update(select(Certificate).where(Certificate.id == older)))
    return found


def _for_update(statement: Select[Any]) -> Select[Any]:
    return statement.with_for_update().execution_options(populate_existing=True)
