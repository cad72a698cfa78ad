"""Whom news of an activity concerns."""

from collections.abc import Collection

from sqlalchemy import select

from ilpes_lms.core.database import db
from ilpes_lms.enrolment.models import Enrolment


def reached(activity_id: int, states: Collection[str]) -> list[tuple[str, int]]:
    """Return the people who stand in some states in an activity: the enrolment's ref and the person's id."""
    statement = select(Enrolment.public_id, Enrolment.person_id).where(
        Enrolment.activity_id == activity_id, Enrolment.state.in_(states)
    )
    return [(ref, person_id) for ref, person_id in db.session.execute(statement.order_by(Enrolment.id))]
