"""Pages of a list by cursor: stable while rows are added, and as quick on the last page as on the first."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeAlias, TypeVar

from sqlalchemy import ColumnElement, Row, Select, Subquery, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from ilpes_lms.core.database import db
from ilpes_lms.core.errors import Invalid
from ilpes_lms.core.text import N_

T = TypeVar("T")
_Key: TypeAlias = InstrumentedAttribute[Any] | ColumnElement[Any]


class BadCursor(Invalid):
    message = N_("This page of the list does not exist. Start again from the first page.")


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some items of a list, and the cursor of what follows them (None at the end)."""

    items: list[T]
    next_cursor: str | None


def page_of(
    statement: Select[T],
    *,
    keys: Sequence[InstrumentedAttribute[Any]],
    cursor: str | None,
    size: int,
    descending: bool = False,
) -> Page[T]:
    """Return the page after a cursor, ordered by `keys`, which must be non-null and unique together."""
    if cursor:
        place = tuple_(*_values(cursor, keys))
        columns = tuple_(*keys)
        statement = statement.where(columns < place if descending else columns > place)
    ordered = statement.order_by(*[key.desc() if descending else key.asc() for key in keys])
    found: list[T] = list(db.session.scalars(ordered.limit(size + 1)).unique())
    items = found[:size]
    return Page(items, _cursor(items[-1], keys) if len(found) > size else None)


def page_of_rows(
    rows: Subquery, *, keys: Sequence[str], cursor: str | None, size: int, descending: bool = False
) -> Page[Row[*tuple[Any, ...]]]:
    """Return the page of computed rows after a cursor, as `page_of` does of stored ones; `keys` are columns' names."""
    columns = [rows.c[key] for key in keys]
    statement = select(rows)
    if cursor:
        place, here = tuple_(*_values(cursor, columns)), tuple_(*columns)
        statement = statement.where(here < place if descending else here > place)
    ordered = statement.order_by(*[column.desc() if descending else column.asc() for column in columns])
    found = list(db.session.execute(ordered.limit(size + 1)))
    items = found[:size]
    return Page(items, _cursor(items[-1], columns) if len(found) > size else None)


def _cursor(item: Any, keys: Sequence[_Key]) -> str:
    values = [_plain(getattr(item, str(key.key))) for key in keys]
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value


def _values(cursor: str, keys: Sequence[_Key]) -> list[Any]:
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(values, list) or len(values) != len(keys):
            raise BadCursor(field="cursor")
        return [_typed(value, key.type.python_type) for value, key in zip(values, keys, strict=True)]
    except (ValueError, TypeError, binascii.Error) as error:
        raise BadCursor(field="cursor") from error


def _typed(value: Any, python_type: type) -> Any:
    if python_type in (datetime, date) and isinstance(value, str):
        return python_type.fromisoformat(value)
    if not isinstance(value, python_type):
        raise BadCursor(field="cursor")
    return value
