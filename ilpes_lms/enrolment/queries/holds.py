"""Places held for addresses not yet confirmed."""

from datetime import datetime

from sqlalchemy import select

from ilpes_lms.core.database import db
from ilpes_lms.enrolment.models import PlaceHold


def hold_of(activity_id: int, address_digest: str) -> PlaceHold | None:
    """Return the place held for an address in an activity, lapsed or not, read afresh."""
    statement = select(PlaceHold).where(
        PlaceHold.activity_id == activity_id, PlaceHold.address_digest == address_digest
    )
    return db.session.scalar(statement.execution_options(populate_existing=True))


def with_lapsed_holds(now: datetime) -> list[int]:
    """Return the activities where places were held until a time that has passed."""
    return sorted(db.session.scalars(select(PlaceHold.activity_id).where(PlaceHold.expires_at <= now).distinct()))
