"""Questions about reports of meeting platforms."""

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from ilpes_lms.attendance import rules
from ilpes_lms.attendance.models import AttendanceImport, Disagreement, Mark, RememberedMatch, ReportedPerson
from ilpes_lms.attendance.reports import Span
from ilpes_lms.catalogue.models import ClassSession
from ilpes_lms.core import witness
from ilpes_lms.core.database import db
from ilpes_lms.core.errors import NotFound
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.people.models import EmailAddress, Person
from ilpes_lms.people.rules import full_name


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
    # When each was there takes most of the room, and nobody looks at it.
    return _import(ref, selectinload(AttendanceImport.people).defer(ReportedPerson.spans))


def import_head(ref: str) -> AttendanceImport:
    """Return the same without its people, who may be thousands."""
    return _import(ref)


def _import(ref: str, *more: ORMOption) -> AttendanceImport:
    statement = (
        select(AttendanceImport)
        .options(joinedload(AttendanceImport.class_session).joinedload(ClassSession.activity), *more)
        .where(AttendanceImport.public_id == ref)
        .execution_options(populate_existing=True)
    )
    found = db.session.scalar(statement)
    if found is None:
        raise NotFound
    return found


def enrolments_in(import_id: int, *, skip: int = 0, most: int | None = None) -> list[int]:
    """Return the enrolments that a report tells of in their order, or so many of them after the first ones."""
    statement = select(ReportedPerson.enrolment_id).distinct()
    wanted = (ReportedPerson.import_id == import_id, ReportedPerson.enrolment_id.is_not(None))
    ordered = statement.where(*wanted).order_by(ReportedPerson.enrolment_id).offset(skip).limit(most)
    return [one for one in db.session.scalars(ordered) if one is not None]


def head_in(ref: str, class_session_id: int) -> AttendanceImport:
    """Return an import of one class session without its people; one of another does not exist."""
    found = import_head(ref)
    if found.class_session_id != class_session_id:
        raise NotFound
    return found


def import_in(ref: str, class_session_id: int) -> AttendanceImport:
    """Return an import of one class session; one of another does not exist."""
    found = attendance_import(ref)
    if found.class_session_id != class_session_id:
        raise NotFound
    return found


def person_in(found: AttendanceImport, person_ref: str) -> ReportedPerson:
    """Return somebody in a report; raises NotFound."""
    person = next((one for one in found.people if one.public_id == person_ref), None)
    if person is None:
        raise NotFound
    return person


def effects_of(found: AttendanceImport) -> Counter[str]:
    """Count what applying a report would do to the marks there are: add, same, renew, confirm, disagree."""
    minutes: Counter[int] = Counter()
    for one in found.people:
        if one.enrolment_id is not None:
            minutes[one.enrolment_id] = max(minutes[one.enrolment_id], one.minutes)
    there = {
        row.enrolment_id: {"mark": row.mark, "minutes": row.minutes, "source": row.source}
        for row in db.session.execute(
            select(Mark.enrolment_id, Mark.mark, Mark.minutes, Mark.source).where(
                Mark.class_session_id == found.class_session_id
            )
        )
    }
    return Counter(
        rules.effect(there.get(enrolment_id), rules.mark_for(number, found.least_minutes), number)
        for enrolment_id, number in minutes.items()
    )


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
        select(
            Enrolment.person_id, Enrolment.id, Enrolment.public_id,
            Person.given_names, Person.first_surname, Person.second_surname,
        )
        .join(Enrolment.person)
        .where(Enrolment.activity_id == activity_id, Enrolment.state == "confirmed")
        .order_by(Person.name_key, Enrolment.id)
    )  # fmt: skip
    known = []
    for person_id, number, ref, *names in db.session.execute(statement):
        witness.note(person_id)
        known.append(rules.Known(number, ref, full_name(*names)))
    return known


def presences(class_session_id: int, enrolment_ids: Collection[int]) -> dict[int, list[Presence]]:
    """Return what the reports that stand saw of some participants, in the order in which they were applied."""
    found: dict[int, list[Presence]] = defaultdict(list)
    standing = select(AttendanceImport).where(
        AttendanceImport.class_session_id == class_session_id, AttendanceImport.state.in_(rules.STANDING_IMPORTS)
    )
    for report in db.session.scalars(standing.order_by(AttendanceImport.id)):
        seen = select(ReportedPerson.enrolment_id, ReportedPerson.spans).where(
            ReportedPerson.import_id == report.id, ReportedPerson.enrolment_id.in_(enrolment_ids)
        )
        for enrolment_id, spans in db.session.execute(seen.order_by(ReportedPerson.number)):
            presence = Presence(report.public_id, report.platform, report.least_minutes, _spans(spans))
            found[enrolment_id].append(presence)
    return dict(found)


def disagreements(class_session_id: int) -> list[Disagreement]:
    """Return the open disagreements of a class session with the persons and marks they are about."""
    statement = (
        select(Disagreement)
        .options(joinedload(Disagreement.enrolment).joinedload(Enrolment.person), joinedload(Disagreement.against))
        .where(Disagreement.class_session_id == class_session_id, *_is_open())
        .order_by(Disagreement.id)
    )
    return list(db.session.scalars(statement))


def number_of_disagreements(class_session_id: int, *, source: str | None = None) -> int:
    """Count the open ones, of all sources or of one."""
    statement = select(func.count()).where(Disagreement.class_session_id == class_session_id, *_is_open())
    if source is not None:
        statement = statement.where(Disagreement.source == source)
    return db.session.scalar(statement) or 0


def _is_open() -> tuple[ColumnElement[bool], ...]:
    """Return that nobody settled a disagreement, neither by a decision nor by a mark of their own that agrees."""
    agrees = select(Mark.id).where(
        Mark.enrolment_id == Disagreement.enrolment_id,
        Mark.class_session_id == Disagreement.class_session_id,
        Mark.mark.in_(rules.ATTENDED) == Disagreement.mark.in_(rules.ATTENDED),
    )
    return Disagreement.settled_at.is_(None), ~agrees.exists()


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
