"""Reminders of many people collected by one sweep, beside writing the same rows of the outbox, on both databases."""

import time
from datetime import UTC, datetime, timedelta
from datetime import time as hour
from typing import Any

from flask import Flask
from results import Figure
from sqlalchemy import delete, insert, select

from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core import clock
from ilpes_lms.core.database import Model, db, writing
from ilpes_lms.core.ids import public_id
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.notifications.models import Message
from ilpes_lms.people.models import Person
from ilpes_lms.reminders import service

ACTIVITIES, PARTICIPANTS = 200, 100
REMINDERS = ACTIVITIES * PARTICIPANTS
SECONDS = 10
_AT_ONCE = 500
_ZONES = ("America/Santiago", "America/Mexico_City", "America/Sao_Paulo", "America/Bogota")


class NotAll(Exception):
    """Not everybody has one reminder, so the figure would be of nothing."""


def figures(apps: dict[str, Flask], rounds: int) -> list[Figure]:
    """Measure both in turn on each database, and a sweep that finds all written down already."""
    return [figure for name, app in apps.items() for figure in _of_database(name, app, rounds)]


def _of_database(name: str, app: Flask, rounds: int) -> list[Figure]:
    collected = Figure(
        f"{REMINDERS:,} reminders of {ACTIVITIES} activities collected, {name}", "s",
        "writing the same rows through SQLAlchemy Core", most=SECONDS,
    )  # fmt: skip
    quiet = Figure(f"A sweep that finds them all written down, {name}", "s", "the sweep that wrote them", most=1)
    with app.app_context():
        now = _prepare()
        for number in range(rounds + 1):
            swept, again = _swept(now, REMINDERS), _swept(now, 0)
            written = _rewritten()
            if number:
                collected.add(swept, written)
                quiet.add(again, swept)
    return [collected, quiet]


def _swept(now: datetime, expected: int) -> float:
    began = time.perf_counter()
    found = service.collect_due(now)
    if found != expected:
        raise NotAll(f"{found} reminders, not {expected}")
    return time.perf_counter() - began


def _rewritten() -> float:
    """Take the rows away and write them again without asking who should get them; return how long writing takes."""
    table = Model.metadata.tables[Message.__tablename__]
    rows: list[dict[str, Any]] = [dict(row) for row in db.session.execute(select(table)).mappings()]
    db.session.rollback()
    _emptied()
    began = time.perf_counter()
    for first in range(0, len(rows), _AT_ONCE):
        with writing() as session:
            session.connection().execute(insert(table), rows[first : first + _AT_ONCE])
    taken = time.perf_counter() - began
    _emptied()
    return taken


def _emptied() -> None:
    with writing() as session:
        session.execute(delete(Message))


def _prepare() -> datetime:
    """Add activities whose class sessions are on one day, and return the day before it, when it is past nine."""
    day = clock.today("UTC") + timedelta(days=20)
    for _ in range(ACTIVITIES):
        activity = catalogue.create_activity(
            kind="webinar", titles={"es": "Curso"}, starts_on=clock.today("UTC") + timedelta(days=5), ends_on=day
        )
        catalogue.publish(activity_ref=activity.public_id)
        catalogue.add_class_session(activity_id=activity.id, minutes=90, starts_wall=datetime.combine(day, hour(16)))
        with writing():
            _fill(activity.id)
    return datetime.combine(day - timedelta(days=1), hour(20), tzinfo=UTC)


def _fill(activity_id: int) -> None:
    now = clock.now()
    people = _added(Person, [
        {
            "given_names": "Ana", "first_surname": f"Soto {n}", "certificate_name": "Ana Soto", "name_key": "ana",
            "sex": "female", "residence_country": "CHL", "organization_text": "Ministerio", "sector": "academia",
            "zone": _ZONES[n % len(_ZONES)], "created_at": now, "public_id": public_id(),
        }
        for n in range(PARTICIPANTS)
    ])  # fmt: skip
    _added(Enrolment, [
        {
            "public_id": public_id(), "activity_id": activity_id, "activity_record": "people", "person_id": person,
            "state": "confirmed", "place_number": n, "applied_at": now, "confirmed_at": now, "sex": "female",
            "country": "CHL",
        }
        for n, person in enumerate(people, start=1)
    ])  # fmt: skip
    activity = db.session.get(Activity, activity_id)
    if activity:
        activity.confirmed_count = PARTICIPANTS


def _added(model: type[Model], rows: list[dict[str, object]]) -> list[int]:
    table = Model.metadata.tables[model.__tablename__]
    return list(db.session.connection().scalars(insert(table).returning(table.c.id), rows))
