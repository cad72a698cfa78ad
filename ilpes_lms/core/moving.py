"""Rows that change their owner: planned as plain values before anything is written, and put back one by one."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Table, and_, select, update
from sqlalchemy.orm import aliased

from ilpes_lms.core.database import Model, db
from ilpes_lms.core.errors import Stale

# What one statement names; databases take no more than some thousands.
_PART = 500


class Move(NamedTuple):
    """One value of one row that becomes another: a link to the owner, or a state."""

    table: str
    row: int
    column: str
    was: Any
    becomes: Any


def pointing(
    model: type[Model], column: str, was: int, becomes: int, *, unless_alike: Sequence[str] | None = None
) -> list[Move]:
    """Return the moves of all rows whose column names one owner to another, in the order of their numbers.

    With `unless_alike`, rows stay of which the other owner has one that is the same in these columns; where none is
    named, any row will do.
    """
    statement = select(model.id).where(getattr(model, column) == was)
    if unless_alike is not None:
        other = aliased(model)
        alike = (getattr(other, name) == getattr(model, name) for name in unless_alike)
        statement = statement.where(~select(other.id).where(getattr(other, column) == becomes, *alike).exists())
    rows = db.session.scalars(statement.order_by(model.id))
    return [Move(model.__tablename__, row, column, was, becomes) for row in rows]


def carry_out(moves: Iterable[Move]) -> None:
    """Write moves in the open unit of work; raises Stale if a value is not what it was when they were planned."""
    for (table, column, was, becomes), rows in _alike(moves).items():
        for some in _parts(rows):
            written = update(table).where(table.c.id.in_(some), _is(table.c[column], was))
            if db.session.execute(written.values({column: becomes})).rowcount != len(some):  # type: ignore[attr-defined]
                raise Stale


def put_back(moves: Iterable[Move]) -> list[Move]:
    """Write the values back that rows had before; return the moves whose rows went, or say something else by now."""
    moves = list(moves)
    standing = _standing(moves)
    backwards = [move for move in reversed(moves) if move in standing]
    carry_out(move._replace(was=move.becomes, becomes=move.was) for move in backwards)
    return [move for move in moves if move not in standing]


def still_there(moves: Iterable[Move]) -> list[Move]:
    """Return the moves whose rows say what they were made to say."""
    moves = list(moves)
    standing = _standing(moves)
    return [move for move in moves if move in standing]


def _standing(moves: Iterable[Move]) -> set[Move]:
    found: set[Move] = set()
    for (table, column, was, becomes), rows in _alike(moves).items():
        for some in _parts(rows):
            there = select(table.c.id).where(table.c.id.in_(some), _is(table.c[column], becomes))
            found |= {Move(table.name, row, column, was, becomes) for row in db.session.scalars(there)}
    return found


def _alike(moves: Iterable[Move]) -> dict[tuple[Table, str, Any, Any], list[int]]:
    grouped: dict[tuple[Table, str, Any, Any], list[int]] = defaultdict(list)
    for move in moves:
        grouped[Model.metadata.tables[move.table], move.column, move.was, move.becomes].append(move.row)
    return grouped


def _parts(rows: Sequence[int]) -> Iterable[Sequence[int]]:
    return (rows[start : start + _PART] for start in range(0, len(rows), _PART))


def _is(column: Any, value: Any) -> ColumnElement[bool]:
    return and_(column.is_(None) if value is None else column == value)
