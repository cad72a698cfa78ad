"""The selection board: applications in any order, page by page, and their balance."""

import base64
import binascii
import json
from collections import Counter
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select, tuple_
from sqlalchemy.orm import contains_eager

from ilpes_lms.core.database import db
from ilpes_lms.core.pagination import BadCursor, Page
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.people.models import Organization, Person

# What is asked of a person counts as at the application; what was copied at confirmation comes first.
_COUNTRY = func.coalesce(Enrolment.country, Person.residence_country, "")
_SEX = func.coalesce(Enrolment.sex, Person.sex)
_KEYS: dict[str, ColumnElement[Any]] = {
    "date": Enrolment.applied_at.expression,
    "name": Person.name_key.expression,
    "state": Enrolment.state.expression,
    "country": _COUNTRY,
    "sex": _SEX,
    "institution": func.coalesce(Organization.name_key, ""),
}
SORTS = tuple(_KEYS)
BOARD_SIZE = 100


def board(
    activity_id: int,
    *,
    sort: str = "date",
    descending: bool = False,
    state: str | None = None,
    cursor: str | None = None,
    size: int = BOARD_SIZE,
) -> Page[Enrolment]:
    """Return a page of an activity's applications with their persons and institutions, sorted by one of SORTS."""
    key = _KEYS[sort] if sort in _KEYS else _KEYS["date"]
    statement = (
        select(Enrolment, key)
        .join(Enrolment.person)
        .outerjoin(Person.organization)
        .options(contains_eager(Enrolment.person).contains_eager(Person.organization))
        .where(Enrolment.activity_id == activity_id)
    )
    if state:
        statement = statement.where(Enrolment.state == state)
    if cursor:
        here, after = tuple_(key, Enrolment.id), tuple_(*_read(cursor, dated=sort == "date"))
        statement = statement.where(here < after if descending else here > after)
    order = (key.desc(), Enrolment.id.desc()) if descending else (key.asc(), Enrolment.id.asc())
    rows = db.session.execute(statement.order_by(*order).limit(size + 1)).all()
    shown = rows[:size]
    following = _write(shown[-1][1], shown[-1][0].id) if len(rows) > size else None
    return Page([row[0] for row in shown], following)


def chosen(activity_id: int, refs: list[str]) -> list[Enrolment]:
    """Return those enrolments of an activity that are named, with their persons, by name; strangers left out."""
    statement = (
        select(Enrolment)
        .join(Enrolment.person)
        .options(contains_eager(Enrolment.person))
        .where(Enrolment.activity_id == activity_id, Enrolment.public_id.in_(refs))
        .order_by(Person.name_key, Enrolment.id)
    )
    return list(db.session.scalars(statement))


def balance(activity_id: int) -> dict[str, Counter[str]]:
    """Return how many of each sex stand in each state of an activity."""
    rows = db.session.execute(
        select(Enrolment.state, _SEX, func.count())
        .join(Enrolment.person)
        .where(Enrolment.activity_id == activity_id)
        .group_by(Enrolment.state, _SEX)
    )
    found: dict[str, Counter[str]] = {}
    for state, sex, number in rows:
        found.setdefault(state, Counter())[sex] += number
    return found


def _write(value: Any, number: int) -> str:
    plain = value.isoformat() if isinstance(value, datetime) else value
    return base64.urlsafe_b64encode(json.dumps([plain, number]).encode()).decode().rstrip("=")


def _read(cursor: str, *, dated: bool) -> tuple[Any, int]:
    try:
        value, number = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(value, str) or not isinstance(number, int):
            raise BadCursor(field="cursor")
        return datetime.fromisoformat(value) if dated else value, number
    except (ValueError, TypeError, binascii.Error) as error:
        raise BadCursor(field="cursor") from error
