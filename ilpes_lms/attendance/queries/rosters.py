"""Questions about attendance: rosters, outcomes, one's own marks."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, false, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from ilpes_lms.attendance import rules
from ilpes_lms.attendance.models import CompletionRule, Mark, Outcome
from ilpes_lms.attendance.rules import Rule
from ilpes_lms.catalogue.models import Activity, ClassSession
from ilpes_lms.catalogue.queries import class_sessions, managed_by
from ilpes_lms.catalogue.queries.visibility import taught_by
from ilpes_lms.core.database import db
from ilpes_lms.core.errors import NotFound
from ilpes_lms.core.settings import institute_day
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.enrolment.queries import confirmed
from ilpes_lms.people.models import Person


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks: an instructor of some activities, or a coordinator of all (no divisions) or of some divisions."""

    person_id: int | None
    coordinates: bool = False
    divisions: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One participant at one class session; without a mark there is none, and its version is 0."""

    enrolment: Enrolment
    mark: str | None
    minutes: int | None
    note: str = ""
    source: str | None = None
    version: int = 0


@dataclass(frozen=True, slots=True)
class Roster:
    """A class session with everyone who may be marked there."""

    class_session: ClassSession
    rows: list[RosterRow]

    @property
    def counts(self) -> Counter[str]:
        return tallied(row.mark for row in self.rows)


@dataclass(frozen=True, slots=True)
class Line:
    """One participant's marks by class session, and the outcome they led to."""

    enrolment: Enrolment
    marks: dict[int, str]
    outcome: Outcome | None

    @property
    def standing(self) -> str:
        return standing_of(self.outcome)


@dataclass(frozen=True, slots=True)
class Grid:
    """An activity's class sessions and participants, with the rule in force."""

    activity: Activity
    rule: Rule
    class_sessions: Sequence[ClassSession]
    lines: list[Line] = field(default_factory=list)

    @property
    def standings(self) -> Counter[str]:
        return Counter(line.standing for line in self.lines)


def tallied(marks: Iterable[str | None]) -> Counter[str]:
    """Count marks, those who have none as `unmarked`."""
    return Counter(mark or "unmarked" for mark in marks)


def standing_of(outcome: Outcome | None) -> str:
    """Return where a participant stands, from the stored outcome."""
    return rules.standing(outcome.result, outcome.evidence) if outcome else rules.standing(None, {})


def visible_activity(activity_ref: str, viewer: Viewer) -> Activity:
    """Return an activity whose attendance someone may see and keep; raises NotFound."""
    found = db.session.scalar(select(Activity).where(Activity.public_id == activity_ref, within_sight(viewer)))
    if found is None:
        raise NotFound
    return found


def visible_class_session(class_session_ref: str, viewer: Viewer) -> ClassSession:
    """Return a class session, activity loaded, whose attendance someone may see and keep; raises NotFound."""
    statement = (
        select(ClassSession)
        .join(ClassSession.activity)
        .where(ClassSession.public_id == class_session_ref, within_sight(viewer))
        .options(contains_eager(ClassSession.activity))
    )
    found = db.session.scalar(statement)
    if found is None:
        raise NotFound
    return found


def check_class_session_visible(class_session_ref: str, viewer: Viewer) -> None:
    """Raise NotFound unless someone may see and keep the attendance at a class session; reads no more than that."""
    statement = select(ClassSession.id).join(ClassSession.activity)
    if db.session.scalar(statement.where(ClassSession.public_id == class_session_ref, within_sight(viewer))) is None:
        raise NotFound


def roster(class_session_ref: str, viewer: Viewer) -> Roster:
    """Return everyone with a place in a class session's activity, by name, with their marks there."""
    class_session = visible_class_session(class_session_ref, viewer)
    return Roster(class_session, rows_of(rows_at(class_session)))


def roster_row(class_session: ClassSession, enrolment_ref: str) -> RosterRow:
    """Return one line of a roster; raises NotFound."""
    rows = rows_of(rows_at(class_session).where(Enrolment.public_id == enrolment_ref))
    if not rows:
        raise NotFound
    return rows[0]


def counts(class_session: ClassSession) -> Counter[str]:
    """Count the marks of a class session's participants, those without as `unmarked`."""
    statement = (
        select(Mark.mark, func.count())
        .select_from(Enrolment)
        .outerjoin(Mark, _mark_at(class_session))
        .where(Enrolment.activity_id == class_session.activity_id, Enrolment.state == "confirmed")
        .group_by(Mark.mark)
    )
    return Counter({mark or "unmarked": number for mark, number in db.session.execute(statement)})


def counts_by_class_session(activity_id: int) -> dict[int, Counter[str]]:
    """Count the marks of an activity's participants at each class session that has any."""
    statement = (
        select(Mark.class_session_id, Mark.mark, func.count())
        .join(Mark.enrolment)
        .where(Enrolment.activity_id == activity_id, Enrolment.state == "confirmed")
        .group_by(Mark.class_session_id, Mark.mark)
    )
    found: dict[int, Counter[str]] = defaultdict(Counter)
    for class_session_id, mark, number in db.session.execute(statement):
        found[class_session_id][mark] = number
    return dict(found)


def grid(activity: Activity) -> Grid:
    """Return all participants of an activity with their marks and outcomes."""
    marks: dict[int, dict[int, str]] = defaultdict(dict)
    for enrolment_id, class_session_id, mark in db.session.execute(
        select(Mark.enrolment_id, Mark.class_session_id, Mark.mark)
        .join(Mark.class_session)
        .where(ClassSession.activity_id == activity.id)
    ):
        marks[enrolment_id][class_session_id] = mark
    decided = {outcome.enrolment_id: outcome for outcome in outcomes(activity.id)}
    lines = [Line(e, marks.get(e.id, {}), decided.get(e.id)) for e in confirmed(activity.id)]
    return Grid(activity, rule_in_force(activity), class_sessions(activity.id), lines)


def outcomes(activity_id: int) -> list[Outcome]:
    """Return the outcomes of an activity's participants, enrolments loaded; who has no marks has no outcome."""
    statement = (
        select(Outcome)
        .join(Outcome.enrolment)
        .options(contains_eager(Outcome.enrolment))
        .where(Enrolment.activity_id == activity_id, Enrolment.state == "confirmed")
        .order_by(Outcome.enrolment_id)
    )
    return list(db.session.scalars(statement))


def outcome_of(enrolment_id: int) -> Outcome | None:
    """Return an enrolment's outcome, None as long as there are no marks."""
    return db.session.scalar(select(Outcome).where(Outcome.enrolment_id == enrolment_id))


def standings(activity_id: int) -> Counter[str]:
    """Count the participants who have an outcome by where they stand."""
    return Counter(standing_of(outcome) for outcome in outcomes(activity_id))


def marks_of(person_id: int) -> list[Mark]:
    """Return all marks of a person with their class sessions, in the order of time."""
    statement = (
        select(Mark)
        .join(Mark.enrolment)
        .join(Mark.class_session)
        .options(contains_eager(Mark.enrolment), contains_eager(Mark.class_session))
        .where(Enrolment.person_id == person_id)
        .order_by(ClassSession.starts_at, Mark.id)
    )
    return list(db.session.scalars(statement))


def own_enrolment(enrolment_ref: str, person_id: int | None) -> Enrolment:
    """Return a person's own confirmed enrolment, activity loaded; anyone else's does not exist."""
    statement = (
        select(Enrolment)
        .options(joinedload(Enrolment.activity))
        .where(Enrolment.public_id == enrolment_ref, Enrolment.person_id == person_id, Enrolment.state == "confirmed")
    )
    found = db.session.scalar(statement)
    if found is None:
        raise NotFound
    return found


def line_of(enrolment: Enrolment) -> Line:
    """Return one participant's marks and outcome."""
    marks = select(Mark.class_session_id, Mark.mark).where(Mark.enrolment_id == enrolment.id)
    return Line(enrolment, dict(iter(db.session.execute(marks))), outcome_of(enrolment.id))


@dataclass(frozen=True, slots=True)
class OwnMark:
    """One class session with one's own mark there, if there is one."""

    class_session: ClassSession
    mark: str | None
    minutes: int | None
    source: str | None


def own_marks(enrolment: Enrolment) -> list[OwnMark]:
    """Return an activity's class sessions in the order they take place with a participant's mark at each."""
    statement = (
        select(ClassSession, Mark.mark, Mark.minutes, Mark.source)
        .outerjoin(Mark, and_(Mark.class_session_id == ClassSession.id, Mark.enrolment_id == enrolment.id))
        .where(ClassSession.activity_id == enrolment.activity_id)
        .order_by(ClassSession.starts_at, ClassSession.number)
    )
    return [OwnMark(*row) for row in db.session.execute(statement)]


def rule_in_force(activity: Activity) -> Rule:
    """Return what an activity asks for now: the last rule that was set, else the default of its kind."""
    found = latest_rule(activity.id)
    return rule_of(found) if found else rules.default_rule(activity.kind)


# Asked with every mark, so made once.
_LATEST_RULE = (
    select(CompletionRule)
    .where(CompletionRule.activity_id == bindparam("activity"))
    .order_by(CompletionRule.version.desc())
    .limit(1)
    .execution_options(populate_existing=True)
)


def latest_rule(activity_id: int) -> CompletionRule | None:
    """Return the row of the rule in force, None where nobody needed one yet."""
    return db.session.scalar(_LATEST_RULE, {"activity": activity_id})


def rule_of(row: CompletionRule | Row[Any]) -> Rule:
    """Return a stored rule as plain values."""
    return rules.rule_with(row.minimum_share, row.terms, at_least_one=row.at_least_one, version=row.version)


def rows_at(class_session: ClassSession) -> Select[Enrolment, str, int | None, str, str, int]:
    """Select the lines of a class session's roster, by name."""
    columns = (Mark.mark, Mark.minutes, func.coalesce(Mark.note, ""), Mark.source, func.coalesce(Mark.version, 0))
    return (
        select(Enrolment, *columns)
        .join(Enrolment.person)
        .outerjoin(Mark, _mark_at(class_session))
        .options(contains_eager(Enrolment.person))
        .where(Enrolment.activity_id == class_session.activity_id, Enrolment.state == "confirmed")
        .order_by(Person.name_key, Enrolment.id)
    )


def rows_of(statement: Select[Enrolment, str, int | None, str, str, int]) -> list[RosterRow]:
    """Return the lines that a statement made by `rows_at` finds."""
    return [RosterRow(*row) for row in db.session.execute(statement)]


def _mark_at(class_session: ClassSession) -> ColumnElement[bool]:
    return and_(Mark.enrolment_id == Enrolment.id, Mark.class_session_id == class_session.id)


def within_sight(viewer: Viewer) -> ColumnElement[bool]:
    """Return the condition that someone may see and keep the attendance of an activity."""
    teaches = taught_by(viewer.person_id, institute_day()) if viewer.person_id is not None else false()
    return or_(teaches, managed_by(viewer.divisions)) if viewer.coordinates else teaches
