"""Marks by hand, set and taken back. Outcomes follow them in the same transaction."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from ilpes_lms.attendance import queries, rules
from ilpes_lms.attendance.errors import MarkChanged, NothingToTakeBack
from ilpes_lms.attendance.models import CompletionRule, Mark, MarkChange
from ilpes_lms.attendance.queries import Viewer
from ilpes_lms.attendance.service import mark_changes
from ilpes_lms.attendance.service.deciding import decide
from ilpes_lms.attendance.service.lines import KeptMark, Line, lock_line, put
from ilpes_lms.attendance.service.mark_changes import Press
from ilpes_lms.attendance.service.outcomes import ensure_rule, fresh, lock_enrolments, lock_participants, marks_of
from ilpes_lms.audit import service as audit
from ilpes_lms.catalogue.models import Activity, ClassSession
from ilpes_lms.core import actor, clock
from ilpes_lms.core.database import db, transaction
from ilpes_lms.core.errors import NotFound
from ilpes_lms.core.ids import public_id
from ilpes_lms.people.models import Person


@dataclass(frozen=True, slots=True)
class Marked:
    """A participant's mark at a class session as it stands after it was set."""

    enrolment: str
    name: str
    mark: str
    minutes: int | None
    note: str
    source: str
    version: int


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
    viewer: Viewer | None = None,
) -> Marked:
    """Mark a participant at a class session of the same activity; the same mark again changes nothing.

    `note` None leaves the note as it is. `by_person` is who marked, if it is not whoever acts. What a `viewer` may not
    see does not exist for them; without one the caller has looked. With `press`, a mark
    that somebody changed since its page was made is not overwritten: raises MarkChanged.
    """
    rules.check_mark(mark, minutes, note)
    line = _line(class_session_ref, enrolment_ref, viewer)
    _check_markable(line.head, mark)
    kept = note if note is not None else _note_of(line.found)
    found = _set(line, (mark, minutes, kept), press, _name_of(by_person))
    if found is None:
        raise MarkChanged
    return Marked(
        line.head.enrolment_ref, line.name, found.mark, found.minutes, found.note, found.source, found.version
    )


@transaction
def press_mark(*, class_session_ref: str, enrolment_ref: str, mark: str | None, press: Press) -> KeptMark | None:
    """Set a mark as one key or tap does, or take it back (None): minutes and note of a mark stay as they are.

    The same press again changes nothing; what is answered is the mark as it stands. Raises MarkChanged.
    """
    if mark is not None:
        rules.check_mark(mark, None)
    line = _line(class_session_ref, enrolment_ref)
    _check_markable(line.head, mark)
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
    class_session = _markable(class_session_ref, "present")
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
    class_session = _markable(class_session_ref, None)
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


def _set(line: Line, wanted: tuple[str, int | None, str], press: Press | None, who: str) -> KeptMark | None:
    found = line.found
    if found and (found.mark, found.minutes, found.note) == wanted:
        return found
    if not _is_to_do(line, press):
        return found
    new = KeptMark.by_hand(wanted, found, who, clock.now())
    _write_down(line, new, press, who)
    return new


def _clear(line: Line, press: Press | None) -> KeptMark | None:
    found = line.found
    if found is None or not _is_to_do(line, press):
        return found
    _write_down(line, None, press, actor.current())
    return None


def _is_to_do(line: Line, press: Press | None) -> bool:
    return press is None or mark_changes.is_new(press, line.enrolment_id, line.session_id, line.found)


def _write_down(line: Line, new: KeptMark | None, press: Press | None, who: str) -> None:
    put(line, new)
    if line.found is not None:
        audit.record(
            "attendance.corrected", "enrolment", line.head.enrolment_ref, class_session=line.head.ref,
            before=line.found.mark, after=new.mark if new else None,
        )  # fmt: skip
    deed, before = press.deed if press else public_id(), mark_changes.state_of(line.found)
    mark_changes.keep(line.enrolment_id, line.session_id, deed=deed, before=before, found=new, actor=who)


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


def _note_of(found: KeptMark | None) -> str:
    return found.note if found else ""


def _line(class_session_ref: str, enrolment_ref: str, viewer: Viewer | None = None) -> Line:
    line = lock_line(class_session_ref, enrolment_ref, viewer)
    if line is None:
        # Nobody needed the activity's rule yet, or there is no such line.
        if viewer is not None:
            queries.check_class_session_visible(class_session_ref, viewer)
        _class_session(class_session_ref)
        line = lock_line(class_session_ref, enrolment_ref, viewer)
    if line is None:
        raise NotFound
    return line


def _markable(class_session_ref: str, mark: str | None) -> ClassSession:
    class_session = _class_session(class_session_ref)
    _check_markable(class_session, mark)
    return class_session


def _check_markable(class_session: Any, mark: str | None) -> None:
    rules.check_markable(mark, status=class_session.status, starts_at=class_session.starts_at, now=clock.now())


def _class_session(class_session_ref: str) -> ClassSession:
    """Return a class session with its activity, whose rule is on record from here on."""
    statement = (
        select(ClassSession, select(CompletionRule.id).where(CompletionRule.activity_id == Activity.id).exists())
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
