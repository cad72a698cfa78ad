"""What the learning platform said of participants."""

from collections.abc import Collection

from sqlalchemy import select

from ilpes_lms.attendance.models import PlatformRecord
from ilpes_lms.core.database import db


def platform_records(enrolment_ids: Collection[int]) -> dict[int, PlatformRecord]:
    """Return what the learning platform's last exports say of some enrolments, read afresh."""
    found: dict[int, PlatformRecord] = {}
    ids = sorted(enrolment_ids)
    for start in range(0, len(ids), 1000):
        statement = select(PlatformRecord).where(PlatformRecord.enrolment_id.in_(ids[start : start + 1000]))
        rows = db.session.scalars(statement.execution_options(populate_existing=True))
        found |= {row.enrolment_id: row for row in rows}
    return found
