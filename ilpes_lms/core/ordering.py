"""Rows that people put into an order: numbered from 1, and no two of one list have the same number."""

from collections.abc import Sequence
from typing import Literal, Protocol

from ilpes_lms.core.database import db

Direction = Literal["up", "down"]


class Numbered(Protocol):
    """A row that has its place in a list."""

    number: int


def next_number(rows: Sequence[Numbered]) -> int:
    """Return the number of a row that is put at the end."""
    return max((row.number for row in rows), default=0) + 1


def move(rows: Sequence[Numbered], row: Numbered, direction: Direction) -> None:
    """Let a row change places with its neighbour among these, which are in order; at the end of the list it stays."""
    here = rows.index(row)
    there = here + (1 if direction == "down" else -1)
    if 0 <= there < len(rows):
        _swap(row, rows[there])


def _swap(first: Numbered, second: Numbered) -> None:
    # The database holds the numbers of a list apart at every moment, so one of the two steps aside first.
    before, after = first.number, second.number
    for row, number in ((first, -before), (second, before), (first, after)):
        row.number = number
        db.session.flush()
