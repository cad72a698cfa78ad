"""Backups from the command line."""

from collections.abc import Sequence
from pathlib import Path

import click
from flask.cli import with_appcontext

from ilpes_lms.backups import service
from ilpes_lms.backups.errors import BackupRefused
from ilpes_lms.core import actor
from ilpes_lms.core.stores import FilesUnavailable

_PATH = click.Path(path_type=Path)


@click.command()
@click.argument("target", type=_PATH)
@click.option("--keys", type=_PATH, help="Write the keys to this file too; keep it elsewhere than the backup.")
@with_appcontext
def backup(*, target: Path, keys: Path | None) -> None:
    """Write the database and all files as they are now to the new folder TARGET; nothing has to stop for it."""
    try:
        if keys:
            click.echo(f"Keys: {', '.join(service.write_keys(keys))} in {keys}, readable by you alone.")
        made = service.backup(target)
    except (BackupRefused, FilesUnavailable) as refusal:
        raise click.ClickException(str(refusal)) from None
    click.echo(f"Written to {target}: {sum(made.rows.values())} rows, {len(made.files)} files, schema {made.schema}.")
    _say_lost(made.damaged)
    if not keys:
        click.echo(
            "The keys (SECRET_KEY, VAULT_KEYS, CERTIFICATE_KEY) are not in it: keep them elsewhere, or --keys FILE."
        )


@click.command()
@click.argument("source", type=_PATH)
@click.option("--force", is_flag=True, help="Lose all that is in the database now.")
@with_appcontext
def restore(*, source: Path, force: bool) -> None:
    """Bring back what `backup` wrote to SOURCE, and hold back every message that may have been sent since."""
    try:
        with actor.acting("command"):
            done = service.restore(source, force=force)
    except (BackupRefused, FilesUnavailable) as refusal:
        raise click.ClickException(str(refusal)) from None
    said = done.manifest
    click.echo(f"Restored as of {said.made_at}: {sum(said.rows.values())} rows, {len(said.files)} files.")
    _say_lost(said.damaged)
    for name, number in done.caught_up.items():
        click.echo(f"{name}: {number}")
    _say_held(done)


def _say_lost(keys: Sequence[str]) -> None:
    for key in keys:
        click.echo(f"WARNING: file {key} was damaged or missing: it is not in the backup. Look for it in an older one.")


def _say_held(done: service.Restored) -> None:
    for kind, number in done.held.items():
        click.echo(f"held back: {number} of {kind}")
    if done.held:
        click.echo(
            "They were due, so they may have been sent after the backup. `ilpes-lms messages release KIND` sends."
        )
    for name in done.failed_sweeps:
        click.echo(
            f"WARNING: {name} failed or did not end; what it writes from now on may repeat what was sent already."
        )
    if not done.same_secret:
        click.echo("WARNING: SECRET_KEY is another than when the backup was made: sign-ins and links end.")
