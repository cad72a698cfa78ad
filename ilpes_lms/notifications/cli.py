"""What was held back when a backup was restored, for the operator to decide about."""

import click
from flask.cli import AppGroup

from ilpes_lms.core import actor
from ilpes_lms.notifications import holding

messages = AppGroup("messages", help="Messages that were held back by a restore.")


@messages.command("held")
def held() -> None:
    """Say how many messages of each kind are held back, for they may have been sent after the backup."""
    found = holding.held_kinds()
    for kind, number in found.items():
        click.echo(f"{kind:<40}{number}")
    if not found:
        click.echo("Nothing is held back.")


@messages.command("release")
@click.argument("kind")
def release(*, kind: str) -> None:
    """Send what is held back of KIND, as far as it is still due; people may get it a second time."""
    with actor.acting("command"):
        number = holding.release(kind)
    click.echo(f"{kind}: {number} will be sent.")
