"""What a dashboard shows: each question one statement, grouped by what a table has a line for."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import and_, func, literal, null, select, union_all

from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core.database import db
from ilpes_lms.core.pagination import Page, page_of_rows
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.people.models import Organization
from ilpes_lms.statistics import rules as statistics
from ilpes_lms.statistics.dashboard import rules
from ilpes_lms.statistics.dashboard.queries import facts, sums
from ilpes_lms.statistics.dashboard.rules import ActivityFigures, Choices, Figures, Institution, Question
from ilpes_lms.statistics.rules import SEXES, Period

PAGE_SIZE = 20


def totals(question: Question) -> Figures:
    """Return the figures of everything that a question chooses, all but the persons."""
    return sums.answered(db.session.execute(sums.of_all(question, 0)), question)[0]


def by_kind(question: Question) -> dict[str, Figures]:
    """Return the figures of each kind asked for in the order of the annex, of kinds without an activity too."""
    found = _of_activities(question, Activity.kind)
    return {kind: found.get(kind, Figures()) for kind in statistics.KINDS if kind in (question.kinds or (kind,))}


def by_division(question: Question) -> dict[str | None, Figures]:
    """Return the figures of each organizing division that has an activity; None is for those without one."""
    return _of_activities(question, Activity.division)


def by_topic(question: Question) -> dict[str, Figures]:
    """Return the figures of each topic. An activity counts under each of its topics, so they add up to more."""
    lines: dict[str, list[Mapping[str, int]]] = {}
    for row in db.session.execute(sums.of_activities(question, facts.TOPICS)):
        for topic in set(json.loads(row.key)):
            lines.setdefault(topic, []).append(row._asdict())
    return {topic: rules.figures(rules.added(found), question.sexes) for topic, found in sorted(lines.items())}


def trend(question: Question, periods: Sequence[Period]) -> dict[Period, Figures]:
    """Return the figures of each of some periods in place of the question's own; they may overlap, as activities do."""
    if not periods:
        return {}
    asked = [sums.of_all(replace(question, period=period), place) for place, period in enumerate(periods)]
    found = sums.answered(db.session.execute(union_all(*asked)), question)
    return {period: found[place] for place, period in enumerate(periods)}


def by_country(question: Question) -> dict[str | None, Figures]:
    """Return the figures of participants' countries of residence, of activities on record by people."""
    return _of_people(question, "country")


def by_sector(question: Question) -> dict[str | None, Figures]:
    """Return the figures of participants' sectors, of activities on record by people."""
    return _of_people(question, "sector")


def by_institution(question: Question, cursor: str | None = None, size: int = PAGE_SIZE) -> Page[Institution]:
    """Return a page of the institutions, those with most of the participations asked for first."""
    found = sums.of_people(question, "organization_id").subquery()
    number = sum((found.c[f"{sex}_participations"] for sex in question.sexes or SEXES), literal(0))
    rows = (
        select(found, Organization.public_id, Organization.name, Organization.country)
        .add_columns(number.label("number"))
        .outerjoin(Organization, Organization.id == found.c.key)
        .subquery()
    )
    page = page_of_rows(rows, keys=("number", "key"), cursor=cursor, size=size, descending=True)
    items = [
        Institution(row.public_id, row.name, row.country, rules.figures(row._asdict(), question.sexes))
        for row in page.items
    ]
    return Page(items, page.next_cursor)


def activities(question: Question, cursor: str | None = None, size: int = PAGE_SIZE) -> Page[ActivityFigures]:
    """Return a page of the activities behind a question's figures with the part of each, newest first."""
    found = sums.of_activities(question, Activity.id).subquery()
    shown = (
        Activity.id, Activity.public_id, Activity.titles, Activity.languages, Activity.kind, Activity.starts_on,
        Activity.ends_on, Activity.start_precision, Activity.end_precision, Activity.hours.label("training_hours"),
    )  # fmt: skip
    rows = select(*shown, found).join(found, found.c.key == Activity.id).where(found.c.activities > 0).subquery()
    page = page_of_rows(rows, keys=("starts_on", "id"), cursor=cursor, size=size, descending=True)
    return Page([_activity(row, question) for row in page.items], page.next_cursor)


def persons(question: Question) -> dict[str | None, int | None]:
    """Return how many distinct persons took part: by kind, and all under None.

    Of activities on record by people only; None where there is no such activity. One who took part in activities of two
    kinds counts in both, and once in all.
    """
    took_part = and_(Enrolment.activity_id == Activity.id, Enrolment.state == "confirmed", facts.chosen(question))
    pairs = (
        select(Activity.kind.label("kind"), Enrolment.person_id.label("person_id"))
        .select_from(Activity)
        .outerjoin(Enrolment, took_part)
        .where(facts.in_scope(question), Activity.record == "people")
        .distinct()
        .cte("pairs")
    )
    of_kind = select(pairs.c.kind.label("kind"), func.count(pairs.c.person_id)).group_by(pairs.c.kind)
    of_all = select(null(), func.count(func.distinct(pairs.c.person_id))).having(func.count() > 0)
    found: dict[str | None, int] = dict(db.session.execute(union_all(of_kind, of_all)).all())
    return {kind: found.get(kind) for kind in (*(question.kinds or statistics.KINDS), None)}


def choices(question: Question) -> Choices:
    """Return the values that occur in a question's period, whatever else it asks for."""
    everything = Question(question.period)
    scope = select(Activity.division, Activity.modality, facts.TOPICS.label("topics"))
    rows = db.session.execute(scope.where(facts.in_scope(everything)).distinct()).all()
    return Choices(
        countries=_largest_first(by_country(everything)), sectors=_largest_first(by_sector(everything)),
        divisions=sorted({row.division for row in rows if row.division}),
        topics=sorted({topic for row in rows for topic in json.loads(row.topics)}),
        modalities=sorted({row.modality for row in rows}),
    )  # fmt: skip


def _of_activities(question: Question, key: facts.Key) -> dict[Any, Figures]:
    return sums.answered(db.session.execute(sums.of_activities(question, key)), question)


def _of_people(question: Question, key: str) -> dict[str | None, Figures]:
    found = sums.answered(db.session.execute(sums.of_people(question, key)), question)
    return {value or None: figures for value, figures in found.items()}


def _largest_first(found: Mapping[str | None, Figures]) -> list[str]:
    sizes = {key: figures.participations or 0 for key, figures in found.items() if key}
    return sorted(sizes, key=lambda key: (-sizes[key], key))


def _activity(row: Any, question: Question) -> ActivityFigures:
    return ActivityFigures(
        ref=row.public_id, title=statistics.title_of(row.titles, row.languages), kind=row.kind,
        starts_on=row.starts_on, ends_on=row.ends_on, start_precision=row.start_precision,
        end_precision=row.end_precision, hours=row.training_hours,
        figures=rules.figures(row._asdict(), question.sexes),
    )  # fmt: skip
