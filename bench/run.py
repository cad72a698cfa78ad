"""Measure what the system promises about speed, each figure beside something measured in turn with it.

`make bench` writes bench/RESULTS.md and fails when a bound is not met. `bench/run.py marking deciding` measures those
parts alone, and the file says which were left out.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import certificates
import compiling
import importing
import machine
import mixed
import outcomes
import prepared
import programme
import proposals
import reminding
import results
import sending
import servers
from crew import Crew
from flask import Flask
from flask_migrate import upgrade
from marking import Marking, prepared_roster
from pages import Pages, size
from registrations import HOT, SPREAD, Registrations
from results import Figure

from ilpes_lms import config
from ilpes_lms.app import create_app

FOLDER = Path(__file__).resolve().parent
ROUNDS = 5
# The plain GROUP BY takes most of an hour at the largest size otherwise.
_COMPILING_ROUNDS = 3
PEOPLE = 500


def main() -> int:
    parts = sys.argv[1:] or list(PARTS)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        with servers.postgresql(folder) as server, servers.valkey(folder) as broker, Crew() as crew:
            measured = [figure for part in parts for figure in PARTS[part](server, broker, folder, crew)]
            description = machine.describe(server, ROUNDS)
    table = results.table(measured)
    left_out = [part for part in PARTS if part not in parts]
    said = f"\nNot measured in this run: {', '.join(left_out)}.\n" if left_out else ""
    (FOLDER / "RESULTS.md").write_text(f"{description}\n{table}\n{said}")
    print(table)
    return 0 if all(figure.met for figure in measured) else 1


def _reading(server: str, broker: str, folder: Path, crew: Crew) -> list[Figure]:
    environment, app = _fresh(server, "reading", broker, folder)
    programme.fill(app)
    with servers.granian("bench.wsgi:app", environment, "/health/ready", folder / "web.log") as port:
        bare_environment = {**environment, "BARE_BYTES": str(size(port))}
        with servers.granian("bench.bare:app", bare_environment, "/", folder / "bare.log") as bare_port:
            figures = Pages(port, bare_port, crew).figures(ROUNDS)
    return [*figures, *_statistics(environment)]


def _registering(server: str, broker: str, folder: Path, crew: Crew) -> list[Figure]:
    environment, app = _fresh(server, "registering", broker, folder)
    people = prepared.people(app, PEOPLE)
    with servers.granian("wsgi:app", environment, "/health/ready", folder / "web.log") as port:
        registrations = Registrations(app, environment["DATABASE_URL"], port, crew, people)
        return [registrations.figure(shape, ROUNDS) for shape in (SPREAD, HOT)]


def _marking(server: str, broker: str, folder: Path, crew: Crew) -> list[Figure]:
    environment, app = _fresh(server, "marking", broker, folder)
    roster = prepared_roster(app, PEOPLE)
    with (
        servers.granian("wsgi:app", environment, "/health/ready", folder / "web.log") as port,
        servers.granian("bench.bare:app", environment, "/", folder / "bare.log") as bare_port,
    ):
        return Marking(environment["DATABASE_URL"], port, bare_port, crew, roster).figures(ROUNDS)


def _proposing(server: str, broker: str, folder: Path, _crew: Crew) -> list[Figure]:
    _environment, app = _fresh(server, "proposing", broker, folder)
    return [proposals.figure(app, ROUNDS)]


def _importing(server: str, broker: str, folder: Path, _crew: Crew) -> list[Figure]:
    environment, app = _fresh(server, "importing", broker, folder)
    return importing.figures(app, environment, folder)


def _deciding(server: str, broker: str, folder: Path, _crew: Crew) -> list[Figure]:
    _environment, app = _fresh(server, "deciding", broker, folder)
    return [outcomes.figure(app, ROUNDS)]


def _certifying(server: str, broker: str, folder: Path, crew: Crew) -> list[Figure]:
    environment, app = _fresh(server, "certifying", broker, folder)
    return certificates.figures(app, environment, folder, crew)


def _reminding(server: str, broker: str, folder: Path, _crew: Crew) -> list[Figure]:
    _environment, app = _fresh(server, "reminding", broker, folder)
    return reminding.figures({"PostgreSQL": app, "SQLite": _on_sqlite(folder, "reminding")}, ROUNDS)


def _sending(server: str, broker: str, folder: Path, _crew: Crew) -> list[Figure]:
    _environment, app = _fresh(server, "sending", broker, folder)
    return sending.figures(app)


def _compiling(server: str, broker: str, folder: Path, _crew: Crew) -> list[Figure]:
    apps = {size: _fresh(server, f"compiling_{size}", broker, folder)[1] for size in compiling.SIZES}
    small = _on_sqlite(folder, "compiling")
    return compiling.figures(apps, small, _COMPILING_ROUNDS, FOLDER / "compiling.svg")


def _mixed(server: str, broker: str, folder: Path, _crew: Crew) -> list[Figure]:
    environment, app = _fresh(server, "mixed", broker, folder)
    return mixed.figures(app, environment, folder)


def _statistics(environment: Mapping[str, str]) -> list[Figure]:
    wall = Figure("`statistics show`, the report's period: work", "s", "a bare SELECT of the activities", most=0.5)
    cpu = Figure("`statistics show`, the report's period: processor", "s", "the wall time of that work")
    for _ in range(ROUNDS):
        command = [sys.executable, str(FOLDER / "statement.py")]
        run = subprocess.run(command, env={**os.environ, **environment}, capture_output=True, text=True, check=False)
        if run.returncode:
            raise RuntimeError(run.stderr[-2000:])
        times = json.loads(run.stdout)
        wall.add(times["seconds"], times["select"])
        cpu.add(times["cpu"], times["seconds"])
    return [wall, cpu]


def _fresh(server: str, name: str, broker: str, folder: Path) -> tuple[dict[str, str], Flask]:
    environment = servers.environment(servers.new_database(server, name), broker, folder)
    app = create_app(config.load(environment))
    with app.app_context():
        upgrade()
    return environment, app


def _on_sqlite(folder: Path, name: str) -> Flask:
    url = f"sqlite:///{folder / name}.db"
    app = create_app(config.load({}, environment="test", database_url=url, var_folder=str(folder)))
    with app.app_context():
        upgrade()
    return app


PARTS: dict[str, Callable[[str, str, Path, Crew], list[Figure]]] = {
    "reading": _reading,
    "registering": _registering,
    "marking": _marking,
    "proposing": _proposing,
    "importing": _importing,
    "deciding": _deciding,
    "certifying": _certifying,
    "reminding": _reminding,
    "sending": _sending,
    "compiling": _compiling,
    "mixed": _mixed,
}


if __name__ == "__main__":
    sys.exit(main())
