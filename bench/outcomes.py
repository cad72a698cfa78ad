"""Outcomes of many participants decided again with everything joined, beside reading the rows they rest on."""

import time
from datetime import timedelta
from decimal import Decimal

from flask import Flask
from results import Figure
from sqlalchemy import func, insert, select

from ilpes_lms.attendance import service
from ilpes_lms.attendance.models import Mark, Outcome, PlatformRecord
from ilpes_lms.attendance.rules import Rule
from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.catalogue.models import Activity, ClassSession
from ilpes_lms.core import clock
from ilpes_lms.core.database import Model, db, writing
from ilpes_lms.core.ids import public_id
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.people.models import Person

PARTICIPANTS, SESSIONS, MODULES = 10_000, 10, 5
SECONDS = 5


class Miscounted(Exception):
    """Not every participant has the outcome that the evidence makes, so the figure would be of nothing."""


def figure(app: Flask, rounds: int) -> Figure:
    """Measure both in turn, each round by another rule, so that every outcome is written."""
    measured = Figure(
        f"Outcomes of {PARTICIPANTS:,} participants decided again ({SESSIONS} class sessions, {MODULES} modules, "
        "grade and tasks)", "s", "reading the same rows through SQLAlchemy Core", most=SECONDS,
    )  # fmt: skip
    with app.app_context():
        activity_id, ref = _prepare()
        for number in range(rounds):
            share = Decimal(number + 1) / 100
            rule = Rule(share, at_least_one=True, minutes=1, grade=Decimal(60), tasks=Decimal("0.5"))
            service.set_rule(activity_ref=ref, rule=rule)
            began = time.perf_counter()
            service.recompute_outdated()
            measured.add(time.perf_counter() - began, _read(activity_id))
            _check(version=number + 2)
    return measured


def _prepare() -> tuple[int, str]:
    day = clock.today("UTC") - timedelta(days=SESSIONS)
    activity = catalogue.create_activity(
        kind="international_open", titles={"es": "Curso"}, starts_on=day, ends_on=clock.today("UTC"), hours=Decimal(40)
    )
    activity_id, ref = activity.id, catalogue.publish(activity_ref=activity.public_id).public_id
    with writing():
        first = clock.wall_time(clock.now(), activity.zone).replace(second=0, microsecond=0) - timedelta(days=SESSIONS)
        sessions = [
            catalogue.add_class_session(activity_id=activity_id, minutes=90, starts_wall=first + timedelta(days=number))
            for number in range(SESSIONS)
        ]
        each = SESSIONS // MODULES
        for number in range(MODULES):
            theirs = [one.public_id for one in sessions[number * each : (number + 1) * each]]
            catalogue.add_module(activity_ref=ref, titles={"es": "Módulo"}, hours=Decimal(8), class_sessions=theirs)
        _fill(activity_id, [session.id for session in sessions])
    return activity_id, ref


def _fill(activity_id: int, sessions: list[int]) -> None:
    now = clock.now()
    people = [
        {
            "given_names": "Ana", "first_surname": f"Soto {n}", "certificate_name": "Ana Soto", "name_key": "ana",
            "sex": "female", "residence_country": "CHL", "created_at": now, "public_id": public_id(),
        }
        for n in range(PARTICIPANTS)
    ]  # fmt: skip
    enrolments = _added(Enrolment, [
        {
            "public_id": public_id(), "activity_id": activity_id, "activity_record": "people", "person_id": person,
            "state": "confirmed", "place_number": n, "applied_at": now, "confirmed_at": now, "sex": "female",
            "country": "CHL",
        }
        for n, person in enumerate(_added(Person, people), start=1)
    ])  # fmt: skip
    _put(PlatformRecord, [
        {"enrolment_id": one, "grade": Decimal(50 + one % 50), "tasks_done": one % 9, "tasks_total": 8, "items": {},
         "updated_at": now}
        for one in enrolments
    ])  # fmt: skip
    _put(Mark, [
        {"enrolment_id": one, "class_session_id": session, "mark": "absent" if (one + session) % 7 == 0 else "present",
         "minutes": 80, "source": "hand", "evidence": {}, "marked_by": "bench", "marked_at": now}
        for one in enrolments for session in sessions
    ])  # fmt: skip
    activity = db.session.get(Activity, activity_id)
    if activity:
        activity.confirmed_count = PARTICIPANTS
    service.recompute(activity_id=activity_id)


def _put(model: type[Model], rows: list[dict[str, object]]) -> None:
    db.session.connection().execute(insert(Model.metadata.tables[model.__tablename__]), rows)


def _added(model: type[Model], rows: list[dict[str, object]]) -> list[int]:
    table = Model.metadata.tables[model.__tablename__]
    return list(db.session.connection().scalars(insert(table).returning(table.c.id), rows))


def _read(activity_id: int) -> float:
    began = time.perf_counter()
    of_activity = Enrolment.activity_id == activity_id
    for statement in (
        select(Mark.enrolment_id, Mark.class_session_id, Mark.mark, Mark.minutes).join(Mark.enrolment),
        select(PlatformRecord.enrolment_id, PlatformRecord.grade).join(PlatformRecord.enrolment),
        select(Outcome.enrolment_id, Outcome.result, Outcome.evidence).join(Outcome.enrolment),
    ):
        db.session.execute(statement.where(of_activity)).all()
    return time.perf_counter() - began


def _check(version: int) -> None:
    numbers = select(func.count(), func.min(Outcome.rule_version), func.count(Outcome.hours_earned))
    found = tuple(db.session.execute(numbers).one())
    classes = db.session.scalar(select(func.count(ClassSession.id)))
    if (*found, classes) != (PARTICIPANTS, version, PARTICIPANTS, SESSIONS):
        raise Miscounted(f"{found} of {classes} class sessions")
