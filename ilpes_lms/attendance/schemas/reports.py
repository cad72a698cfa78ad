"""Reports of meeting platforms in JSON."""

from datetime import datetime
from typing import Literal

from flask_babel import gettext
from pydantic import Field

from ilpes_lms.attendance import queries
from ilpes_lms.attendance.models import AttendanceImport, Disagreement, ReportedPerson
from ilpes_lms.attendance.rules import Known
from ilpes_lms.web.api import In, Out, Query


class ReportQuery(Query):
    """Whose clocks a report shows, and from how many minutes somebody counts as present."""

    zone: str | None = Field(None, max_length=64)
    least_minutes: int | None = None


class MatchIn(In):
    """Whose presence a line of a report is; null: nobody's in this activity."""

    enrolment: str | None = Field(max_length=26)


class SettleIn(In):
    """Whether the report's word is taken; otherwise the mark stands."""

    take: bool


class ReportedPersonOut(Out):
    """Somebody in a report, with the minutes within the class session."""

    id: str
    name: str
    original: str
    email: str
    minutes: int
    standing: Literal["matched", "decided", "open", "not_enrolled", "left_out"]
    enrolment: str | None

    @classmethod
    def of(cls, person: ReportedPerson, enrolment_ref: str | None) -> "ReportedPersonOut":
        return cls(
            id=person.public_id, name=person.name, original=person.original, email=person.email,
            minutes=person.minutes, standing=person.standing, enrolment=enrolment_ref,
        )  # fmt: skip


class FaultOut(Out):
    """A row that could not be read."""

    row: int
    message: str
    found: str


class ReportProgressOut(Out):
    """How far a report is applied: so many of all participants that it tells of."""

    state: str
    done: int
    total: int

    @classmethod
    def of(cls, found: AttendanceImport) -> "ReportProgressOut":
        return cls(state=found.state, done=found.done, total=len(queries.enrolments_in(found.id)))


class ReportHeadOut(Out):
    """A report without its people: when it was read, and what became of it."""

    id: str
    platform: str
    state: str
    created_at: datetime
    applied_at: datetime | None
    undone_at: datetime | None

    @classmethod
    def of(cls, found: AttendanceImport) -> "ReportHeadOut":
        return cls(
            id=found.public_id, platform=found.platform, state=found.state, created_at=found.created_at,
            applied_at=found.applied_at, undone_at=found.undone_at,
        )  # fmt: skip


class ReportsOut(Out):
    """The reports of a class session, the newest first."""

    items: list[ReportHeadOut]


class ReportOut(Out):
    """A report as it was read; `effects` counts what applying it does to marks."""

    id: str
    platform: str
    state: str
    zone: str
    least_minutes: int
    created_at: datetime
    applied_at: datetime | None
    done: int
    counts: dict[str, int]
    effects: dict[str, int]
    faults: list[FaultOut]
    people: list[ReportedPersonOut]

    @classmethod
    def of(cls, found: AttendanceImport) -> "ReportOut":
        refs = {known.enrolment_id: known.enrolment_ref for known in _known(found)}
        faults = [
            FaultOut(row=one["row"], message=_in_words(one["message"]), found=one["found"]) for one in found.faults
        ]
        return cls(
            id=found.public_id, platform=found.platform, state=found.state, zone=found.zone,
            least_minutes=found.least_minutes, created_at=found.created_at, applied_at=found.applied_at,
            done=found.done, counts=dict(queries.standings_in(found)), effects=dict(queries.effects_of(found)),
            faults=faults,
            people=[ReportedPersonOut.of(one, refs.get(one.enrolment_id or 0)) for one in found.people],
        )  # fmt: skip


class DisagreementOut(Out):
    """What a report or a check-in (`source`: import, check_in) says against a mark that a person set (`against`)."""

    id: str
    enrolment: str
    source: str
    mark: str
    minutes: int | None
    against: str | None

    @classmethod
    def of(cls, said: Disagreement) -> "DisagreementOut":
        return cls(
            id=said.public_id, enrolment=said.enrolment.public_id, source=said.source, mark=said.mark,
            minutes=said.minutes, against=said.against.mark if said.against else None,
        )  # fmt: skip


class DisagreementsOut(Out):
    """The open disagreements of a class session."""

    items: list[DisagreementOut]


def _known(found: AttendanceImport) -> list[Known]:
    return queries.participants_known(found.class_session.activity_id)


def _in_words(message: str) -> str:
    return str(gettext(message))
