"""Marks by hand, set and taken back. Outcomes follow them in the same transaction."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import contains_eager, load_only
from sqlalchemy.orm.attributes import set_committed_value

from ilpes_lms.attendance import rules
from ilpes_lms.attendance.errors import MarkChanged, NotAParticipant, NothingToTakeBack
from ilpes_lms.attendance.models import CompletionRule, Mark, MarkChange
from ilpes_lms.attendance.service import mark_changes
from ilpes_lms.attendance.service.deciding import decide
from ilpes_lms.attendance.service.mark_changes import Press
from ilpes_lms.attendance.service.outcomes import ensure_rule, fresh, lock_enrolments, lock_participants, marks_of
from ilpes_lms.audit import service as audit
from ilpes_lms.catalogue.models import Activity, ClassSession
from ilpes_lms.core import actor, clock
from ilpes_lms.core.database import db, transaction
from ilpes_lms.core.errors import NotFound
from ilpes_lms.core.ids import public_id
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.people.models import Person

_of_activity = CompletionRule.activity_id == Activity.id
# Only where the rule is on record already: it is written before enrolments are locked. Made once, and of no more
# columns than a mark needs, because it is asked with every mark.
_IN_ACTIVITY_WITH_RULE = (
    select(ClassSession, Enrolment)
    .join(ClassSession.activity)
    .join(Enrolment, Enrolment.activity_id == Activity.id)
    .join(Enrolment.person)
    .options(
        contains_eager(ClassSession.activity).load_only(Activity.public_id, Activity.kind, Activity.hours),
        load_only(Enrolment.public_id, Enrolment.state, Enrolment.activity_id, Enrolment.person_id),
        contains_eager(Enrolment.person).load_only(
            Person.public_id, Person.given_names, Person.first_surname, Person.second_surname
        ),
    )
    .where(
        ClassSession.public_id == bindparam("class_session"),
        Enrolment.public_id == bindparam("enrolment"),
        select(CompletionRule.id).where(_of_activity).exists(),
    )
    .with_for_update(of=Enrolment)
    .execution_options(populate_existing=True)
)


@dataclass(frozen=True, slots=True)
class _Line:
    """A participant at a class session, locked, with all their marks in the activity."""

    class_session: ClassSession
    enrolment: Enrolment
    marks: dict[int, Mark]

    @property
    def found(self) -> Mark | None:
        return self.marks.get(self.class_session.id)


@dataclass(frozen=True, slots=True)
class TakenBack:
    """How many marks are again what they were before a deed, and how many somebody has changed since."""

    restored: int
    left: int


@transaction
def mark(
    *,
    class_session_ref: str,
    enrolment_ref: str,
    mark: str,
    minutes: int | None = None,
    note: str | None = None,
    by_person: int | None = None,
    press: Press | None = None,
) -> Mark:
    """Mark a participant at a class session of the same activity; the same mark again changes nothing.

    `note` None leaves the note as it is. `by_person` is who marked, if it is not whoever acts. With `press`, a mark
    that somebody changed since its page was made is not overwritten: raises MarkChanged.
    """
    rules.check_mark(mark, minutes, note)
    line = _markable_line(class_session_ref, enrolment_ref)
    kept = note if note is not None else _note_of(line.found)
    found = _set(line, (mark, minutes, kept), press, _name_of(by_person))
    if found is None:
        raise MarkChanged
    return found


@transaction
def press_mark(*, class_session_ref: str, enrolment_ref: str, mark: str | None, press: Press) -> Mark | None:
    """Set a mark as one key or tap does, or take it back (None): minutes and note of a mark stay as they are.

    The same press again changes nothing; what is answered is the mark as it stands. Raises MarkChanged.
    """
    if mark is not None:
        rules.check_mark(mark, None)
    line = _markable_line(class_session_ref, enrolment_ref)
    if mark is None:
        return _clear(line, press)
    minutes = line.found.minutes if line.found else None
    return _set(line, (mark, minutes, _note_of(line.found)), press, actor.current())


@transaction
def clear_mark(*, class_session_ref: str, enrolment_ref: str, press: Press | None = None) -> None:
    """Take a mark back, as if it had never been set; what it was stays in its history."""
    _clear(_line(class_session_ref, enrolment_ref), press)


@transaction
def mark_all_present(*, class_session_ref: str, by_person: int | None = None, deed: str | None = None) -> int:
    """Mark every participant who has no mark yet as present; return how many those were. All of it is one deed."""
    class_session = _markable(class_session_ref)
    marks = marks_of(lock_participants(class_session.activity_id))
    unmarked = [enrolment_id for enrolment_id, theirs in marks.items() if class_session.id not in theirs]
    who, now, deed = _name_of(by_person), clock.now(), deed or public_id()
    for enrolment_id in unmarked:
        new = Mark(
            enrolment_id=enrolment_id, class_session_id=class_session.id, mark="present", source="hand",
            evidence={"all_present": True}, marked_by=who, marked_at=now, note="",
        )  # fmt: skip
        db.session.add(new)
        marks[enrolment_id][class_session.id] = new
    if unmarked:
        db.session.flush()
        for enrolment_id in unmarked:
            found = marks[enrolment_id][class_session.id]
            mark_changes.keep(enrolment_id, class_session.id, deed=deed, before=None, found=found, actor=who)
        audit.record("attendance.all_present", "class_session", class_session.public_id, marked=len(unmarked))
        decide(class_session.activity, {enrolment_id: marks[enrolment_id] for enrolment_id in unmarked})
    return len(unmarked)


@transaction
def take_back(*, class_session_ref: str, deed: str) -> TakenBack:
    """Make the marks that a deed changed what they were; those that somebody changed since stay as they are.

    Raises NothingToTakeBack.
    """
    class_session = _markable(class_session_ref)
    touched = {change.enrolment_id for change in _changes(class_session, deed)}
    marks = marks_of(lock_enrolments(touched))
    # Read again under the lock: somebody may have taken it back in between.
    changes = _changes(class_session, deed)
    restored = [change for change in changes if _restored(change, marks.get(change.enrolment_id))]
    if not restored:
        raise NothingToTakeBack
    left = len(changes) - len(restored)
    db.session.flush()
    audit.record("attendance.taken_back", "class_session", class_session.public_id, restored=len(restored), left=left)
    decide(class_session.activity, {change.enrolment_id: marks[change.enrolment_id] for change in restored})
    return TakenBack(len(restored), left)


def _set(line: _Line, wanted: tuple[str, int | None, str], press: Press | None, who: str) -> Mark | None:
    found = line.found
    if found and (found.mark, found.minutes, found.note) == wanted:
        return found
    if not _is_to_do(line, press):
        return found
    before = mark_changes.state_of(found)
    if found is None:
        found = Mark(enrolment=line.enrolment, class_session=line.class_session, evidence={})
        db.session.add(found)
    else:
        _record(line, before=found.mark, after=wanted[0])
    found.mark, found.minutes, found.note = wanted
    found.source, found.marked_by, found.marked_at = "hand", who, clock.now()
    line.marks[line.class_session.id] = found
    _write_down(line, before, press, who)
    return found


def _clear(line: _Line, press: Press | None) -> Mark | None:
    found = line.found
    if found is None or not _is_to_do(line, press):
        return found
    before = mark_changes.state_of(found)
    del line.marks[line.class_session.id]
    _record(line, before=found.mark, after=None)
    db.session.delete(found)
    _write_down(line, before, press, actor.current())
    return None


def _is_to_do(line: _Line, press: Press | None) -> bool:
    return press is None or mark_changes.is_new(press, line.enrolment.id, line.class_session.id, line.found)


def _write_down(line: _Line, before: dict[str, Any] | None, press: Press | None, who: str) -> None:
    db.session.flush()
    deed = press.deed if press else public_id()
    mark_changes.keep(line.enrolment.id, line.class_session.id, deed=deed, before=before, found=line.found, actor=who)
    decide(line.class_session.activity, {line.enrolment.id: line.marks})


def _restored(change: MarkChange, marks: dict[int, Mark] | None) -> bool:
    """Take one change back if its mark is still as it left it; tell whether it was."""
    session_id = change.class_session_id
    if marks is None or not mark_changes.stands(found := marks.get(session_id), change.after):
        return False
    if change.before is None:
        db.session.delete(marks.pop(session_id))
    else:
        if found is None:
            found = marks[session_id] = Mark(enrolment_id=change.enrolment_id, class_session_id=session_id)
            db.session.add(found)
        mark_changes.restore(found, change.before)
    change.undone_at, change.undone_by = clock.now(), actor.current()
    return True


def _changes(class_session: ClassSession, deed: str) -> list[MarkChange]:
    statement = select(MarkChange).where(
        MarkChange.class_session_id == class_session.id, MarkChange.deed == deed, MarkChange.undone_at.is_(None)
    )
    return list(db.session.scalars(fresh(statement.order_by(MarkChange.enrolment_id))))


def _note_of(found: Mark | None) -> str:
    return found.note if found else ""


def _markable_line(class_session_ref: str, enrolment_ref: str) -> _Line:
    line = _line(class_session_ref, enrolment_ref)
    _check_markable(line.class_session)
    return line


def _line(class_session_ref: str, enrolment_ref: str) -> _Line:
    """Lock a participant, under whose lock marks and outcome are written, and read all that is marked of them."""
    named = {"class_session": class_session_ref, "enrolment": enrolment_ref}
    row = db.session.execute(_IN_ACTIVITY_WITH_RULE, named).first()
    if row is None:
        # Nobody needed the activity's rule yet, or there is no such line.
        _class_session(class_session_ref)
        row = db.session.execute(_IN_ACTIVITY_WITH_RULE, named).first()
    if row is None:
        raise NotFound
    class_session, enrolment = row
    if enrolment.state != "confirmed":
        raise NotAParticipant
    marks = marks_of([enrolment.id])[enrolment.id]
    for found in marks.values():
        # Whose they are is known, and need not be asked for each.
        set_committed_value(found, "enrolment", enrolment)
    return _Line(class_session, enrolment, marks)


def _markable(class_session_ref: str) -> ClassSession:
    class_session = _class_session(class_session_ref)
    _check_markable(class_session)
    return class_session


def _check_markable(class_session: ClassSession) -> None:
    rules.check_markable(status=class_session.status, starts_at=class_session.starts_at, now=clock.now())


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


def _name_of(person_id: int | None) -> str:
    person = db.session.get(Person, person_id) if person_id is not None else None
    return person.public_id if person else actor.current()


def _record(line: _Line, *, before: str, after: str | None) -> None:
    audit.record(
        "attendance.corrected", "enrolment", line.enrolment.public_id, class_session=line.class_session.public_id,
        before=before, after=after,
    )  # fmt: skip
