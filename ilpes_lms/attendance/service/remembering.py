"""What people decided about names and addresses that no verified address tells, for reports and exports alike."""

from sqlalchemy import select

from ilpes_lms.attendance.models import RememberedMatch
from ilpes_lms.core import actor, clock
from ilpes_lms.core.database import db


def remember(activity_id: int, key: str, enrolment_id: int | None) -> None:
    """Keep whose a name or an address is in an activity, or (None) that it is nobody's here."""
    found = db.session.scalar(
        select(RememberedMatch).where(RememberedMatch.activity_id == activity_id, RememberedMatch.key == key)
    )
    if found is None:
        found = RememberedMatch(activity_id=activity_id, key=key)
        db.session.add(found)
    found.enrolment_id, found.decided_by, found.decided_at = enrolment_id, actor.current(), clock.now()
