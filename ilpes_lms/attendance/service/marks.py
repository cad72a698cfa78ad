"""Marks by hand. Outcomes follow them in the same transaction."""

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload

from ilpes_lms.attendance import rules
from ilpes_lms.attendance.errors import NotAParticipant
from ilpes_lms.attendance.models import CompletionRule, Mark
from ilpes_lms.attendance.service.outcomes import decide, ensure_rule, fresh, lock_participants, marks_of
from ilpes_lms.audit import service as audit
from ilpes_lms.catalogue.models import Activity, ClassSession
from ilpes_lms.core import actor, clock
from ilpes_lms.core.database import db, transaction
from ilpes_lms.core.errors import NotFound
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.people.models import Person

_of_activity = CompletionRule.activity_id == Activity.id


@transaction
def mark(
    *, class_session_ref: str, enrolment_ref: str, mark: str, minutes: int | None = None, by_person: int | None = None
) -> Mark:
    """Mark a participant at a class session of the same activity; the same mark again changes nothing.

    `by_person` is who marked, if it is not whoever acts.
    """
    rules.check_mark(mark, minutes)
    class_session, who = _markable(class_session_ref), _name_of(by_person)
    enrolment = _lock_participant(enrolment_ref, class_session.activity_id)
    marks = marks_of([enrolment.id])[enrolment.id]
    found = marks.get(class_session.id)
    if found and (found.mark, found.minutes) == (mark, minutes):
        return found
    if found is None:
        found = Mark(enrolment=enrolment, class_session=class_session, evidence={})
        db.session.add(found)
    else:
        _note(enrolment, class_session, before=found.mark, after=mark)
    found.mark, found.minutes, found.source = mark, minutes, "hand"
    found.marked_by, found.marked_at = who, clock.now()
    marks[class_session.id] = found
    decide(class_session.activity, {enrolment.id: marks})
    return found


@transaction
def clear_mark(*, class_session_ref: str, enrolment_ref: str) -> None:
    """Take a mark back, as if it had never been set; what it was stays in the audit record."""
    class_session = _class_session(class_session_ref)
    enrolment = _lock_participant(enrolment_ref, class_session.activity_id)
    marks = marks_of([enrolment.id])[enrolment.id]
    found = marks.pop(class_session.id, None)
    if found is None:
        return
    _note(enrolment, class_session, before=found.mark, after=None)
    db.session.delete(found)
    decide(class_session.activity, {enrolment.id: marks})


@transaction
def mark_all_present(*, class_session_ref: str, by_person: int | None = None) -> int:
    """Mark every participant who has no mark yet as present; return how many those were."""
    class_session = _markable(class_session_ref)
    marks = marks_of(lock_participants(class_session.activity_id))
    unmarked = [enrolment_id for enrolment_id, theirs in marks.items() if class_session.id not in theirs]
    who, now = _name_of(by_person), clock.now()
    for enrolment_id in unmarked:
        new = Mark(
            enrolment_id=enrolment_id, class_session_id=class_session.id, mark="present", source="hand",
            evidence={"all_present": True}, marked_by=who, marked_at=now,
        )  # fmt: skip
        db.session.add(new)
        marks[enrolment_id][class_session.id] = new
    if unmarked:
        audit.record("attendance.all_present", "class_session", class_session.public_id, marked=len(unmarked))
        decide(class_session.activity, {enrolment_id: marks[enrolment_id] for enrolment_id in unmarked})
    return len(unmarked)


def _markable(class_session_ref: str) -> ClassSession:
    class_session = _class_session(class_session_ref)
    rules.check_markable(status=class_session.status, starts_at=class_session.starts_at, now=clock.now())
    return class_session


def _class_session(class_session_ref: str) -> ClassSession:
    """Return a class session with its activity, whose rule is on record from here on."""
    statement = (
        select(ClassSession, select(CompletionRule.id).where(_of_activity).exists())
        .join(ClassSession.activity)
        .options(contains_eager(ClassSession.activity))
        .where(ClassSession.public_id == class_session_ref)
    )
    row = db.session.execute(statement).first()
    if row is None:
        raise NotFound
    class_session: ClassSession = row[0]
    if not row[1]:
        ensure_rule(class_session.activity)
    return class_session


def _lock_participant(enrolment_ref: str, activity_id: int) -> Enrolment:
    """Lock an enrolment of an activity, under which its marks and its outcome are written."""
    statement = (
        select(Enrolment)
        .options(joinedload(Enrolment.person, innerjoin=True))
        .where(Enrolment.public_id == enrolment_ref, Enrolment.activity_id == activity_id)
        .with_for_update(of=Enrolment)
    )
    enrolment: Enrolment | None = db.session.scalar(fresh(statement))
    if enrolment is None:
        raise NotFound
    if enrolment.state != "confirmed":
        raise NotAParticipant
    return enrolment


def _name_of(person_id: int | None) -> str:
    person = db.session.get(Person, person_id) if person_id is not None else None
    return person.public_id if person else actor.current()


def _note(enrolment: Enrolment, class_session: ClassSession, *, before: str, after: str | None) -> None:
    audit.record(
        "attendance.corrected", "enrolment", enrolment.public_id, class_session=class_session.public_id,
        before=before, after=after,
    )  # fmt: skip
