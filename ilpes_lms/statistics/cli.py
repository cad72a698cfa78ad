"""Statistics from the command line."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from ilpes_lms.core.errors import DomainError, Invalid
from ilpes_lms.statistics import documents, formats, service
from ilpes_lms.statistics.errors import NothingToReconcile, NotPrintable
from ilpes_lms.statistics.publications import service as publications
from ilpes_lms.statistics.reconciled import as_record
from ilpes_lms.statistics.releases import service as releases
from ilpes_lms.statistics.rollups.cli import rollups
from ilpes_lms.web import i18n

statistics = AppGroup("statistics", help="Participation statistics from what is on record.")
statistics.add_command(rollups)
_FAULTS = {
    "content": "its content was changed, or its digest.",
    "row": "its row says something other than its content.",
    "counts": "the true counts kept beside it were changed, or are missing.",
    "announced": "its digest is not the one that was recorded when it was published.",
    "predecessor": "it does not follow the release before it.",
    "missing": "it is missing.",
}
_DAY = click.DateTime(formats=["%Y-%m-%d"])


@statistics.command()
@click.option("--from", "start", type=_DAY, required=True, help="First day of the period, as 2021-06-01.")
@click.option("--to", "end", type=_DAY, required=True, help="Last day of the period.")
@click.option("--format", "form", type=click.Choice(list(formats.FORMATS)), default="table", show_default=True)
def show(*, start: datetime, end: datetime, form: str) -> None:
    """Print the tables of a period."""
    click.echo(formats.FORMATS[form](_computed(start.date(), end.date())).rstrip("\r\n"))


@statistics.command()
@click.option("--from", "start", type=_DAY, required=True, help="First day of the period.")
@click.option("--to", "end", type=_DAY, required=True, help="Last day of the period.")
@click.option("--lang", type=click.Choice(list(i18n.LANGUAGES)), default=i18n.DEFAULT, show_default=True)
@click.option("--output", type=click.Path(dir_okay=False, writable=True, path_type=Path), required=True,
              help="A file whose name ends in .docx, .pdf or .xlsx.")  # fmt: skip
def report(*, start: datetime, end: datetime, lang: str, output: Path) -> None:
    """Write the annual report on a period: prose, figures and the tables of the annex."""
    form = output.suffix.removeprefix(".").lower()
    if form not in documents.FORMS:
        raise click.UsageError(f"The file's name must end in one of: {', '.join(documents.FORMS)}.")
    result = _computed(start.date(), end.date())
    try:
        made = documents.written(result, service.compare_result(result), lang, form)
        output.write_bytes(made.content)
    except (NotPrintable, OSError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"Written: {output} ({len(made.content):,} bytes).")


@statistics.command()
@click.option("--format", "form", type=click.Choice(list(formats.FINDINGS)), default="table", show_default=True)
@click.option("--lang", type=click.Choice(list(i18n.LANGUAGES)), default="en", show_default=True)
def reconcile(*, form: str, lang: str) -> None:
    """Print where the newest report's figures contradict the record or each other; contradictions are no failure."""
    try:
        with i18n.in_language(lang):
            click.echo(formats.FINDINGS[form]([as_record(finding) for finding in service.reconcile()]))
    except NothingToReconcile as refusal:
        raise click.ClickException(str(refusal)) from refusal


@statistics.command()
@click.option("--file", "source", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=True,
              help="A JSON file with from, to, symbol, by_kind, totals and, for a correction, reason.")  # fmt: skip
def enter(*, source: Path) -> None:
    """Enter what a document printed of an earlier period as a release; what is left out is not known."""
    # Shapes that the web shares with this command alone.
    from ilpes_lms.statistics.publications.schemas import EarlierPublicationIn

    try:
        sent = EarlierPublicationIn.model_validate(json.loads(source.read_text(encoding="utf-8")))
        made = publications.enter(sent.publication(), reason=sent.reason)
    except (ValueError, DomainError) as refusal:
        raise click.ClickException(str(refusal)) from refusal
    click.echo(f"Release {made.number}: {made.starts_on} to {made.ends_on}, as printed in {made.published_in}.")


@statistics.command()
def verify() -> None:
    """Check that no release was changed, removed or put out of its chain; fail if one was."""
    faults = releases.verify()
    for fault in faults:
        click.echo(f"Release {fault.number}: {_FAULTS[fault.code]}")
    if faults:
        raise click.ClickException("The releases are not what was published.")
    click.echo("Every release is what was published.")


def _computed(start: date, end: date) -> dict[str, Any]:
    try:
        return service.compute(start, end)
    except Invalid as refusal:
        raise click.UsageError(str(refusal)) from refusal
