"""The selection board: which applications match, in which order, page by page, with what reviewers said."""

import base64
import binascii
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import CTE, ColumnElement, Row, Select, and_, case, exists, func, or_, select, tuple_
from sqlalchemy.orm import contains_eager, selectinload

from ilpes_lms.core.database import db
from ilpes_lms.core.errors import NotFound
from ilpes_lms.core.pagination import BadCursor
from ilpes_lms.core.text import fold
from ilpes_lms.enrolment.models import ConflictOfInterest, Enrolment, Review
from ilpes_lms.enrolment.queries.reviews import not_judged_by, scores
from ilpes_lms.enrolment.rules import STATES, Fact
from ilpes_lms.people.models import Organization, Person
from ilpes_lms.people.vocabularies import sectors, sexes

# What was copied at application comes first; where nothing was, what is known of the person now.
_COUNTRY = func.coalesce(Enrolment.country, Person.residence_country, "")
_SEX = func.coalesce(Enrolment.sex, Person.sex)
_SECTOR = func.coalesce(Enrolment.sector, Person.sector, Organization.sector, "")
_INSTITUTION = func.coalesce(Enrolment.organization_name, Organization.name, Person.organization_text)
_WORKPLACE = Organization.id == func.coalesce(Enrolment.organization_id, Person.organization_id)
SORTS = ("name", "state", "country", "sex", "institution", "sector", "date", "score", "reviews")
# Those that are known by what they are called in the reader's language are told by a number instead.
_NUMBERED = frozenset({"state", "country", "sex", "sector", "score", "reviews"})
BOARD_SIZE = 100
_UNSCORED = -1
# What fits the smallest number a database keeps.
_LARGEST = 2**31 - 1


@dataclass(frozen=True)
class BoardFilter:
    """Which applications of an activity are asked for; None or empty asks for all."""

    state: str | None = None
    country: str | None = None
    sex: str | None = None
    sector: str | None = None
    text: str = ""
    not_reviewed_by: int | None = None
    score: int | None = None


@dataclass(frozen=True)
class Order:
    """How the board is sorted; `countries` is how their names sort in the reader's language."""

    sort: str = "date"
    descending: bool = False
    countries: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Applicant:
    """One line of the board. `average` is in hundredths; `score` and `conflict` are the reader's own."""

    enrolment: Enrolment
    sex: str
    country: str | None
    sector: str | None
    institution: str
    average: int | None = None
    reviews: int = 0
    score: int | None = None
    conflict: bool = False
    conflicts: int = 0


@dataclass(frozen=True)
class BoardPage:
    """Some lines of the board, and the cursor of what follows them (None at the end)."""

    items: list[Applicant]
    next_cursor: str | None


def board(
    activity_id: int,
    asked: BoardFilter | None = None,
    order: Order | None = None,
    *,
    reader: int | None = None,
    cursor: str | None = None,
    skip: int = 0,
    size: int = BOARD_SIZE,
) -> BoardPage:
    """Return some of an activity's applications, those after a cursor or after the first so many.

    `reader` is the reviewer whose own score and conflict are shown. A program that reads all goes by cursor, so that
    nobody is left out; people turn to numbered pages.
    """
    asked, order = asked or BoardFilter(), order or Order()
    scored = scores(activity_id)
    key = _key(order, scored)
    statement = _matching(_lines(activity_id, scored, key, reader), asked, scored)
    if cursor:
        value, number = _read(cursor, order.sort)
        here, after = tuple_(key, Enrolment.id), tuple_(value, number)
        statement = statement.where(here < after if order.descending else here > after)
    rows = db.session.execute(_ordered(statement, key, order).offset(skip).limit(size + 1)).all()
    shown = rows[:size]
    following = _write(shown[-1].key, shown[-1].Enrolment.id) if len(rows) > size else None
    return BoardPage([_applicant(row) for row in shown], following)


def everyone(
    activity_id: int, asked: BoardFilter | None = None, order: Order | None = None, *, reader: int | None = None
) -> list[Applicant]:
    """Return all applications that match, for a file."""
    asked, order = asked or BoardFilter(), order or Order()
    scored = scores(activity_id)
    key = _key(order, scored)
    statement = _matching(_lines(activity_id, scored, key, reader), asked, scored)
    return [_applicant(row) for row in db.session.execute(_ordered(statement, key, order))]


def applicant(activity_id: int, ref: str) -> Applicant:
    """Return one application of an activity with its history; raises NotFound."""
    scored = scores(activity_id)
    statement = _lines(activity_id, scored, _key(Order(), scored), None).where(Enrolment.public_id == ref)
    row = db.session.execute(statement.options(selectinload(Enrolment.changes))).first()
    if row is None:
        raise NotFound
    return _applicant(row)


def matching_refs(activity_id: int, asked: BoardFilter) -> list[str]:
    """Return who matches, the best average first, then who applied first: so the last places go to the best."""
    scored = scores(activity_id)
    key = _key(Order("score"), scored)
    statement = _matching(_joined(select(Enrolment.public_id), activity_id, scored), asked, scored)
    return list(db.session.scalars(statement.order_by(key.desc(), Enrolment.applied_at, Enrolment.id)))


def number_matching(activity_id: int, asked: BoardFilter) -> int:
    """Return how many applications match."""
    scored = scores(activity_id)
    return db.session.scalar(_matching(_joined(select(func.count()), activity_id, scored), asked, scored)) or 0


def facts(activity_id: int) -> list[Fact]:
    """Return what balance and filters ask of all applications of an activity."""
    statement = (
        select(
            Enrolment.public_id, Enrolment.state, _SEX, func.nullif(_COUNTRY, ""), func.nullif(_SECTOR, ""),
            func.nullif(_INSTITUTION, ""),
        )
        .join(Enrolment.person)
        .outerjoin(Organization, _WORKPLACE)
        .where(Enrolment.activity_id == activity_id)
    )  # fmt: skip
    return [Fact(*row) for row in db.session.execute(statement)]


def chosen(activity_id: int, refs: Iterable[str]) -> dict[str, Enrolment]:
    """Return those enrolments of an activity that are named, with their persons; strangers left out."""
    statement = (
        select(Enrolment)
        .join(Enrolment.person)
        .options(contains_eager(Enrolment.person))
        .where(Enrolment.activity_id == activity_id, Enrolment.public_id.in_(list(refs)))
    )
    return {enrolment.public_id: enrolment for enrolment in db.session.scalars(statement)}


def next_to_review(activity_id: int, reader: int, after: Enrolment) -> str | None:
    """Return the application to judge next: the one that came after this one, else the first of all."""
    statement = (
        select(Enrolment.public_id)
        .where(Enrolment.activity_id == activity_id, Enrolment.state == "applied", Enrolment.id != after.id)
        .where(not_judged_by(reader))
        .order_by(case((Enrolment.id > after.id, 0), else_=1), Enrolment.id)
        .limit(1)
    )
    return db.session.scalar(statement)


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


def _lines(activity_id: int, scored: CTE, key: ColumnElement[Any], reader: int | None) -> Select[Any]:
    mine = and_(Review.enrolment_id == Enrolment.id, Review.reviewer_id == reader)
    conflicts = select(func.count()).where(ConflictOfInterest.enrolment_id == Enrolment.id)
    own = exists().where(ConflictOfInterest.enrolment_id == Enrolment.id, ConflictOfInterest.reviewer_id == reader)
    statement = select(
        Enrolment, key.label("key"), _SEX.label("sex"), _COUNTRY.label("country"), _SECTOR.label("sector"),
        _INSTITUTION.label("institution"), scored.c.average, scored.c.number, Review.score.label("score"),
        own.label("own"), conflicts.scalar_subquery().label("conflicts"),
    )  # fmt: skip
    joined = _joined(statement, activity_id, scored).outerjoin(Review, mine)
    return joined.options(contains_eager(Enrolment.person))


def _joined(statement: Select[Any], activity_id: int, scored: CTE) -> Select[Any]:
    return (
        statement.select_from(Enrolment)
        .join(Person, Person.id == Enrolment.person_id)
        .outerjoin(Organization, _WORKPLACE)
        .outerjoin(scored, scored.c.enrolment_id == Enrolment.id)
        .where(Enrolment.activity_id == activity_id)
    )


def _matching(statement: Select[Any], asked: BoardFilter, scored: CTE) -> Select[Any]:
    exact = {Enrolment.state: asked.state, _COUNTRY: asked.country, _SEX: asked.sex, _SECTOR: asked.sector}
    statement = statement.where(*(column == value for column, value in exact.items() if value))
    statement = statement.where(*(_having(word) for word in fold(asked.text).split()))
    if asked.not_reviewed_by is not None:
        statement = statement.where(not_judged_by(asked.not_reviewed_by))
    if asked.score is not None:
        statement = statement.where(scored.c.average >= asked.score * 100)
    return statement


def _having(word: str) -> ColumnElement[bool]:
    # Of an institution that is no entry of the list only the name as typed is known, which keeps its accents.
    return or_(
        Person.name_key.contains(word, autoescape=True),
        Organization.name_key.contains(word, autoescape=True),
        func.lower(_INSTITUTION).contains(word, autoescape=True),
    )


def _key(order: Order, scored: CTE) -> ColumnElement[Any]:
    keys: dict[str, ColumnElement[Any]] = {
        "name": Person.name_key.expression,
        "institution": func.coalesce(Organization.name_key, func.lower(_INSTITUTION), ""),
        "date": Enrolment.applied_at.expression,
        "state": _place_in(Enrolment.state.expression, STATES),
        "country": _place_in(_COUNTRY, order.countries),
        "sex": _place_in(_SEX, sexes.CODES),
        "sector": _place_in(_SECTOR, sectors.CODES),
        "score": func.coalesce(scored.c.average, _UNSCORED),
        "reviews": func.coalesce(scored.c.number, 0),
    }
    return keys.get(order.sort, keys["date"])


def _place_in(column: ColumnElement[Any], codes: Sequence[str]) -> ColumnElement[int]:
    return case({code: place for place, code in enumerate(codes)}, value=column, else_=len(codes))


def _ordered(statement: Select[Any], key: ColumnElement[Any], order: Order) -> Select[Any]:
    if order.descending:
        return statement.order_by(key.desc(), Enrolment.id.desc())
    return statement.order_by(key.asc(), Enrolment.id.asc())


def _applicant(row: Row[Any]) -> Applicant:
    return Applicant(
        enrolment=row.Enrolment, sex=row.sex, country=row.country or None, sector=row.sector or None,
        institution=row.institution or "", average=row.average, reviews=row.number or 0, score=row.score,
        conflict=bool(row.own), conflicts=row.conflicts,
    )  # fmt: skip


def _write(value: Any, number: int) -> str:
    plain = value.isoformat() if isinstance(value, datetime) else value
    return base64.urlsafe_b64encode(json.dumps([plain, number]).encode()).decode().rstrip("=")


def _read(cursor: str, sort: str) -> tuple[Any, int]:
    try:
        value, number = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        numbers = (number, value) if sort in _NUMBERED else (number,)
        if any(type(one) is not int or abs(one) > _LARGEST for one in numbers):
            raise BadCursor(field="cursor")
        return _typed(value, sort), number
    except (ValueError, TypeError, binascii.Error) as error:
        raise BadCursor(field="cursor") from error


def _typed(value: Any, sort: str) -> Any:
    if sort in _NUMBERED:
        return value
    if not isinstance(value, str):
        raise BadCursor(field="cursor")
    return value if sort in ("name", "institution") else datetime.fromisoformat(value)
