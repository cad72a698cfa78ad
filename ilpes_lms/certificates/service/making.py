"""Certificates made one by one outside any transaction, marked, and handed out."""

import random
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

import structlog
from sqlalchemy import select, update

from ilpes_lms.certificates import composition, press, queries, rules
from ilpes_lms.certificates.document import CertificateContent
from ilpes_lms.certificates.errors import CertificateNotTypeset, GlyphMissing
from ilpes_lms.certificates.models import Certificate, SigningCertificate
from ilpes_lms.certificates.service.steps import locked, locked_before, step
from ilpes_lms.core import clock, files
from ilpes_lms.core.database import db, inserting, transaction
from ilpes_lms.notifications import service as notifications

if TYPE_CHECKING:
    from ilpes_lms.certificates.keys import SigningKey

log = structlog.get_logger(__name__)

READY = "certificates.ready"
_LONGEST_NAME = 200


def render_queued() -> int:
    """Make every certificate that waits; return how many were issued. One that fails does not stop the rest.

    Raises SigningKeyUnusable when none can be made: they wait, and the job's own record says why.
    """
    codes = queries.queued_codes()
    if codes:
        _key()
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
    key = _key()
    try:
        file_key = files.keep(press.make(waiting.content, key, asked_at=waiting.asked_at))
    except GlyphMissing as refusal:
        return _mark_failed(code=code, note=str(refusal.params["named"]))
    except CertificateNotTypeset:
        log.warning("certificate_not_typeset")
        return _mark_failed(code=code, note="")
    if _mark_issued(code=code, file_key=file_key, key=key):
        return True
    # Somebody may have been erased meanwhile: no file with a name may be left that no certificate knows of.
    files.forget_unless_needed(file_key)
    return False


def hand_out(*, code: str, viewer: queries.Viewer) -> Certificate:
    """Return a certificate whose file someone may have, and note when its holder first takes it; raises NotFound."""
    found = queries.readable(code, viewer)
    if found.fetched_at is None and found.person_id == viewer.person_id:
        _note_fetched(code=code)
    return found


def _key() -> "SigningKey":
    # Not above: what reads keys is large, and only who makes certificates needs it.
    from ilpes_lms.certificates import keys

    return keys.current()


class _Waiting(NamedTuple):
    content: CertificateContent
    asked_at: datetime


def _waiting(code: str) -> _Waiting | None:
    certificate = queries.to_be_made(code)
    waiting = _Waiting(_pictured(certificate), certificate.requested_at) if certificate else None
    # Typesetting takes long: no connection waits in a transaction for it.
    db.session.commit()
    return waiting


def _pictured(certificate: Certificate) -> CertificateContent:
    return composition.with_pictures(CertificateContent.from_record(certificate.content))


@transaction
def _mark_issued(*, code: str, file_key: str, key: "SigningKey") -> bool:
    before = locked_before(code)
    certificate = locked(code)
    if certificate is None or certificate.state != rules.QUEUED:
        return False
    if before is not None and before.state != rules.ISSUED:
        step(certificate, rules.FAILED, note=rules.OVERTAKEN)
        return False
    if before is not None:
        step(before, rules.SUPERSEDED, note=certificate.reason)
        before.ended_at = clock.now()
    step(certificate, rules.ISSUED, note="")
    certificate.file_key, certificate.issued_at, certificate.signer = file_key, clock.now(), _signer(key)
    if certificate.person_id is not None:
        notifications.send(
            kind=READY, key=f"{READY}:{code}", values={"code": code}, person_id=certificate.person_id,
            activity_ref=certificate.activity_ref,
        )  # fmt: skip
    return True


@transaction
def _note_fetched(*, code: str) -> None:
    unseen = (Certificate.code == code, Certificate.fetched_at.is_(None))
    db.session.execute(update(Certificate).where(*unseen).values(fetched_at=clock.now()))


@transaction
def _mark_failed(*, code: str, note: str) -> bool:
    certificate = locked(code)
    if certificate is not None and certificate.state == rules.QUEUED:
        step(certificate, rules.FAILED, note=note)
    return False


def _signer(key: "SigningKey") -> SigningCertificate:
    """Return the key's public half as it is kept, keeping it if this is the first that it signs."""
    public = inserting(SigningCertificate).values(
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
