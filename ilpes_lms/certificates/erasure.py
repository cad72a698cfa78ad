"""What is left of a person's certificates when the person is erased: that they were issued, and the hash of each file.

The name, the link to the person, the reasons that staff wrote and the file itself go; code, serial number, kind,
activity, dates, state and hash stay, so that the holder's own copy can still be checked.
"""

from typing import Any

from sqlalchemy import select

from ilpes_lms.audit import service as audit
from ilpes_lms.certificates import rules
from ilpes_lms.certificates.models import Certificate
from ilpes_lms.core import clock, files
from ilpes_lms.core.database import db, transaction

# Of the activity and of the document, not of the person: all else of the content may name them, or tell how they did.
_STAYS = (
    "kind", "language", "title", "title_language", "kind_label", "dates", "place", "hours", "organizations",
    "issued_on", "serial", "code", "verify_url",
)  # fmt: skip


@transaction
def forget(person_id: int) -> int:
    """Take a person out of all their certificates; return how many those were. Twice is as good as once.

    One that is not made yet never will be. The files are deleted after this is committed: by whoever asked for it, or
    else by the hourly sweep.
    """
    found = _locked(Certificate.person_id == person_id)
    for certificate in found:
        _take_the_person_out(certificate)
        audit.record("certificate.forgotten", "certificate", certificate.code)
    return len(found)


def delete_files() -> int:
    """Delete the files of certificates whose holders are erased; return how many were gone through."""
    left = select(Certificate.code).where(
        Certificate.forgotten_at.is_not(None), Certificate.file_key.is_not(None), Certificate.file_deleted_at.is_(None)
    )
    codes = list(db.session.scalars(left.order_by(Certificate.id)))
    for code in codes:
        _delete_file(code)
    return len(codes)


@transaction
def _delete_file(code: str) -> None:
    # The file first: should the mark be lost, the next sweep finds nothing to delete, and marks it.
    for certificate in _locked(Certificate.code == code):
        files.forget_unless_needed(certificate.file_key or "")
        certificate.file_deleted_at = clock.now()


def _take_the_person_out(certificate: Certificate) -> None:
    if certificate.state == rules.QUEUED:
        rules.check_step(certificate.state, rules.FAILED)
        certificate.state = rules.FAILED
    certificate.content = {"holder": ""} | {n: value for n, value in certificate.content.items() if n in _STAYS}
    certificate.person_id = certificate.enrolment_id = None
    certificate.note = certificate.reason = ""
    certificate.forgotten_at = clock.now()


def _locked(which: Any) -> list[Certificate]:
    statement = select(Certificate).where(which).order_by(Certificate.id).with_for_update()
    return list(db.session.scalars(statement.execution_options(populate_existing=True)))
