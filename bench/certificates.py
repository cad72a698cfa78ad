"""Certificates made by a worker, beside typesetting and signing alone; and their check beside a bare page."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from itertools import count
from pathlib import Path

import servers
from crew import PROCESSES, Crew
from flask import Flask
from load import Expectation, Load, fetch, get
from results import Figure
from sqlalchemy import select

from ilpes_lms.certificates import keys, making, rules, service
from ilpes_lms.certificates.document import CertificateContent
from ilpes_lms.certificates.models import Certificate
from ilpes_lms.core import clock
from ilpes_lms.core.database import db, writing
from ilpes_lms.core.ids import public_id

AT_ONCE, MANY, ROUNDS = 100, 5_000, 3
SECONDS_EACH, MEGABYTES = 0.1, 120
CONNECTIONS, SECONDS = 8, 2.0
_INSTALLED, _MAKING = (Path(__file__).with_name(name) for name in ("installed.py", "making.py"))
_numbers = count(1)


class Miscounted(Exception):
    """The database does not hold as many certificates as were to be made, so the figure would be of nothing."""


def figures(app: Flask, environment: Mapping[str, str], folder: Path, crew: Crew) -> list[Figure]:
    """Measure the making and the check; the last process makes very many, for its memory."""
    alone = "typst, credential and signature alone"
    rate = Figure("Certificates made end to end, one process", "certificates/s", alone, least=0.6)
    each = Figure("One certificate made end to end", "s", f"{alone}", most=SECONDS_EACH)
    with app.app_context():
        for number in range(ROUNDS + 1):
            whole, bare = _end_to_end(), _alone()
            if number:
                rate.add(AT_ONCE / whole, AT_ONCE / bare)
                each.add(whole / AT_ONCE, bare / AT_ONCE)
    return [rate, each, *_memory(app, environment), _checks(app, environment, folder, crew)]


def _end_to_end() -> float:
    ask(AT_ONCE)
    began = time.perf_counter()
    made = service.render_queued()
    spent = time.perf_counter() - began
    if made != AT_ONCE:
        raise Miscounted(f"{made} of {AT_ONCE}")
    return spent


def _alone() -> float:
    key, asked = keys.current(), clock.now()
    contents = [_content(public_id()) for _ in range(AT_ONCE)]
    began = time.perf_counter()
    for content in contents:
        making.make(content, key, asked_at=asked)
    return time.perf_counter() - began


def _memory(app: Flask, environment: Mapping[str, str]) -> list[Figure]:
    what = f"Making {MANY:,} certificates: peak memory of"
    held = Figure(f"{what} the worker", "MB", "the worker before the first", most=MEGABYTES)
    pressed = Figure(f"{what} the press that it asks", "MB", "the worker before the first", most=MEGABYTES)
    with app.app_context():
        ask(MANY)
    command = [sys.executable, str(_INSTALLED), str(_MAKING)]
    run = subprocess.run(command, env={**os.environ, **environment}, capture_output=True, text=True, check=False)
    if run.returncode:
        raise RuntimeError(run.stderr[-2000:])
    spent = json.loads(run.stdout)
    if spent["made"] != MANY:
        raise Miscounted(f"{spent['made']} of {MANY}")
    held.add(spent["peak"], spent["before"])
    pressed.add(spent["press"], spent["before"])
    return [held, pressed]


def _checks(app: Flask, environment: Mapping[str, str], folder: Path, crew: Crew) -> Figure:
    figure = Figure("Check of a certificate at /verify", "pages/s", "a bare constant page of its size", least=0.2)
    with app.app_context():
        code = db.session.scalar(select(Certificate.code).where(Certificate.state == rules.ISSUED).limit(1))
    check, marker = get(f"/verify/{code}"), str(code).encode()
    with servers.granian("wsgi:app", environment, "/health/ready", folder / "verify.log") as port:
        large = {**environment, "BARE_BYTES": str(len(fetch(port, check)[1]))}
        with servers.granian("bench.bare:app", large, "/", folder / "verify-bare.log") as bare_port:
            for number in range(ROUNDS + 1):
                checked = _rate(crew, port, check, Expectation(200, marker))
                constant = _rate(crew, bare_port, get("/"), Expectation(200, b"<p>constant</p>"))
                if number:
                    figure.add(checked, constant)
    return figure


def _rate(crew: Crew, port: int, request: bytes, expected: Expectation) -> float:
    return crew.rate([Load(port, [request], expected, CONNECTIONS, SECONDS) for _ in range(PROCESSES)])


def ask(number: int) -> None:
    """Ask for certificates, within an application context."""
    with writing() as session:
        session.add_all(_waiting(public_id()) for _ in range(number))


def _waiting(code: str) -> Certificate:
    content = _content(code)
    return Certificate(
        code=code, serial=content.serial, kind=content.kind, activity_ref="bench", language=content.language,
        content=content.as_record(), requested_at=clock.now(),
    )  # fmt: skip


def _content(code: str) -> CertificateContent:
    number = next(_numbers)
    return CertificateContent(
        kind="completion", language=("es", "en", "pt", "fr")[number % 4], holder=f"María Fernanda Núñez {number}",
        title="Planificación y prospectiva para América Latina", kind_label="Curso internacional",
        dates="6 de abril a 2 de junio de 2026", issued_on=date(2026, 6, 12), serial=f"ILPES-2026-{number:06}",
        code=code, verify_url=f"https://courses.example.org/verify/{code}", hours=Decimal(60),
        organizations=("Instituto Latinoamericano y del Caribe de Planificación Económica y Social", "CEPAL"),
    )  # fmt: skip
