"""One participant at a class session: locked, read in three statements, and their mark written in one.

Marking one person is what instructors do most, so it goes by columns, not by objects, and by statements made once:
making a statement costs as much as asking it. What concerns many people at a time goes by `outcomes`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from sqlalchemy import (
    CompoundSelect,
    Date,
    Row,
    and_,
    bindparam,
    cast,
    delete,
    insert,
    literal,
    null,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.orm.util import identity_key
from sqlalchemy.types import Numeric

from ilpes_lms.attendance import queries
from ilpes_lms.attendance.errors import MarkChanged, NotAParticipant
from ilpes_lms.attendance.models import CompletionRule, Mark, Outcome
from ilpes_lms.attendance.models.marks import next_version
from ilpes_lms.attendance.queries import Viewer
from ilpes_lms.attendance.service.deciding import decide_on, ground_of
from ilpes_lms.catalogue.models import Activity, ClassSession, Module
from ilpes_lms.catalogue.queries.visibility import taught_by
from ilpes_lms.core.database import Model, db
from ilpes_lms.core.settings import institute_day
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.people.models import Person
from ilpes_lms.people.rules import full_name

_activities, _sessions, _modules, _enrolments, _persons, _rules, _marks, _outcomes = (
    Model.metadata.tables[model.__tablename__]
    for model in (Activity, ClassSession, Module, Enrolment, Person, CompletionRule, Mark, Outcome)
)
_ACTIVITY, _ENROLMENT = (bindparam(name, type_=_enrolments.c.id.type) for name in ("activity", "enrolment"))
_KEPT = tuple(
    _marks.c[name] for name in ("mark", "minutes", "note", "source", "evidence", "marked_by", "marked_at", "version")
)

# Only where the rule is on record already: it is written before enrolments are locked.
_LOCK = (
    select(
        _sessions.c.id, _sessions.c.public_id.label("ref"), _sessions.c.status, _sessions.c.starts_at,
        _activities.c.id.label("activity_id"), _activities.c.hours, _enrolments.c.id.label("enrolment_id"),
        _enrolments.c.public_id.label("enrolment_ref"), _enrolments.c.state, _persons.c.given_names,
        _persons.c.first_surname, _persons.c.second_surname,
    )
    .join_from(_sessions, _activities, _activities.c.id == _sessions.c.activity_id)
    .join(_enrolments, _enrolments.c.activity_id == _activities.c.id)
    .join(_persons, _persons.c.id == _enrolments.c.person_id)
    .where(
        _sessions.c.public_id == bindparam("class_session"),
        _enrolments.c.public_id == bindparam("named"),
        select(_rules.c.id).where(_rules.c.activity_id == _activities.c.id).exists(),
    )
    .with_for_update(of=_enrolments)
)  # fmt: skip
# What most who mark may see, instructors; for coordinators the condition is put on when it is asked.
_LOCK_TAUGHT = _LOCK.where(taught_by(bindparam("person"), bindparam("today", type_=Date)))
# Class sessions with the participant's mark at each, and modules; what is read before the lock could be of yesterday.
_PLANNED: CompoundSelect[Any] = union_all(
    select(
        _sessions.c.id, _sessions.c.module_id, _sessions.c.starts_at, _sessions.c.ends_at,
        cast(null(), Numeric(7, 2)).label("hours"), literal(0).label("number"), _marks.c.id.label("mark_id"), *_KEPT,
    )
    .join_from(
        _sessions, _marks,
        and_(_marks.c.class_session_id == _sessions.c.id, _marks.c.enrolment_id == _ENROLMENT), isouter=True,
    )
    .where(
        _sessions.c.activity_id == _ACTIVITY,
        or_(_sessions.c.status == "scheduled", _sessions.c.id == bindparam("session", type_=_sessions.c.id.type)),
    ),
    select(
        null(), _modules.c.id, null(), null(), _modules.c.hours, _modules.c.number, null(), *(null() for _ in _KEPT)
    ).where(_modules.c.activity_id == _ACTIVITY),
)  # fmt: skip
_DECIDED = (
    select(
        _rules.c.version, _rules.c.minimum_share, _rules.c.at_least_one, _rules.c.terms, _outcomes.c.enrolment_id,
        _outcomes.c.result, _outcomes.c.rule_version, _outcomes.c.evidence, _outcomes.c.hours_earned,
    )
    .join_from(_rules, _outcomes, _outcomes.c.enrolment_id == _ENROLMENT, isouter=True)
    .where(_rules.c.activity_id == _ACTIVITY)
    .order_by(_rules.c.version.desc())
    .limit(1)
)  # fmt: skip
_ADD = insert(_marks)
_RENEW = (
    update(_marks)
    .where(_marks.c.id == bindparam("about"), _marks.c.version == bindparam("seen"))
    .values({column.name: bindparam(column.name) for column in _KEPT})
)
_CLEAR = delete(_marks).where(_marks.c.id == bindparam("about"), _marks.c.version == bindparam("seen"))


@dataclass(frozen=True, slots=True)
class KeptMark:
    """All that is known of a mark."""

    mark: str
    minutes: int | None
    note: str
    source: str
    evidence: dict[str, Any]
    marked_by: str
    marked_at: datetime
    version: int

    @classmethod
    def by_hand(cls, wanted: tuple[str, int | None, str], before: Self | None, who: str, when: datetime) -> Self:
        """Return what a person sets: the evidence of whatever set the mark before stays beside it."""
        evidence = before.evidence if before else {}
        return cls(*wanted, "hand", evidence, who, when, next_version(before.version if before else None))

    @classmethod
    def by_report(cls, mark: str, minutes: int, evidence: dict[str, Any], who: str, when: datetime) -> Self:
        """Return what a report sets where there was no mark."""
        return cls(mark, minutes, "", "import", evidence, who, when, next_version(None))

    @property
    def values(self) -> dict[str, Any]:
        return {column.name: getattr(self, column.name) for column in _KEPT}


@dataclass(frozen=True, slots=True)
class Line:
    """A participant at a class session, locked, with their marks there and elsewhere in the activity."""

    head: Row[Any]
    rows: list[Row[Any]]
    marks: Mapping[int, KeptMark]

    @property
    def enrolment_id(self) -> int:
        return int(self.head.enrolment_id)

    @property
    def session_id(self) -> int:
        return int(self.head.id)

    @property
    def found(self) -> KeptMark | None:
        return self.marks.get(self.session_id)

    @property
    def planned(self) -> list[Row[Any]]:
        """Modules and class sessions that count: one that was cancelled is read for its mark alone."""
        return self.rows if self.head.status == "scheduled" else [row for row in self.rows if row.id != self.head.id]

    @property
    def name(self) -> str:
        return full_name(self.head.given_names, self.head.first_surname, self.head.second_surname)


def lock_line(class_session_ref: str, enrolment_ref: str, viewer: Viewer | None) -> Line | None:
    """Lock a participant, under whose lock marks and outcome are written, and read what is marked of them.

    None where there is no such line, a viewer may not see it, or its activity has no rule on record yet. Raises
    NotAParticipant.
    """
    connection, named = db.session.connection(), {"class_session": class_session_ref, "named": enrolment_ref}
    if viewer is None:
        head: Any = connection.execute(_LOCK, named).first()
    elif viewer.coordinates:
        head = connection.execute(_LOCK.where(queries.within_sight(viewer)), named).first()
    else:
        head = connection.execute(_LOCK_TAUGHT, {**named, "person": viewer.person_id, "today": institute_day()}).first()
    if head is None:
        return None
    if head.state != "confirmed":
        raise NotAParticipant
    about = {"activity": head.activity_id, "enrolment": head.enrolment_id, "session": head.id}
    rows = list(connection.execute(_PLANNED, about))
    return Line(head, rows, {row.id: _mark_in(row) for row in rows if row.mark_id is not None})


def put(line: Line, new: KeptMark | None) -> None:
    """Write what a participant's mark is from now on, None for no mark, and decide their outcome."""
    db.session.flush()
    connection, row = db.session.connection(), next(row for row in line.rows if row.id == line.session_id)
    if row.mark_id is None:
        if new is not None:
            about = {"enrolment_id": line.enrolment_id, "class_session_id": line.session_id}
            connection.execute(_ADD, about | new.values)
    else:
        seen = {"about": row.mark_id, "seen": row.version}
        done = connection.execute(_CLEAR, seen) if new is None else connection.execute(_RENEW, seen | new.values)
        # The lock makes sure of it, as long as everyone who writes marks takes it.
        if done.rowcount != 1:
            raise MarkChanged
        _forget(row.mark_id)
    _decide(line, {**line.marks, line.session_id: new} if new else _without(line))


def _decide(line: Line, marks: Mapping[int, KeptMark]) -> None:
    about = {"activity": line.head.activity_id, "enrolment": line.enrolment_id}
    decided: Any = db.session.connection().execute(_DECIDED, about).one()
    ground = ground_of(queries.rule_of(decided), line.head.hours, line.planned)
    found = {line.enrolment_id: decided} if decided.result is not None else {}
    decide_on(ground, {line.enrolment_id: marks}, found)


def _without(line: Line) -> Mapping[int, KeptMark]:
    return {session_id: mark for session_id, mark in line.marks.items() if session_id != line.session_id}


def _mark_in(row: Row[Any]) -> KeptMark:
    return KeptMark(*(row._mapping[column.name] for column in _KEPT))  # noqa: SLF001 - the documented way to names


def _forget(mark_id: int) -> None:
    """Let whoever has read a mark before read it afresh."""
    held = db.session.identity_map.get(identity_key(Mark, mark_id))
    if held is not None:
        db.session.expire(held)
