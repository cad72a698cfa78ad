"""Marks that follow reports: whatever changed about a report, its people's marks are made again from all that stand."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select

from ilpes_lms.attendance import queries, rules
from ilpes_lms.attendance.models import Disagreement, Mark
from ilpes_lms.attendance.queries import Presence
from ilpes_lms.attendance.reports import Span, minutes_within
from ilpes_lms.attendance.service.deciding import decide
from ilpes_lms.attendance.service.lines import KeptMark
from ilpes_lms.attendance.service.outcomes import ensure_rule, lock_enrolments, marks_of
from ilpes_lms.catalogue.models import ClassSession
from ilpes_lms.core import actor, clock
from ilpes_lms.core.database import db

_REPORT = "report"


@dataclass(frozen=True, slots=True)
class Said:
    """What all reports of a class session that stand say of one participant."""

    mark: str
    minutes: int
    evidence: dict[str, Any]


def follow(class_session: ClassSession, enrolment_ids: Collection[int]) -> None:
    """Make the marks of some participants what the applied reports of a class session say, and decide outcomes.

    Marks that people set stand; a report that says otherwise is kept as a disagreement.
    """
    ensure_rule(class_session.activity)
    confirmed = lock_enrolments(enrolment_ids)
    presences = queries.presences(class_session.id, confirmed)
    bounds = Span(class_session.starts_at, class_session.ends_at)
    _forget_open_disagreements(class_session, confirmed)
    marks: dict[int, dict[int, Any]] = {one: {**theirs} for one, theirs in marks_of(confirmed).items()}
    now = clock.now()
    for enrolment_id, theirs in marks.items():
        said = _said(presences[enrolment_id], bounds) if enrolment_id in presences else None
        _put(class_session, enrolment_id, theirs, said, now)
    db.session.flush()
    _add_new(class_session, marks)
    decide(class_session.activity, marks)


def _said(found: list[Presence], bounds: Span) -> Said:
    minutes = minutes_within((span for presence in found for span in presence.spans), bounds)
    # The report that was applied last says from when on somebody counts as present.
    newest = found[-1]
    evidence = {_REPORT: newest.import_ref, "platform": newest.platform, "joins": sum(len(p.spans) for p in found)}
    return Said(rules.mark_for(minutes, newest.least_minutes), minutes, evidence)


def _put(
    class_session: ClassSession, enrolment_id: int, theirs: dict[int, Any], said: Said | None, now: datetime
) -> None:
    found: Mark | None = theirs.get(class_session.id)
    if said is None:
        _take_back(class_session, found, theirs)
        return
    what = rules.effect(_plain(found), said.mark, said.minutes)
    if what == "disagree":
        _disagree(class_session, enrolment_id, said, now)
    elif what == "add":
        theirs[class_session.id] = KeptMark.by_report(said.mark, said.minutes, said.evidence, actor.current(), now)
    elif found is not None and what == "renew":
        found.mark, found.minutes, found.evidence = said.mark, said.minutes, said.evidence
        found.marked_by, found.marked_at = actor.current(), now
    elif found is not None and what == "confirm":
        found.minutes, found.evidence = said.minutes, {**found.evidence, **said.evidence}


def _add_new(class_session: ClassSession, marks: Mapping[int, Mapping[int, Any]]) -> None:
    """Write the marks that are new as plain rows: there may be thousands, and nobody needs their numbers back."""
    rows = [
        {"enrolment_id": enrolment_id, "class_session_id": class_session.id, **new.values}
        for enrolment_id, theirs in marks.items()
        if isinstance(new := theirs.get(class_session.id), KeptMark)
    ]
    if rows:
        db.session.connection().execute(insert(Mark.metadata.tables[Mark.__tablename__]), rows)


def _take_back(class_session: ClassSession, found: Mark | None, theirs: dict[int, Any]) -> None:
    if found is None or _REPORT not in found.evidence:
        return
    if found.source == "import":
        del theirs[class_session.id]
        db.session.delete(found)
    elif found.source == "check_in":
        found.minutes = None
        found.evidence = {name: value for name, value in found.evidence.items() if name not in _ADDED}


_ADDED = (_REPORT, "platform", "joins")


def _plain(found: Mark | None) -> Mapping[str, Any] | None:
    return {"mark": found.mark, "minutes": found.minutes, "source": found.source} if found else None


def _forget_open_disagreements(class_session: ClassSession, enrolment_ids: Collection[int]) -> None:
    db.session.execute(
        delete(Disagreement).where(
            Disagreement.class_session_id == class_session.id,
            Disagreement.enrolment_id.in_(enrolment_ids),
            Disagreement.source == "import",
            Disagreement.settled_at.is_(None),
        )
    )


def _disagree(class_session: ClassSession, enrolment_id: int, said: Said, now: datetime) -> None:
    settled = db.session.scalar(
        select(Disagreement).where(
            Disagreement.class_session_id == class_session.id,
            Disagreement.enrolment_id == enrolment_id,
            Disagreement.source == "import",
        )
    )
    if settled is None:
        settled = Disagreement(enrolment_id=enrolment_id, class_session_id=class_session.id, source="import")
        db.session.add(settled)
    elif settled.mark == said.mark:
        return
    settled.mark, settled.minutes, settled.evidence = said.mark, said.minutes, said.evidence
    settled.at, settled.settled_at, settled.settled_by = now, None, None
