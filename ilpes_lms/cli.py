"""The console script `ilpes-lms`: every Flask command, every room's commands, and those of the whole system."""

import sys

import click
from flask.cli import FlaskGroup, with_appcontext
from flask_migrate import upgrade

from ilpes_lms.app import create_app, create_celery
from ilpes_lms.config import UnsafeSettings


@click.group(cls=FlaskGroup, create_app=create_app, add_version_option=False)
def commands() -> None:
    """Run and keep ILPES LMS."""


@commands.command()
@with_appcontext
def init() -> None:
    """Bring the database to the newest version; safe to repeat."""
    upgrade()
    click.echo("The database is up to date.")


@commands.command()
@click.option("--beat", is_flag=True, help="Run the scheduler instead of a worker.")
@click.option("--concurrency", default=2, show_default=True, help="Jobs at a time.")
def worker(*, beat: bool, concurrency: int) -> None:
    """Run a background worker (or, with --beat, the scheduler that wakes the sweeps)."""
    app = create_app()
    celery = create_celery(app)
    if beat:
        schedule = app.config["SETTINGS"].var / "beat-schedule"
        celery.start(["beat", "--loglevel=WARNING", f"--schedule={schedule}", "--pidfile="])
    else:
        celery.worker_main(["worker", "--loglevel=WARNING", f"--concurrency={concurrency}", "--without-gossip"])


def main() -> None:
    """Run a command; say plainly what is wrong with the settings instead of a traceback."""
    try:
        commands()
    except UnsafeSettings as fault:
        click.echo(f"ILPES LMS can't start: {fault}", err=True)
        sys.exit(2)
