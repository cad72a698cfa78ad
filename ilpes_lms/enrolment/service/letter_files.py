"""The files that people choose for applications: kept, held while they are sent, deleted when nobody sent them.

Each deed locks the file's row first, in the order of keys, so that no file goes while somebody sends it.
"""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from ilpes_lms.core import clock, files
from ilpes_lms.core.database import db, savepoint, transaction
from ilpes_lms.enrolment import queries
from ilpes_lms.enrolment.errors import FileGone
from ilpes_lms.enrolment.models import KeptLetter


def keep(contents: Collection[bytes]) -> list[str]:
    """Keep files; return their keys."""
    for key in sorted({files.key_of(content) for content in contents}):
        _locked(key).kept_at = clock.now()
    return [files.keep(content) for content in contents]


def hold(sent: Mapping[str, str]) -> None:
    """Let no file go that is sent now; `sent` are the inputs by keys. Raises FileGone if one has gone already."""
    for key, field in sorted(sent.items()):
        _locked(key)
        if not files.is_kept(key):
            raise FileGone(field=field)


def forget_unsent(before: datetime) -> int:
    """Delete some files last chosen before a moment that no application and no draft holds; return how many went."""
    return sum(_forget(key, before) for key in queries.unsent_letters(before))


@transaction
def _forget(key: str, before: datetime) -> bool:
    row = _row(key)
    # Read again under the lock: somebody may have sent it, or chosen it anew, since.
    if row is None or key not in queries.unsent_letters(before, key=key):
        return False
    db.session.delete(row)
    db.session.flush()
    return files.forget_unless_needed(key)


def _locked(key: str) -> KeptLetter:
    row = _row(key)
    if row is not None:
        return row
    try:
        with savepoint() as session:
            session.add(KeptLetter(file_key=key, kept_at=clock.now()))
            session.flush()
    except IntegrityError:
        if _row(key) is None:
            raise
    return _row(key) or _locked(key)


def _row(key: str) -> KeptLetter | None:
    wanted = select(KeptLetter).where(KeptLetter.file_key == key).with_for_update()
    return db.session.scalar(wanted.execution_options(populate_existing=True))
