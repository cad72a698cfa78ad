"""A meeting platform's report about a class session: read, applied, and with something left for people to decide."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from ilpes_lms.attendance import service as attendance
from ilpes_lms.catalogue.models import Activity, ClassSession
from ilpes_lms.core import clock
from ilpes_lms.demo.service.marks import over_without_marks
from ilpes_lms.enrolment import queries
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.people import queries as people

_HEADINGS = ("Name (original name)", "Email", "Join time", "Leave time", "Duration (minutes)", "Guest")
_STAYED_AWAY = 2
_WITHOUT_ADDRESS = 2
_LATEST, _EARLIEST_END = 25, 15


def import_report(activity: Activity, plan: Mapping[str, Any]) -> None:
    """Take in a report about an activity's last class session that is over, if the plan says so."""
    over = over_without_marks(activity) if plan.get("reported") else []
    if not over:
        return
    rows = _rows(over[-1], queries.confirmed(activity.id), Random(plan["key"]))  # noqa: S311 - no secret  # nosec B311
    found = attendance.preview_report(class_session_ref=over[-1].public_id, content=_written([_HEADINGS, *rows]))
    attendance.apply_report(import_ref=found.public_id)


def _rows(session: ClassSession, participants: Sequence[Enrolment], chance: Random) -> Iterator[Sequence[str]]:
    """Return who was connected when: most under their address, some by name alone, and a device nobody knows."""
    there = [one.person for one in participants[_STAYED_AWAY:]][::-1]
    for number, person in enumerate(there):
        address = people.address_of(person.id) or "" if number >= _WITHOUT_ADDRESS else ""
        yield _row(session, person.full_name, address, chance)
    yield _row(session, "Sala de reuniones 2", "", chance)


def _row(session: ClassSession, name: str, address: str, chance: Random) -> Sequence[str]:
    joined = session.starts_at + timedelta(minutes=chance.randrange(-5, _LATEST))
    left = session.ends_at - timedelta(minutes=chance.randrange(_EARLIEST_END))
    minutes = int((left - joined).total_seconds() // 60)
    return (name, address, _at(joined, session.zone), _at(left, session.zone), str(minutes), "No")


def _at(moment: datetime, zone: str) -> str:
    return f"{clock.wall_time(moment, zone):%Y-%m-%d %H:%M:%S}"


def _written(rows: Sequence[Sequence[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()
