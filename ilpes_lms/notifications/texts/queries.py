"""Which text is in force, and which were."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, select, tuple_

from ilpes_lms.core.database import db
from ilpes_lms.notifications.texts.errors import NoSuchVersion
from ilpes_lms.notifications.texts.models import MessageText
from ilpes_lms.notifications.texts.rules import Version


def newest(kind: str, language: str) -> MessageText | None:
    """Return the version in force, None where nobody ever wrote another than the code's."""
    return db.session.scalar(_of(kind, language).limit(1))


def versions(kind: str, language: str) -> Sequence[MessageText]:
    """Return all versions but the code's, newest first."""
    return db.session.scalars(_of(kind, language)).all()


def version(kind: str, language: str, number: int) -> MessageText:
    """Return one version; raises NoSuchVersion."""
    found = db.session.scalar(_of(kind, language).where(MessageText.version == number))
    if found is None:
        raise NoSuchVersion
    return found


def all_newest() -> dict[tuple[str, str], MessageText]:
    """Return the versions in force by kind and language, in one statement."""
    rows = db.session.scalars(select(MessageText).where(_is_newest()))
    return {(row.kind, row.language): row for row in rows}


def all_in_force() -> dict[tuple[str, str], Version]:
    """Return what the versions in force say, as values that outlive the transaction, in one statement."""
    columns = MessageText.version, MessageText.original, MessageText.subject, MessageText.body
    rows = db.session.execute(select(MessageText.kind, MessageText.language, *columns).where(_is_newest()))
    return {(row.kind, row.language): _Standing(*row[2:]) for row in rows}


@dataclass(frozen=True)
class _Standing:
    version: int
    original: bool
    subject: str
    body: str


def _is_newest() -> ColumnElement[bool]:
    last = select(MessageText.kind, MessageText.language, func.max(MessageText.version)).group_by(
        MessageText.kind, MessageText.language
    )
    return tuple_(MessageText.kind, MessageText.language, MessageText.version).in_(last)


def _of(kind: str, language: str) -> Select[MessageText]:
    return (
        select(MessageText)
        .where(MessageText.kind == kind, MessageText.language == language)
        .order_by(MessageText.version.desc())
    )
