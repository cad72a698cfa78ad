"""Questions about reports of meeting platforms."""

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from ilpes_lms.attendance import rules
from ilpes_lms.attendance.models import AttendanceImport, Disagreement, RememberedMatch, ReportedPerson
from ilpes_lms.attendance.reports import Span
from ilpes_lms.catalogue.models import ClassSession
from ilpes_lms.core.database import db
from ilpes_lms.core.errors import NotFound
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.people.models import EmailAddress, Person


@dataclass(frozen=True, slots=True)
class Presence:
    """When one report saw one participant within the class session."""

    import_ref: str
    platform: str
    least_minutes: int
    spans: list[Span]


def class_session_with_activity(class_session_ref: str) -> ClassSession:
    """Return a class session with its activity; raises NotFound."""
    statement = select(ClassSession).options(joinedload(ClassSession.activity, innerjoin=True))
    found = db.session.scalar(statement.where(ClassSession.public_id == class_session_ref))
    if found is None:
        raise NotFound
    return found


def import_of_file(class_session_id: int, digest: str) -> AttendanceImport | None:
    """Return what became of a file that was read for a class session before."""
    statement = select(AttendanceImport).options(selectinload(AttendanceImport.people))
    return db.session.scalar(
        statement.where(AttendanceImport.class_session_id == class_session_id, AttendanceImport.digest == digest)
    )


def attendance_import(ref: str) -> AttendanceImport:
    """Return an import with its people and its class session's activity, read afresh; raises NotFound."""
    statement = (
        select(AttendanceImport)
        .options(
            joinedload(AttendanceImport.class_session).joinedload(ClassSession.activity),
            selectinload(AttendanceImport.people),
        )
        .where(AttendanceImport.public_id == ref)
        .execution_options(populate_existing=True)
    )
    found = db.session.scalar(statement)
    if found is None:
        raise NotFound
    return found


def imports_of(class_session_id: int) -> list[AttendanceImport]:
    """Return a class session's imports, the newest first."""
    statement = select(AttendanceImport).where(AttendanceImport.class_session_id == class_session_id)
    return list(db.session.scalars(statement.order_by(AttendanceImport.id.desc())))


def import_to_apply() -> str | None:
    """Return an import that the worker should go on with, None where there is none."""
    statement = select(AttendanceImport.public_id).where(AttendanceImport.state == "applying")
    return db.session.scalar(statement.order_by(AttendanceImport.id).limit(1))


def enrolments_by_address(addresses: Collection[str], activity_id: int) -> dict[str, int | None]:
    """Return the confirmed enrolment behind each verified address of somebody known; None where they have no place."""
    keys = sorted({address.casefold() for address in addresses})
    found: dict[str, int | None] = {}
    for start in range(0, len(keys), 1000):
        statement = (
            select(EmailAddress.address_key, Enrolment.id)
            .outerjoin(
                Enrolment,
                (Enrolment.person_id == EmailAddress.person_id)
                & (Enrolment.activity_id == activity_id)
                & (Enrolment.state == "confirmed"),
            )
            .where(EmailAddress.address_key.in_(keys[start : start + 1000]), EmailAddress.verified_at.is_not(None))
        )
        found |= dict(iter(db.session.execute(statement)))
    return found


def remembered_matches(activity_id: int) -> dict[str, int | None]:
    """Return what people decided before about names and addresses in reports of an activity."""
    statement = select(RememberedMatch.key, RememberedMatch.enrolment_id)
    return dict(iter(db.session.execute(statement.where(RememberedMatch.activity_id == activity_id))))


def participant_named(enrolment_ref: str, activity_id: int) -> int:
    """Return the number of a participant's enrolment; one of another activity does not exist."""
    found = db.session.scalar(
        select(Enrolment.id).where(
            Enrolment.public_id == enrolment_ref, Enrolment.activity_id == activity_id, Enrolment.state == "confirmed"
        )
    )
    if found is None:
        raise NotFound
    return found


def participants_known(activity_id: int) -> list[rules.Known]:
    """Return the participants of an activity by name, for a person to choose from."""
    statement = (
        select(Enrolment)
        .join(Enrolment.person)
        .options(contains_eager(Enrolment.person))
        .where(Enrolment.activity_id == activity_id, Enrolment.state == "confirmed")
        .order_by(Person.name_key, Enrolment.id)
    )
    return [rules.Known(one.id, one.public_id, one.person.full_name) for one in db.session.scalars(statement)]


def presences(class_session_id: int, enrolment_ids: Collection[int]) -> dict[int, list[Presence]]:
    """Return what the reports that stand saw of some participants, in the order in which they were applied."""
    found: dict[int, list[Presence]] = defaultdict(list)
    wanted = set(enrolment_ids)
    statement = (
        select(ReportedPerson.enrolment_id, ReportedPerson.spans, AttendanceImport)
        .join(AttendanceImport, AttendanceImport.id == ReportedPerson.import_id)
        .where(
            AttendanceImport.class_session_id == class_session_id,
            AttendanceImport.state.in_(rules.STANDING_IMPORTS),
            ReportedPerson.enrolment_id.is_not(None),
        )
        .order_by(AttendanceImport.id)
    )
    for enrolment_id, spans, of in db.session.execute(statement):
        if enrolment_id in wanted:
            found[enrolment_id].append(Presence(of.public_id, of.platform, of.least_minutes, _spans(spans)))
    return dict(found)


def disagreements(class_session_id: int) -> list[Disagreement]:
    """Return the open disagreements of a class session with the persons they are about."""
    statement = (
        select(Disagreement)
        .options(joinedload(Disagreement.enrolment).joinedload(Enrolment.person))
        .where(Disagreement.class_session_id == class_session_id, Disagreement.settled_at.is_(None))
        .order_by(Disagreement.id)
    )
    return list(db.session.scalars(statement))


def disagreement(ref: str, class_session_ref: str) -> Disagreement:
    """Return an open disagreement of one class session; one of another does not exist."""
    statement = (
        select(Disagreement)
        .join(ClassSession, ClassSession.id == Disagreement.class_session_id)
        .options(joinedload(Disagreement.enrolment))
        .where(
            Disagreement.public_id == ref,
            ClassSession.public_id == class_session_ref,
            Disagreement.settled_at.is_(None),
        )
    )
    found = db.session.scalar(statement)
    if found is None:
        raise NotFound
    return found


def standings_in(found: AttendanceImport) -> Counter[str]:
    """Count the people of a report by how they stand."""
    return Counter(one.standing for one in found.people)


def _spans(stored: list[dict[str, str]]) -> list[Span]:
    return [Span(datetime.fromisoformat(one["start"]), datetime.fromisoformat(one["end"])) for one in stored]
