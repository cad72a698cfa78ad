"""Certificates that went the whole way, for tests; to be called inside an app context."""

from dataclasses import dataclass

from sqlalchemy import select

from ilpes_lms.certificates import service
from ilpes_lms.certificates.models import Certificate
from ilpes_lms.core.database import db, writing
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.people.models import Person
from tests.factories.attendance import Taught, make_taught
from tests.factories.attendance import complete as complete_all
from tests.factories.enrolment import enrol
from tests.factories.people import person


@dataclass
class Issued:
    """A certificate, its holder, and the activity it was issued for."""

    certificate: Certificate
    holder: Person
    enrolment: Enrolment
    taught: Taught


def make_completed(kind: str = "international_open", participants: int = 2, **fields: object) -> Taught:
    """Add an activity that all its participants have completed."""
    taught = make_taught(kind, sessions=1, participants=participants, **fields)
    complete_all(taught)
    return taught


def make_issued(
    kind: str = "international_open", email: str | None = None, certificate_name: str | None = None, **names: object
) -> Issued:
    """Add a person with a certificate, made and kept as the job does."""
    taught = make_taught(kind, sessions=1, participants=0, title="Curso de prospectiva")
    holder = person(email, **names)
    if certificate_name:
        with writing():
            holder.certificate_name = certificate_name
    enrolment = enrol(taught.activity, holder)
    complete_all(taught)
    service.issue(activity_ref=taught.activity.public_id)
    service.render_queued()
    (certificate,) = certificates()
    for read in (taught.activity, enrolment, holder):
        db.session.refresh(read)
    return Issued(certificate, holder, enrolment, taught)


def certificates() -> list[Certificate]:
    """Return all certificates, read afresh, in the order of their serials."""
    db.session.expire_all()
    return list(db.session.scalars(select(Certificate).order_by(Certificate.id)))
