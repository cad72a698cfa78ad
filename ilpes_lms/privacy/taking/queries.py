"""Archives of one's own data."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, or_, select

from ilpes_lms.core import clock
from ilpes_lms.core.database import UTCDateTime, db
from ilpes_lms.core.errors import NotFound
from ilpes_lms.privacy.retention.models import DisuseNotice
from ilpes_lms.privacy.taking import rules
from ilpes_lms.privacy.taking.models import DataArchive


def newest(person_id: int) -> DataArchive | None:
    """Return what somebody asked for last, as far as it is still kept."""
    found = select(DataArchive).where(DataArchive.person_id == person_id).order_by(DataArchive.id.desc()).limit(1)
    return db.session.scalar(found.execution_options(populate_existing=True))


def own(person_id: int, ref: str) -> DataArchive:
    """Return one of somebody's archives; raises NotFound."""
    found = select(DataArchive).where(DataArchive.person_id == person_id, DataArchive.public_id == ref)
    archive = db.session.scalar(found.execution_options(populate_existing=True))
    if archive is None:
        raise NotFound
    return archive


def is_ready(ref: str) -> bool:
    """Tell whether an archive can be fetched."""
    return db.session.scalar(select(DataArchive.state).where(DataArchive.public_id == ref)) == rules.READY


def waiting() -> list[str]:
    """Return the archives that nobody makes, the first asked for first."""
    free = or_(DataArchive.lease_until.is_(None), DataArchive.lease_until < clock.now())
    found = select(DataArchive.public_id).where(DataArchive.state.in_(rules.UNDER_WAY), free)
    return list(db.session.scalars(found.order_by(DataArchive.id)))


def old(before: datetime) -> Select[int, datetime]:
    """Find the archives that were finished, or given up, before a moment."""
    ended: ColumnElement[datetime] = func.coalesce(DataArchive.ended_at, DataArchive.asked_at, type_=UTCDateTime())
    found = select(DataArchive.id, ended.label("since"))
    return found.where(DataArchive.state.not_in(rules.UNDER_WAY), ended < before)


def export_privacy(person_id: int) -> dict[str, Any]:
    """Return the files that somebody asked for, and that they were told of an account nobody uses."""
    mine = select(DataArchive).where(DataArchive.person_id == person_id).order_by(DataArchive.id)
    told = select(DisuseNotice).where(DisuseNotice.person_id == person_id)
    return {
        "archives": [_plain(one) for one in db.session.scalars(mine)],
        "disuse": [{"sent_at": one.told_at} for one in db.session.scalars(told)],
    }


ARCHIVES = select(DataArchive.file_key)


def is_needed(key: str) -> bool:
    """Tell whether an archive is kept under a key."""
    return bool(db.session.scalar(select(exists().where(DataArchive.file_key == key))))


def _plain(found: DataArchive) -> dict[str, Any]:
    return {"id": found.public_id, "asked_at": found.asked_at, "ended_at": found.ended_at}
