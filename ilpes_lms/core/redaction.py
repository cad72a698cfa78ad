"""Take words out of what is stored, wherever somebody wrote them."""

import json
import re
from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import ColumnElement, Text, cast, func, or_, select

from ilpes_lms.core.database import Model, db

NOBODY = "—"


def redacted(value: Any, words: Collection[str]) -> Any:
    """Return a text, or a list or map of texts, with a dash in place of each of these words, in whatever case."""
    if isinstance(value, str):
        return _pattern(words).sub(NOBODY, value) if words else value
    if isinstance(value, dict):
        return {redacted(name, words): redacted(part, words) for name, part in value.items()}
    return [redacted(part, words) for part in value] if isinstance(value, list) else value


def redact(model: type[Model], names: Iterable[str], words: Collection[str]) -> int:
    """Take words out of columns of a table, in the open transaction; return how many rows had one."""
    names = tuple(names)
    found = list(db.session.scalars(select(model).where(_mentioned(model, names, words)).order_by(model.id)))
    changed = 0
    for row in found:
        now = {name: redacted(getattr(row, name), words) for name in names}
        changed += any(getattr(row, name) != value for name, value in now.items())
        for name, value in now.items():
            setattr(row, name, value)
    return changed


def _mentioned(model: type[Model], names: Iterable[str], words: Collection[str]) -> ColumnElement[bool]:
    # JSON is stored with or without escapes, as the database likes.
    forms = {form.lower() for word in words for form in (word, json.dumps(word)[1:-1])}
    columns = [func.lower(cast(getattr(model, name), Text)) for name in names]
    # SQLite lowers ASCII alone, so what else is in a word is left to match anything.
    return or_(*(column.like(_loosened(form), escape="\\") for column in columns for form in sorted(forms)))


def _loosened(form: str) -> str:
    shown = "".join(c if c.isascii() else "_" for c in form)
    return "%" + re.sub(r"([\\%])", r"\\\1", shown) + "%"


def _pattern(words: Collection[str]) -> re.Pattern[str]:
    longest_first = sorted(words, key=len, reverse=True)
    return re.compile("|".join(rf"(?<!\w){re.escape(word)}(?!\w)" for word in longest_first), re.IGNORECASE)
