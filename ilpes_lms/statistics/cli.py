"""Statistics from the command line."""

from datetime import date, datetime

import click
from flask.cli import AppGroup

from ilpes_lms.statistics import formats, service
from ilpes_lms.statistics.errors import PeriodReversed

statistics = AppGroup("statistics", help="Participation statistics from what is on record.")
_DAY = click.DateTime(formats=["%Y-%m-%d"])


@statistics.command()
@click.option("--from", "start", type=_DAY, required=True, help="First day of the period, as 2021-06-01.")
@click.option("--to", "end", type=_DAY, required=True, help="Last day of the period.")
@click.option("--format", "form", type=click.Choice(list(formats.FORMATS)), default="table", show_default=True)
def show(*, start: datetime, end: datetime, form: str) -> None:
    """Print the tables of a period."""
    click.echo(formats.FORMATS[form](_computed(start.date(), end.date())).rstrip("\r\n"))


def _computed(start: date, end: date) -> dict[str, object]:
    try:
        return service.compute(start, end)
    except PeriodReversed as refusal:
        raise click.UsageError(str(refusal)) from refusal
