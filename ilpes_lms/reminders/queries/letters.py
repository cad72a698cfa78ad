"""What a reminder's letter says beyond its activity: the recipient's own standing, as it is now."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from ilpes_lms.attendance.models import Mark
from ilpes_lms.catalogue.models import ClassSession
from ilpes_lms.core.database import db
from ilpes_lms.enrolment.models import Enrolment, NominationQuota
from ilpes_lms.enrolment.queries import filled
from ilpes_lms.people.models import Person
from ilpes_lms.reminders.queries.candidates import Planned


@dataclass(frozen=True, slots=True)
class Unfilled:
    """An institution's places that nobody is nominated for yet."""

    institution: str
    places: int
    open: int


def enrolment_of(planned: Planned) -> Enrolment | None:
    """Return the enrolment that a reminder goes to, None where it goes to somebody else."""
    statement = select(Enrolment).where(Enrolment.public_id == planned.subject)
    return db.session.scalar(statement.execution_options(populate_existing=True))


def quota_of(planned: Planned) -> Unfilled:
    """Return the places of the institution that a reminder is about."""
    statement = select(NominationQuota).options(joinedload(NominationQuota.organization))
    found = db.session.scalars(statement.where(NominationQuota.public_id == planned.subject)).one()
    return Unfilled(found.organization.name, found.places, found.places - filled(found.id))


def missing_of(person: Person) -> list[str]:
    """Return what a profile lacks, by the names under which it is changed."""
    lacking = {
        "country": person.residence_country is None,
        "organization": not person.organization_name,
        "sector": person.sector is None,
    }
    return [name for name, is_lacking in lacking.items() if is_lacking]


def unmarked_of(sessions: list[ClassSession]) -> dict[int, int]:
    """Return how many participants have no mark, by class session of an activity, those with all marked left out."""
    marked = (
        select(Mark.class_session_id, func.count())
        .join(Mark.enrolment)
        .where(Mark.class_session_id.in_([session.id for session in sessions]), Enrolment.state == "confirmed")
        .group_by(Mark.class_session_id)
    )
    counts = {row[0]: row[1] for row in db.session.execute(marked)}
    confirmed = {session.id: session.activity.confirmed_count for session in sessions}
    return {each: number - counts.get(each, 0) for each, number in confirmed.items() if number > counts.get(each, 0)}
