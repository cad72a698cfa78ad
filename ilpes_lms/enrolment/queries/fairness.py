"""What place rules are decided from: the rules, who holds places, who would like one, and what was decided."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, case, select
from sqlalchemy.orm import InstrumentedAttribute, joinedload

from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core.database import db
from ilpes_lms.core.text import fold
from ilpes_lms.enrolment.models import Enrolment, PlaceDecision, PlaceRule
from ilpes_lms.enrolment.queries.reviews import scores
from ilpes_lms.enrolment.queries.standings import begins_at
from ilpes_lms.enrolment.rules import HOLDING, Candidate, Held, Rule, Terms, counted, terms_at
from ilpes_lms.people.models import Person

NEWEST_DECISIONS = 50


def place_rules(activity_id: int) -> list[PlaceRule]:
    """Return an activity's place rules with their institutions, in the order they were set."""
    statement = (
        select(PlaceRule)
        .options(joinedload(PlaceRule.organization))
        .where(PlaceRule.activity_id == activity_id)
        .order_by(PlaceRule.id)
    )
    return list(db.session.scalars(statement.execution_options(populate_existing=True)))


def terms(activity: Activity, *, kept: int, now: datetime) -> Terms:
    """Return the rules that stand over an activity's places; what is kept for unconfirmed addresses is taken off."""
    found = place_rules(activity.id)
    begins = begins_at(activity) if any(rule.until is None for rule in found) else None
    capacity = None if activity.capacity is None else max(activity.capacity - kept, 0)
    return terms_at([_plain(rule, begins) for rule in found], capacity, now)


def held(activity_id: int, terms: Terms) -> Held:
    """Count those who hold places of an activity by what the rules ask for."""
    rows = db.session.execute(_people().where(Enrolment.activity_id == activity_id, Enrolment.state.in_(HOLDING)))
    return counted((_candidate(row) for row in rows), terms)


def contenders(activity_id: int, states: Iterable[str]) -> list[Candidate]:
    """Return the people in some states with the average of the reviewers' scores."""
    scored = scores(activity_id)
    statement = (
        _people()
        .add_columns(scored.c.total, scored.c.number)
        .outerjoin(scored, scored.c.enrolment_id == Enrolment.id)
        .where(Enrolment.activity_id == activity_id, Enrolment.state.in_(states))
    )
    return [
        _candidate(row, score=int(row.total) / row.number if row.number else None)
        for row in db.session.execute(statement)
    ]


def in_line(activity_id: int) -> list[Candidate]:
    """Return those who wait, in the order of the waiting list."""
    waits = (Enrolment.activity_id == activity_id, Enrolment.state == "waitlisted")
    rows = db.session.execute(_people().where(*waits).order_by(Enrolment.waiting_position))
    return [_candidate(row) for row in rows]


def candidates(activity_id: int, refs: Collection[str]) -> dict[str, Candidate]:
    """Return some people of an activity as the rules see them, by public id; strangers left out."""
    rows = db.session.execute(
        _people().where(Enrolment.activity_id == activity_id, Enrolment.public_id.in_(refs))
    )  # fmt: skip
    return {row.public_id: _candidate(row) for row in rows}


def newcomer(person: Person, now: datetime) -> Candidate:
    """Return somebody who is about to ask for a place as the rules see them."""
    return Candidate(
        key="", applied_at=now, id=0, country=person.residence_country, sex=person.sex,
        organization=_organization(person.organization_id, person.organization_text),
    )  # fmt: skip


def last_outcome(activity_id: int) -> str | None:
    """Return what came of it when places were last to be passed on."""
    statement = select(PlaceDecision.outcome).where(PlaceDecision.activity_id == activity_id)
    return db.session.scalar(statement.order_by(PlaceDecision.id.desc()).limit(1))


def place_decisions(activity_id: int, *, newest: int = NEWEST_DECISIONS) -> list[PlaceDecision]:
    """Return the newest entries of the log of an activity's places, the newest first."""
    statement = select(PlaceDecision).where(PlaceDecision.activity_id == activity_id)
    return list(db.session.scalars(statement.order_by(PlaceDecision.id.desc()).limit(newest)))


def _plain(rule: PlaceRule, begins: datetime | None) -> Rule:
    return Rule(
        kind=rule.kind, number=rule.number, countries=frozenset(rule.countries), until=rule.until or begins,
        organization=_organization(rule.organization_id, ""), label=rule.organization.name if rule.organization else "",
    )  # fmt: skip


def _people() -> Select[*tuple[Any, ...]]:
    # What was copied at the application counts; who applied before that was kept is taken as they are.
    return select(
        Enrolment.id,
        Enrolment.public_id,
        Enrolment.applied_at,
        _copied(Enrolment.sex, Person.sex).label("sex"),
        _copied(Enrolment.country, Person.residence_country).label("country"),
        _copied(Enrolment.organization_id, Person.organization_id).label("organization_id"),
        _copied(Enrolment.organization_name, Person.organization_text).label("organization_name"),
    ).join(Enrolment.person)


def _copied(copy: InstrumentedAttribute[Any], own: InstrumentedAttribute[Any]) -> ColumnElement[Any]:
    return case((Enrolment.sex.is_(None), own), else_=copy)


def _candidate(row: Row[Any], score: float | None = None) -> Candidate:
    return Candidate(
        key=row.public_id, applied_at=row.applied_at, id=row.id, score=score, country=row.country, sex=row.sex,
        organization=_organization(row.organization_id, row.organization_name),
    )  # fmt: skip


def _organization(number: int | None, name: str | None) -> str | None:
    """Return what tells institutions apart: the one chosen from the list, else what somebody called theirs."""
    if number is not None:
        return f"#{number}"
    return fold(name or "") or None
