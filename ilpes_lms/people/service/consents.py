"""Agreement to the privacy notice, version by version."""

from sqlalchemy import select

from ilpes_lms.audit import service as audit
from ilpes_lms.core import clock
from ilpes_lms.core.database import db, transaction
from ilpes_lms.people import queries, rules
from ilpes_lms.people.errors import ConsentMissing
from ilpes_lms.people.models import Consent


@transaction
def give_consent(*, person_id: int, notice_version: str, agreed: bool = True) -> None:
    """Keep that a person agrees to the privacy notice in force; twice is once.

    Raises ConsentMissing, and ConsentOutdated when another version is in force than the one that was shown.
    """
    if not agreed:
        raise ConsentMissing(field="consent")
    rules.check_notice(notice_version)
    if note(person_id, notice_version):
        person = queries.person(person_id)
        audit.record("consent.given", "person", person.public_id, notice_version=notice_version)


def note(person_id: int, notice_version: str) -> bool:
    """Write an agreement within the open unit of work, and tell whether it is new."""
    given = select(Consent).where(Consent.person_id == person_id, Consent.notice_version == notice_version)
    if db.session.scalar(given) is not None:
        return False
    db.session.add(Consent(person_id=person_id, notice_version=notice_version, given_at=clock.now()))
    return True
