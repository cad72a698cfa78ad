"""Two records of one person become one: certificates stay as issued, and are listed under who stays."""

from collections.abc import Mapping

from sqlalchemy import select

from ilpes_lms.certificates.models import Certificate
from ilpes_lms.certificates.rules import ISSUED, QUEUED
from ilpes_lms.core import moving
from ilpes_lms.core.database import db
from ilpes_lms.core.moving import Move


def merge_persons(gone: int, stays: int, _aside: Mapping[int, int]) -> list[Move]:
    """Plan what moves: whose certificates they are. Name, bytes and enrolment are as issued."""
    return moving.pointing(Certificate, "person_id", gone, stays)


def certified(person_ids: tuple[int, int]) -> set[int]:
    """Return the enrolments of some persons with a certificate that is issued or on its way."""
    held = (Certificate.person_id.in_(person_ids), Certificate.state.in_((ISSUED, QUEUED)))
    return {one for one in db.session.scalars(select(Certificate.enrolment_id).where(*held)) if one is not None}
