"""The demonstration from the command line."""

import click
from flask.cli import AppGroup

from ilpes_lms.core import actor
from ilpes_lms.demo import service
from ilpes_lms.demo.errors import NotInProduction

demo = AppGroup("demo", help="Data to try the system with.")


@demo.command()
@click.option("--report-only", is_flag=True, help="Only the report's past activities: no people, no accounts.")
def load(*, report_only: bool = False) -> None:
    """Load the report's past activities and, unless told otherwise, a living programme; safe to repeat."""
    with actor.acting("demo"):
        click.echo(f"Activities of the report added: {service.load_report()}.")
        if service.publish_report():
            click.echo("The report's figures are published.")
        if not report_only:
            click.echo(f"Activities of the living programme added: {_programme()}.")


def _programme() -> int:
    try:
        return service.load_programme()
    except NotInProduction as refusal:
        raise click.ClickException(str(refusal)) from refusal
