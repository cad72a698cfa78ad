"""What the dashboard answers, by plain GROUP BY over the record: what roll-ups are held against, and timed against.

It shares the conditions of a question on activities and the figures made of sums with the application, and nothing of
the roll-ups.
"""

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, case, cast, func, literal, null, or_, select, true

from ilpes_lms.attendance.models import Outcome
from ilpes_lms.catalogue.models import Activity, Headcount
from ilpes_lms.certificates.models import Certificate
from ilpes_lms.core.database import db
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.people.models import Organization
from ilpes_lms.statistics.dashboard import rules
from ilpes_lms.statistics.dashboard.queries.facts import in_scope
from ilpes_lms.statistics.dashboard.rules import Figures, Question

_CODES = {"women": ("female",), "men": ("male",), "other": ("other",)}
_KEYS = {"country": Enrolment.country, "sector": Enrolment.sector, "organization_id": Enrolment.organization_id}
_MEASURES = ("participations", "completed", "decided", "certificates")


def by_activities(question: Question, key: Any = None) -> dict[Any, Figures]:
    """Return figures by a key of activities, all under None without one."""
    grouped = null() if key is None else key
    people = _people(question).subquery()
    chosen = people.c.activity_id.is_not(None) if question.chooses_people else true()
    counted = (Activity.record == "headcount") & Headcount.id.is_not(None) & literal(not question.chooses_people)
    recorded = or_(Activity.record == "people", counted)
    by_sex = {
        sex: func.coalesce(people.c[f"{sex}_participations"], 0) + case((counted, getattr(Headcount, sex)), else_=0)
        for sex in (*_CODES, "not_stated")
    }
    columns = {
        "activities": func.count().filter(chosen),
        "recorded": func.count().filter(recorded),
        "without_record": func.count().filter(~recorded, literal(not question.chooses_people)),
        "by_headcount": func.count().filter(counted),
        "left_out": func.count().filter(Activity.record != "people", literal(question.chooses_people)),
        "hours": _whole(func.sum(Activity.hours * 100).filter(chosen)),
        "without_hours": func.count().filter(chosen, Activity.hours.is_(None)),
        **{f"{sex}_headcounted": _whole(func.sum(getattr(Headcount, sex)).filter(counted)) for sex in by_sex},
        **{f"{sex}_participations": _whole(func.sum(number)) for sex, number in by_sex.items()},
        **{f"{sex}_hours": _whole(func.sum(Activity.hours * 100 * number)) for sex, number in by_sex.items()},
        **{f"{sex}_{name}": _whole(func.sum(people.c[f"{sex}_{name}"])) for sex in by_sex for name in _MEASURES[1:]},
    }
    statement = (
        select(grouped.label("key"), *[column.label(name) for name, column in columns.items()])
        .select_from(Activity)
        .outerjoin(Headcount, Headcount.activity_id == Activity.id)
        .outerjoin(people, people.c.activity_id == Activity.id)
        .where(in_scope(question))
    )
    return _answered(statement if key is None else statement.group_by(key), question)


def by_people(question: Question, name: str) -> dict[Any, Figures]:
    """Return figures by something that people were."""
    people = _people(question, _KEYS[name]).subquery()
    sexes = (*_CODES, "not_stated")
    nothing = ("without_record", "by_headcount", "left_out", *[f"{sex}_headcounted" for sex in sexes])
    columns = {
        "activities": func.count(),
        "recorded": func.count(),
        "hours": _whole(func.sum(Activity.hours * 100)),
        "without_hours": func.count().filter(Activity.hours.is_(None)),
        **{f"{sex}_hours": _whole(func.sum(Activity.hours * 100 * people.c[f"{sex}_participations"])) for sex in sexes},
        **{f"{sex}_{name}": _whole(func.sum(people.c[f"{sex}_{name}"])) for sex in sexes for name in _MEASURES},
        **{name: literal(0) for name in nothing},
    }
    statement = select(people.c.key.label("key"), *[column.label(name) for name, column in columns.items()])
    joined = statement.join(Activity, Activity.id == people.c.activity_id)
    return _answered(joined.group_by(people.c.key), question)


def _people(question: Question, *keys: Any) -> Select[*tuple[Any, ...]]:
    number = func.count().label("number")
    issued = select(Certificate.enrolment_id, number).where(Certificate.state == "issued")
    certificates = issued.group_by(Certificate.enrolment_id).subquery()
    sexes = {**{sex: Enrolment.sex.in_(codes) for sex, codes in _CODES.items()}, "not_stated": _sex_unknown()}
    counts = [
        count.label(f"{sex}_{name}")
        for sex, of_sex in sexes.items()
        for name, count in {
            "participations": func.count().filter(of_sex),
            "completed": func.count().filter(of_sex, Outcome.result == "completed"),
            "decided": func.count(Outcome.result).filter(of_sex),
            "certificates": _whole(func.sum(certificates.c.number).filter(of_sex)),
        }.items()
    ]
    return (
        select(Enrolment.activity_id, *[key.label("key") for key in keys], *counts)
        .join(Activity, Activity.id == Enrolment.activity_id)
        .outerjoin(Outcome, Outcome.enrolment_id == Enrolment.id)
        .outerjoin(certificates, certificates.c.enrolment_id == Enrolment.id)
        .where(Enrolment.state == "confirmed", in_scope(question), *_chosen(question))
        .group_by(Enrolment.activity_id, *keys)
    )


def _chosen(question: Question) -> list[ColumnElement[bool]]:
    refs = select(Organization.id).where(Organization.public_id.in_(question.institutions))
    asked = [
        (Enrolment.country, question.countries, question.countries),
        (Enrolment.sector, question.sectors, question.sectors),
        (Enrolment.organization_id, question.institutions, refs),
    ]
    return [
        or_(column.in_(among), column.is_(None)) if "" in values else column.in_(among)
        for column, values, among in asked
        if values
    ]


def _sex_unknown() -> ColumnElement[bool]:
    return or_(Enrolment.sex.is_(None), Enrolment.sex == "not_stated")


def _whole(column: ColumnElement[Any]) -> ColumnElement[int]:
    return cast(func.coalesce(func.round(column), 0), BigInteger)


def _answered(statement: Select[*tuple[Any, ...]], question: Question) -> dict[Any, Figures]:
    found = db.session.execute(statement)
    return {row.key or None: rules.figures(row._asdict(), question.sexes) for row in found}
