"""The console script `ilpes-lms`: every Flask command, every room's commands, and those of the whole system."""

import os
import sys
from pathlib import Path

import click
from flask import current_app
from flask.cli import FlaskGroup, ScriptInfo, with_appcontext
from sqlalchemy.exc import InternalError, OperationalError, ProgrammingError

from ilpes_lms import config, supervisor
from ilpes_lms.app import create_app, create_backstage, create_celery
from ilpes_lms.certificates.errors import SigningKeyUnusable
from ilpes_lms.core import clock, pulses, runs, schema
from ilpes_lms.core.broker import broker_answers
from ilpes_lms.core.database import only_reads
from ilpes_lms.core.files import store_answers
from ilpes_lms.core.jobs import jobs_of
from ilpes_lms.demo.accounts import ACCOUNTS
from ilpes_lms.notifications import queries as messages
from ilpes_lms.web.health import check_all, sign_text, signs

_DAYS_TO_RENEW = 60
# Commands of Flask and its extensions that look at pages or at migrations.
_OF_THE_WHOLE = frozenset({"db", "routes", "run", "shell", "spec"})


class _Commands(FlaskGroup):
    """Opens pages for the commands alone that look at them, so that workers and all others are small and start soon."""

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        info = ctx.ensure_object(ScriptInfo)
        if name in _OF_THE_WHOLE:
            info.create_app = create_app
            return super().get_command(ctx, name)
        # Before those of extensions, each of which opens its library to be found.
        own = self.commands.get(name) or info.load_app().cli.get_command(ctx, name)
        return own or super().get_command(ctx, name)

    def list_commands(self, ctx: click.Context) -> list[str]:
        ctx.ensure_object(ScriptInfo).create_app = create_app
        return super().list_commands(ctx)


@click.group(cls=_Commands, create_app=create_backstage, add_version_option=False)
def commands() -> None:
    """Run and keep ILPES LMS."""


@commands.command()
@with_appcontext
def init() -> None:
    """Bring the database to the newest version; safe to repeat."""
    schema.bring_to_newest()
    click.echo("The database is up to date.")


@commands.command()
@click.option("--beat", is_flag=True, help="Run the scheduler instead of a worker.")
@click.option("--concurrency", default=2, show_default=True, help="Jobs at a time.")
def worker(*, beat: bool, concurrency: int) -> None:
    """Run a background worker (or, with --beat, the scheduler that wakes the sweeps)."""
    app = create_backstage()
    celery = create_celery(app)
    if beat:
        schedule = app.config["SETTINGS"].var / "beat-schedule"
        celery.start(["beat", "--loglevel=WARNING", f"--schedule={schedule}", "--pidfile="])
    else:
        celery.worker_main(["worker", "--loglevel=WARNING", f"--concurrency={concurrency}", "--without-gossip"])


@commands.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="A private address, if a proxy elsewhere calls.")
@with_appcontext
def serve(*, host: str) -> None:
    """Run the web server alone, for a service manager; requests that are under way end before it does."""
    command = supervisor.web_command(current_app.config["SETTINGS"], host)
    os.chdir(config.ROOT)
    os.execv(command[0], command)  # noqa: S606 - our own command, no shell  # nosec B606


@commands.command()
@click.option("--demo", is_flag=True, help="Load the demonstration first.")
@with_appcontext
@click.pass_context
def up(context: click.Context, *, demo: bool) -> None:
    """Run the whole system on this machine: database, broker (unless REDIS_URL), web, worker and scheduler."""
    settings: config.Settings = current_app.config["SETTINGS"]
    supervisor.refuse_taken_port(settings.port)
    with supervisor.only_one(settings):
        context.invoke(init)
        if demo:
            context.invoke(current_app.cli.commands["demo"].commands["load"])  # type: ignore[attr-defined]  # a group
        supervisor.Supervisor(settings, say=click.echo).run(lambda: _welcome(settings))
    click.echo("Stopped.")


@commands.command()
@with_appcontext
def doctor() -> None:
    """Say what is configured, what answers and what is missing; exits with 1 when something is."""
    settings: config.Settings = current_app.config["SETTINGS"]
    for name, value in _configured(settings):
        click.echo(f"{name:<22}{value}")
    checks = check_all()
    if address := settings.redis_url or supervisor.running_broker(settings):
        checks["broker"] = broker_answers(address)
    checks["files"] = store_answers()
    for name, fine in checks.items():
        click.echo(f"{name:<22}{_said(name, there=fine)}")
    if all(checks[name] for name in ("database", "tables")):
        for name, said in _last_runs():
            click.echo(f"{'job':<22}{name:<34}{said}")
        _say_signs_of_life()
        _say_what_is_about_to_go_wrong(settings)
    signs = _say_signing_key(settings)
    for warning in config.warnings_of(settings):
        click.echo(f"{'WARNING':<22}{warning}")
    if not (all(checks.values()) and signs):
        sys.exit(1)


def _say_what_is_about_to_go_wrong(settings: config.Settings) -> None:
    from ilpes_lms import doctor as diagnosis

    for found in diagnosis.look_around(settings):
        click.echo(f"{found.name:<22}{found.said}")
        if found.warning:
            click.echo(f"{'WARNING':<22}{found.warning}")


def _say_signs_of_life() -> None:
    """Say when scheduler and workers last gave a sign of life, what waits to be sent, and what that means."""
    now, last = clock.now(), pulses.last()
    for part in pulses.PARTS:
        ago = f"{int((now - last[part]).total_seconds())} seconds ago" if part in last else "never"
        click.echo(f"{'pulse':<22}{part:<34}{ago}")
    waiting = messages.waiting(now)
    since = f", the oldest for {int(waiting.oldest.total_seconds())} seconds" if waiting.oldest else ""
    click.echo(f"{'messages':<22}{waiting.due} due{since}; {messages.bounced_addresses()} addresses bounce")
    for name, fine in signs().items():
        if not fine:
            click.echo(f"{'DEGRADED':<22}{sign_text(name)}")


def _say_signing_key(settings: config.Settings) -> bool:
    """Say what signs certificates and until when; a key that is set and can't sign is a fault."""
    from ilpes_lms.certificates import keys

    is_set = bool(settings.certificate_key or settings.certificate_key_file)
    try:
        key = keys.current()
    except SigningKeyUnusable as refusal:
        click.echo(f"{'signing key':<22}{'CAN NOT SIGN' if is_set else 'none'}: {refusal.params['why']}")
        return not is_set
    ends = key.certificate.not_valid_after_utc
    left = (ends - clock.now()).days
    click.echo(f"{'signing key':<22}{key.name}, its certificate expires on {ends:%Y-%m-%d}, in {left} days")
    if left < _DAYS_TO_RENEW:
        click.echo(f"{'WARNING':<22}The signing key expires soon: set a new CERTIFICATE_KEY_FILE.")
    return True


def _last_runs() -> list[tuple[str, str]]:
    found = runs.last_runs()
    return [(name, _ago(found.get(name))) for name in sorted(jobs_of(current_app).registered)]


def _ago(run: runs.JobRun | None) -> str:
    if run is None:
        return "never"
    ago = f"{max(0, int((clock.now() - run.ended_at).total_seconds()))} seconds ago"
    return f"failed: {run.error}, {ago}" if run.error else ago


def _said(name: str, *, there: bool) -> str:
    if name == "tables":
        return "the newest" if there else "NOT THE NEWEST; run: ilpes-lms init"
    return "answers" if there else "DOES NOT ANSWER"


def _configured(settings: config.Settings) -> list[tuple[str, str]]:
    return [
        ("environment", settings.environment),
        ("database kind", settings.database_url.split(":", 1)[0]),
        ("broker kind", _broker(settings)),
        ("mail", "MAIL_URL" if settings.mail_url else _mail_folder(settings)),
        ("files", "FILES_URL" if settings.files_url else f"files under {settings.var / 'files'}/"),
        ("address", settings.base_url),
    ]


def _broker(settings: config.Settings) -> str:
    if settings.redis_url:
        return "REDIS_URL"
    return "embedded" if supervisor.running_broker(settings) else "none; `make run` starts an embedded one"


def _welcome(settings: config.Settings) -> None:
    click.echo(f"\nILPES LMS is ready at {settings.base_url}\n")
    if not settings.production:
        click.echo("Demonstration accounts (e-mail, password):")
        for account in ACCOUNTS:
            click.echo(f"  {account.audience:<20}{account.email:<34}{account.password}")
    where = "your mail server (MAIL_URL)" if settings.mail_url else _mail_folder(settings)
    click.echo(f"\nOutgoing mail: {where}; coordinators read the log at {settings.base_url}/coordinate/messages")
    click.echo("Ctrl-C stops everything.\n")


def _mail_folder(settings: config.Settings) -> str:
    folder = settings.var / "mail"
    return f"files under {os.path.relpath(folder) if folder.is_relative_to(Path.cwd()) else folder}/"


def main() -> None:
    """Run a command; say plainly what is wrong with the settings or the database instead of a traceback."""
    try:
        commands()
    except (config.UnsafeSettings, supervisor.CannotRun) as fault:
        click.echo(f"ILPES LMS can't start: {fault}", err=True)
        sys.exit(2)
    except (OperationalError, ProgrammingError) as fault:
        click.echo(f"The database did not do as asked: {fault.orig}".rstrip(), err=True)
        click.echo("If it is new, run `ilpes-lms init` first; `ilpes-lms doctor` says what is missing.", err=True)
        sys.exit(1)
    except InternalError as fault:
        if not only_reads(fault):
            raise
        click.echo("This database can only be read: DATABASE_URL names a standby of another, and nothing was", err=True)
        click.echo("changed. Run what writes with the DATABASE_URL of the database that it follows.", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
