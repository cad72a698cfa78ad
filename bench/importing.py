"""A long list of participants imported in a fresh process, beside the same rows through bare statements of Core.

    python bench/importing.py ACTIVITY_REF FILE

imports the list into the database of the environment and prints what it took as JSON; the parent is `figures`.
"""

import csv
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import machine
from flask import Flask
from results import Figure
from sqlalchemy import Connection, create_engine, func, insert, select

from ilpes_lms.app import create_app
from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core import clock
from ilpes_lms.core.database import Model
from ilpes_lms.core.ids import public_id
from ilpes_lms.enrolment import service
from ilpes_lms.enrolment.models import Enrolment, EnrolmentChange
from ilpes_lms.people.models import EmailAddress, Person

ROWS = 100_000
SECONDS, MEGABYTES = 90, 300
ROUNDS = 3
_AT_ONCE = 500
_HEADER = ("Nombres", "Apellidos", "Correo electrónico", "Sexo", "País", "Institución", "Cargo", "Sector")
_COUNTRIES = ("Chile", "Perú", "BRA", "México", "Uruguay")


class Miscounted(Exception):
    """The database does not hold what the import should have left, so the figure would be of nothing."""


def figures(app: Flask, environment: Mapping[str, str], folder: Path) -> list[Figure]:
    """Measure the import and the bare statements in turn, each round with people of its own."""
    took = Figure(f"Import of {ROWS:,} participants", "s", "the same rows through SQLAlchemy Core", most=SECONDS)
    held = Figure(
        f"Import of {ROWS:,} participants: peak memory of the process", "MB", "the process before it", most=MEGABYTES
    )
    for number in range(ROUNDS):
        listed = _write_list(folder / f"list{number}.csv", f"import{number}")
        ref = _activity(app)
        spent = _import_in_a_fresh_process(environment, ref, listed)
        took.add(spent["seconds"], _through_core(app, environment["DATABASE_URL"], f"core{number}"))
        held.add(spent["peak"], spent["before"])
        _check(app, ref)
    return [took, held]


def _write_list(path: Path, domain: str) -> Path:
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(_HEADER)
        writer.writerows(_rows(domain))
    return path


def _rows(domain: str) -> Iterator[tuple[str, ...]]:
    for number in range(ROWS):
        yield (
            f"Ana María {number}", "Soto Rojas", f"ana.{number}@{domain}.org", "FM"[number % 2],
            _COUNTRIES[number % len(_COUNTRIES)], f"Ministerio {number % 300}", "Analista", "Gobierno central",
        )  # fmt: skip


def _activity(app: Flask) -> str:
    day = clock.today("UTC") + timedelta(days=10)
    with app.app_context():
        activity = catalogue.create_activity(
            kind="other_division", titles={"es": "Curso"}, starts_on=day, ends_on=day, division="statistics"
        )
        return catalogue.publish(activity_ref=activity.public_id).public_id


def _import_in_a_fresh_process(environment: Mapping[str, str], ref: str, listed: Path) -> dict[str, float]:
    command = [sys.executable, __file__, ref, str(listed)]
    run = subprocess.run(command, env={**os.environ, **environment}, capture_output=True, text=True, check=False)
    if run.returncode:
        raise RuntimeError(run.stderr[-2000:])
    spent: dict[str, float] = json.loads(run.stdout)
    return spent


def _through_core(app: Flask, database: str, domain: str) -> float:
    """Write the same tables' rows as plainly as one can: no check, no lock, parts of the same size."""
    ref, engine = _activity(app), create_engine(database)
    began, rows, written = time.perf_counter(), _rows(domain), 0
    with engine.connect() as connection:
        activity_id = connection.scalar(select(Activity.id).where(Activity.public_id == ref))
        connection.commit()
        while part := list(islice(rows, _AT_ONCE)):
            with connection.begin():
                _write_part(connection, activity_id, part, written)
            written += len(part)
    engine.dispose()
    return time.perf_counter() - began


def _write_part(connection: Connection, activity_id: int | None, part: Sequence[tuple[str, ...]], before: int) -> None:
    now = clock.now()
    people = [
        {
            "given_names": given, "first_surname": surname, "certificate_name": f"{given} {surname}",
            "name_key": given.lower(), "sex": "female", "residence_country": "CHL", "organization_text": office,
            "position": position, "sector": "central_government", "zone": "UTC", "created_at": now,
            "public_id": public_id(),
        }
        for given, surname, _email, _sex, _country, office, position, _sector in part
    ]  # fmt: skip
    persons = _added(connection, Person, people)
    _added(connection, EmailAddress, [
        {"person_id": person, "address": row[2], "address_key": row[2], "verified_at": None}
        for person, row in zip(persons, part, strict=True)
    ])  # fmt: skip
    enrolments = _added(connection, Enrolment, [
        {
            "public_id": public_id(), "activity_id": activity_id, "activity_record": "people", "person_id": person,
            "state": "confirmed", "place_number": before + place, "applied_at": now, "confirmed_at": now,
            "sex": "female", "country": "CHL", "organization_name": row[5], "position_held": row[6],
        }
        for place, (person, row) in enumerate(zip(persons, part, strict=True), start=1)
    ])  # fmt: skip
    _added(connection, EnrolmentChange, [
        {"enrolment_id": enrolment, "from_state": None, "to_state": "confirmed", "at": now, "actor": "bench"}
        for enrolment in enrolments
    ])  # fmt: skip


def _added(connection: Connection, model: type[Model], rows: Sequence[dict[str, Any]]) -> list[int]:
    table = Model.metadata.tables[model.__tablename__]
    return list(connection.scalars(insert(table).returning(table.c.id), rows))


def _check(app: Flask, ref: str) -> None:
    with app.app_context(), create_engine(app.config["SQLALCHEMY_DATABASE_URI"]).connect() as connection:
        row = connection.execute(
            select(Activity.confirmed_count, func.count(Enrolment.id), func.max(Enrolment.place_number))
            .join(Enrolment, Enrolment.activity_id == Activity.id)
            .where(Activity.public_id == ref, Enrolment.state == "confirmed")
            .group_by(Activity.id)
        ).one()
        steps = connection.scalar(
            select(func.count(EnrolmentChange.id))
            .join(Enrolment, Enrolment.id == EnrolmentChange.enrolment_id)
            .join(Activity, Activity.id == Enrolment.activity_id)
            .where(Activity.public_id == ref)
        )
    if (*row, steps) != (ROWS, ROWS, ROWS, ROWS):
        raise Miscounted(f"{row} and {steps} steps")


def _import(ref: str, listed: Path) -> dict[str, float]:
    app = create_app()
    anywhere: frozenset[str] = frozenset()
    with app.app_context(), listed.open("rb") as source:
        before, began = machine.peak(), time.perf_counter()
        checked = service.imports.check_at_once(
            activity_ref=ref, divisions=anywhere, source=source, file_name=listed.name, tell=_to_nobody
        )
        service.imports.import_at_once(
            activity_ref=ref, divisions=anywhere, import_ref=checked.public_id, tell=_to_nobody
        )
        return {"seconds": time.perf_counter() - began, "peak": machine.peak(), "before": before}


def _to_nobody(_done: int, _total: int) -> None:
    """Show no progress: it is not what is measured."""


if __name__ == "__main__":
    print(json.dumps(_import(sys.argv[1], Path(sys.argv[2]))))
