"""What was merged, what could be, and what speaks for one of two enrolments."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from ilpes_lms.attendance.models import Outcome
from ilpes_lms.certificates import merging as certificates
from ilpes_lms.core.database import db
from ilpes_lms.core.moving import Move
from ilpes_lms.core.pagination import Page, page_of
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.enrolment.rules import CERTIFIED, COMPLETED
from ilpes_lms.people import queries as people
from ilpes_lms.people.models import Organization, Person
from ilpes_lms.privacy.merging.errors import MergeUnknown, NobodyMeant, NoOrganizationMeant
from ilpes_lms.privacy.merging.models import Merge, MergeMove
from ilpes_lms.privacy.models import ErasureRequest

PAGE_SIZE = 25
_ENDS = (Merge.gone_person, Merge.stays_person, Merge.gone_organization, Merge.stays_organization)


def person_meant(text: str) -> Person:
    """Return the person whom a code or an address means; raises NobodyMeant."""
    by_ref = db.session.scalar(select(Person).where(Person.public_id == text.strip()))
    found = by_ref or people.person_by_email(text.strip())
    if found is None:
        raise NobodyMeant(field="into")
    return found


def organization_meant(text: str) -> Organization:
    """Return the organization that a code or a whole name means; raises NoOrganizationMeant."""
    by_ref = db.session.scalar(select(Organization).where(Organization.public_id == text.strip()))
    called = [by_ref] if by_ref else people.organizations_called(text.strip())
    if len(called) != 1:
        raise NoOrganizationMeant(field="into")
    return called[0]


def merges(cursor: str | None = None, size: int = PAGE_SIZE) -> Page[Merge]:
    """Return what was merged, newest first."""
    statement = select(Merge).options(*(joinedload(end) for end in _ENDS))
    return page_of(statement, keys=[Merge.id], cursor=cursor, size=size, descending=True)


def merge(merge_ref: str) -> Merge:
    """Return one merge, undone or not; raises MergeUnknown."""
    statement = select(Merge).where(Merge.public_id == merge_ref).options(*(joinedload(end) for end in _ENDS))
    found = db.session.scalar(statement)
    if found is None:
        raise MergeUnknown
    return found


def merged_into(person_id: int) -> Sequence[Merge]:
    """Return the merges into a person that stand, oldest first."""
    statement = select(Merge).where(Merge.stays_person_id == person_id, Merge.undone_at.is_(None))
    return db.session.scalars(statement.options(joinedload(Merge.gone_person)).order_by(Merge.id)).all()


def export_merges(person_id: int) -> dict[str, Any]:
    """Return the records that were merged into a person's own, with the names that stood there, and why."""
    return {
        "merges": [
            {
                "at": one.at, "reason": one.reason, "moved": number_moved(one.id), "id": one.gone_person.public_id,
                "given_names": one.gone_person.given_names, "first_surname": one.gone_person.first_surname,
                "second_surname": one.gone_person.second_surname,
                "certificate_name": one.gone_person.certificate_name,
            }
            for one in merged_into(person_id)
            if one.gone_person
        ]
    }  # fmt: skip


def moves_of(merge_id: int) -> dict[str, list[Move]]:
    """Return what a merge has moved, by room, in the order in which it was done."""
    found: dict[str, list[Move]] = defaultdict(list)
    for one in db.session.scalars(select(MergeMove).where(MergeMove.merge_id == merge_id).order_by(MergeMove.id)):
        found[one.room].append(Move(one.table_name, one.row_id, one.column_name, one.was, one.became))
    return dict(found)


def number_moved(merge_id: int) -> int:
    """Return how many values a merge has moved."""
    return db.session.scalar(select(func.count()).where(MergeMove.merge_id == merge_id)) or 0


def has_later(found: Merge) -> bool:
    """Tell whether something was merged into what stays, or that into another, after a merge."""
    stays = (
        Merge.stays_person_id == found.stays_person_id, Merge.stays_organization_id == found.stays_organization_id,
        Merge.gone_person_id == found.stays_person_id, Merge.gone_organization_id == found.stays_organization_id,
    )  # fmt: skip
    later = select(Merge.id).where(or_(*stays), Merge.undone_at.is_(None), Merge.id > found.id)
    return db.session.scalar(later.limit(1)) is not None


def asked_for_erasure(person_ids: tuple[int, int]) -> bool:
    """Tell whether one of some persons asked to be erased."""
    asked = select(ErasureRequest.id).where(ErasureRequest.person_id.in_(person_ids))
    return db.session.scalar(asked.limit(1)) is not None


def proofs(person_ids: tuple[int, int]) -> dict[int, int]:
    """Return what speaks for enrolments of some persons beside their state, by number."""
    done = (
        select(Outcome.enrolment_id)
        .join(Enrolment, Enrolment.id == Outcome.enrolment_id)
        .where(Enrolment.person_id.in_(person_ids), Outcome.result == "completed")
    )
    completed = dict.fromkeys(db.session.scalars(done), COMPLETED)
    return completed | dict.fromkeys(certificates.certified(person_ids), CERTIFIED)
