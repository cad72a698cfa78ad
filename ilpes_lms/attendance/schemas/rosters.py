"""Attendance as JSON."""

from datetime import datetime
from typing import Any

from ilpes_lms.attendance import queries
from ilpes_lms.attendance.display import in_words
from ilpes_lms.attendance.models import Outcome
from ilpes_lms.attendance.queries import Grid, Line, OwnMark, Roster
from ilpes_lms.attendance.rules import explain
from ilpes_lms.attendance.schemas.marks import RosterRowOut
from ilpes_lms.attendance.schemas.outcomes import RuleOut
from ilpes_lms.attendance.schemas.platform import PlatformRecordOut
from ilpes_lms.catalogue.models import ClassSession
from ilpes_lms.web.api import Out


class ClassSessionOut(Out):
    """A class session, as a moment and as the wall time of its place."""

    id: str
    activity: str
    number: int
    title: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    status: str

    @classmethod
    def of(cls, found: ClassSession, activity_ref: str) -> "ClassSessionOut":
        return cls(
            id=found.public_id, activity=activity_ref, number=found.number, title=found.title,
            starts_at=found.starts_at, ends_at=found.ends_at, zone=found.zone, status=found.status,
        )  # fmt: skip


class RosterOut(Out):
    """A class session's participants and how many have which mark."""

    class_session: ClassSessionOut
    counts: dict[str, int]
    rows: list[RosterRowOut]

    @classmethod
    def of(cls, roster: Roster) -> "RosterOut":
        return cls(
            class_session=ClassSessionOut.of(roster.class_session, roster.class_session.activity.public_id),
            counts=dict(roster.counts),
            rows=[RosterRowOut.of(row) for row in roster.rows],
        )


class OutcomeOut(Out):
    """Where a participant stands, why, and the numbers behind it; without marks there is no record."""

    standing: str
    result: str | None
    reasons: list[str]
    evidence: dict[str, Any] | None
    rule_version: int | None
    hours_earned: float | None
    hours_planned: float | None

    @classmethod
    def of(cls, outcome: Outcome | None) -> "OutcomeOut":
        if outcome is None:
            return cls(
                standing=queries.standing_of(None), result=None, reasons=[], evidence=None, rule_version=None,
                hours_earned=None, hours_planned=None,
            )  # fmt: skip
        hours = outcome.evidence.get("hours") or {}
        return cls(
            standing=queries.standing_of(outcome), result=outcome.result,
            reasons=in_words(explain(outcome.evidence)), evidence=outcome.evidence, rule_version=outcome.rule_version,
            hours_earned=None if outcome.hours_earned is None else float(outcome.hours_earned),
            hours_planned=float(hours["planned"]) if hours else None,
        )  # fmt: skip


class ParticipantOut(Out):
    """A participant with the outcome."""

    enrolment: str
    name: str
    outcome: OutcomeOut

    @classmethod
    def of(cls, line: Line) -> "ParticipantOut":
        found = line.enrolment
        return cls(enrolment=found.public_id, name=found.person.full_name, outcome=OutcomeOut.of(line.outcome))


class OutcomesOut(Out):
    """An activity's rule and where its participants stand."""

    activity: str
    rule: RuleOut
    standings: dict[str, int]
    participants: list[ParticipantOut]

    @classmethod
    def of(cls, grid: Grid) -> "OutcomesOut":
        return cls(
            activity=grid.activity.public_id,
            rule=RuleOut.of(grid.rule),
            standings=dict(grid.standings),
            participants=[ParticipantOut.of(line) for line in grid.lines],
        )


class OwnMarkOut(Out):
    """One class session and one's own mark there, if there is one."""

    class_session: ClassSessionOut
    mark: str | None
    minutes: int | None
    source: str | None

    @classmethod
    def of(cls, own: OwnMark, activity_ref: str) -> "OwnMarkOut":
        found = ClassSessionOut.of(own.class_session, activity_ref)
        return cls(class_session=found, mark=own.mark, minutes=own.minutes, source=own.source)


class OwnAttendanceOut(Out):
    """One's own marks and where one stands."""

    enrolment: str
    rule: RuleOut
    outcome: OutcomeOut
    platform: PlatformRecordOut | None
    marks: list[OwnMarkOut]
