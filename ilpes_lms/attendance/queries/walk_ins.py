"""Questions about people in reports whom nobody registered."""

from collections import Counter
from collections.abc import Collection

from sqlalchemy import ColumnElement, func, literal, select

from ilpes_lms.attendance import rules
from ilpes_lms.attendance.models import AttendanceImport, ReportedPerson
from ilpes_lms.catalogue.models import ClassSession
from ilpes_lms.core.database import db
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.enrolment.queries import rests_on_a_report
from ilpes_lms.notifications.models import Message
from ilpes_lms.people.models import Account

_AT_ONCE = 500


def walk_ins(found: AttendanceImport) -> list[ReportedPerson]:
    """Return the people of a report who were there long enough and are nobody's participation yet."""
    statement = select(ReportedPerson).where(*_uncounted(found))
    return list(db.session.scalars(statement.order_by(ReportedPerson.number)))


def number_of_walk_ins(found: AttendanceImport) -> int:
    """Count them."""
    return db.session.scalar(select(func.count()).select_from(ReportedPerson).where(*_uncounted(found))) or 0


def undecided_names(found: AttendanceImport) -> list[str]:
    """Return what those of them are called about whom a person has still to decide."""
    columns = select(ReportedPerson.name, ReportedPerson.original)
    undecided = columns.where(*_uncounted(found), ReportedPerson.standing == "open")
    return [f"{name} {original}" for name, original in db.session.execute(undecided)]


def number_there(found: AttendanceImport) -> int:
    """Count the people of a report who were there long enough; telephones and who was left out are not among them."""
    statement = select(ReportedPerson.enrolment_id, ReportedPerson.key).where(
        ReportedPerson.import_id == found.id,
        ReportedPerson.standing != "left_out",
        ReportedPerson.minutes >= found.least_minutes,
    )
    return len({enrolment_id or key for enrolment_id, key in db.session.execute(statement)})


def consents_in(found: AttendanceImport) -> Counter[str]:
    """Count the participations of a report that rest on it alone, by what is known of the person's consent."""
    shown = select(ReportedPerson.enrolment_id).where(ReportedPerson.import_id == found.id)
    letter = literal(f"{rules.SEEN_LETTER}:") + Enrolment.public_id
    each = (
        select(
            select(Account.id).where(Account.person_id == Enrolment.person_id).exists().label("signed_up"),
            select(Message.id).where(Message.key == letter).exists().label("asked"),
        )
        .where(Enrolment.id.in_(shown.where(ReportedPerson.enrolment_id.is_not(None))), rests_on_a_report())
        .subquery()
    )
    consents: Counter[str] = Counter()
    counted = select(each.c.signed_up, each.c.asked, func.count()).group_by(each.c.signed_up, each.c.asked)
    for signed_up, asked, number in db.session.execute(counted):
        consents[rules.consent_of(signed_up=signed_up, asked=asked)] += number
    return consents


def to_ask(enrolment_ids: Collection[int]) -> list[tuple[int, str, int]]:
    """Return the number, ref and person of those of some enrolments whose person never signed up."""
    ids, found = sorted(enrolment_ids), []
    for start in range(0, len(ids), _AT_ONCE):
        statement = select(Enrolment.id, Enrolment.public_id, Enrolment.person_id).where(
            Enrolment.id.in_(ids[start : start + _AT_ONCE]),
            ~select(Account.id).where(Account.person_id == Enrolment.person_id).exists(),
        )
        found += [(number, ref, person) for number, ref, person in db.session.execute(statement)]
    return found


def shown_by_reports(activity_id: int, enrolment_ids: Collection[int]) -> set[int]:
    """Return those of some enrolments whom a report that stands shows at any class session of the activity."""
    ids, found = sorted(enrolment_ids), set()
    for start in range(0, len(ids), _AT_ONCE):
        statement = (
            select(ReportedPerson.enrolment_id)
            .join(AttendanceImport, AttendanceImport.id == ReportedPerson.import_id)
            .join(ClassSession, ClassSession.id == AttendanceImport.class_session_id)
            .where(
                ClassSession.activity_id == activity_id,
                AttendanceImport.state.in_(rules.STANDING_IMPORTS),
                ReportedPerson.enrolment_id.in_(ids[start : start + _AT_ONCE]),
            )
        )
        found |= {one for one in db.session.scalars(statement) if one is not None}
    return found


def _uncounted(found: AttendanceImport) -> tuple[ColumnElement[bool], ...]:
    return (
        ReportedPerson.import_id == found.id,
        ReportedPerson.standing.in_(rules.UNCOUNTED),
        ReportedPerson.key != "",
        ReportedPerson.minutes >= found.least_minutes,
    )
