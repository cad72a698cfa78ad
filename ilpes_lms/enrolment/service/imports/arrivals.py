"""Many people arrive in an activity at once: what `steps.take` does for one, in statements of many rows.

The same table allows the step, the same constraints refuse what must not be, and everyone has their first step of
history. The record of deeds has the import as one deed (ADR 15).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, insert, select

from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core import actor, clock
from ilpes_lms.core.database import db
from ilpes_lms.core.ids import public_id
from ilpes_lms.enrolment import rules
from ilpes_lms.enrolment.models import Enrolment, EnrolmentChange
from ilpes_lms.enrolment.rules import imports as list_rules
from ilpes_lms.enrolment.rules.imports import Listed
from ilpes_lms.people.models import Organization

_ENROLMENTS = Enrolment.metadata.tables[Enrolment.__tablename__]
_CHANGES = EnrolmentChange.metadata.tables[EnrolmentChange.__tablename__]

_FIRST_STEPS = select(
    _ENROLMENTS.c.public_id, _ENROLMENTS.c.person_id, _CHANGES.c.id.label("change_id"), _ENROLMENTS.c.id
).join(_CHANGES, _CHANGES.c.enrolment_id == _ENROLMENTS.c.id)


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody of a list, the number of their person, where they work if that is known, and their place."""

    listed: Listed
    person_id: int
    organization: Organization | None
    place_number: int


@dataclass(frozen=True, slots=True)
class Arrived:
    """What a letter about an arrival refers to."""

    enrolment_ref: str
    person_id: int
    change_id: int
    enrolment_id: int


def arrive(activity: Activity, arrivals: Sequence[Arrival], *, reason: str = list_rules.IMPORTED) -> list[Arrived]:
    """Confirm people who had no standing in an activity whose lock is held; say of each what was written."""
    if not arrivals:
        return []
    rules.check_step(None, "confirmed", rules.COORDINATOR)
    rows = [_enrolment(activity, arrival) for arrival in arrivals]
    connection = db.session.connection()
    connection.execute(insert(_ENROLMENTS), rows)
    persons = [row["person_id"] for row in rows]
    here = and_(_ENROLMENTS.c.activity_id == activity.id, _ENROLMENTS.c.person_id.in_(persons))
    numbers = list(connection.scalars(select(_ENROLMENTS.c.id).where(here)))
    connection.execute(insert(_CHANGES), [_first_step(number, reason) for number in numbers])
    found = connection.execute(_FIRST_STEPS.where(here)).all()
    arrived = {row.person_id: Arrived(row.public_id, row.person_id, row.change_id, row.id) for row in found}
    return [arrived[person] for person in persons]


def _enrolment(activity: Activity, arrival: Arrival) -> dict[str, Any]:
    listed, organization, now = arrival.listed, arrival.organization, clock.now()
    return {
        "public_id": public_id(), "activity_id": activity.id, "activity_record": activity.record,
        "person_id": arrival.person_id, "state": "confirmed", "place_number": arrival.place_number,
        "applied_at": now, "confirmed_at": now, "sex": listed.sex, "country": listed.country,
        "sector": listed.sector or (organization.sector if organization else None),
        "organization_name": (organization.name if organization else listed.institution) or None,
        "organization_id": organization.id if organization else None,
        "organization_country": organization.country if organization else listed.institution_country,
        "position_held": listed.position or None,
    }  # fmt: skip


def _first_step(enrolment_id: int, reason: str) -> dict[str, Any]:
    return {
        "enrolment_id": enrolment_id, "from_state": None, "to_state": "confirmed", "at": clock.now(),
        "actor": actor.current(), "reason": reason,
    }  # fmt: skip
