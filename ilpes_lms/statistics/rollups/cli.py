"""Roll-ups from the command line."""

import click
from flask.cli import AppGroup

from ilpes_lms.statistics.rollups import service

rollups = AppGroup("rollups", help="The sums that statistics are read from.")


@rollups.command()
def rebuild() -> None:
    """Make all roll-ups anew from what is on record."""
    service.rebuild()
    click.echo("The roll-ups are made anew.")


@rollups.command()
def check() -> None:
    """Check the roll-ups against what is on record; fail if they differ."""
    found = service.check()
    if found:
        raise click.ClickException(
            f"{found.activities} activities and {found.months} lines of months differ from what is on record. "
            "`ilpes-lms statistics rollups rebuild` makes them anew."
        )
    click.echo("The roll-ups are what the record makes.")
