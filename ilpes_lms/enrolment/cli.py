"""Commands for lists of participants."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import click
from flask.cli import AppGroup

from ilpes_lms.core import actor
from ilpes_lms.core.errors import DomainError
from ilpes_lms.core.tables import writing
from ilpes_lms.enrolment import service
from ilpes_lms.enrolment.import_wording import failure_of, rows_of
from ilpes_lms.enrolment.models import ParticipantImport
from ilpes_lms.enrolment.rules import imports as rules
from ilpes_lms.web import i18n

ANYWHERE: frozenset[str] = frozenset()
enrolment = AppGroup("enrolment", help="Who takes part.")
_FORESEEN = {
    "new": "new people", "known": "people known by their address", "moved": "who get the place they asked for",
    "already": "participants already", "kept_out": "who stay out", "stopped": "rows that cannot be imported",
    "noted": "rows to check", "places": "places needed",
}  # fmt: skip


@enrolment.command("import")
@click.option("--activity", "activity_ref", required=True, help="The activity's id, the last part of its address.")
@click.option("--dry-run", is_flag=True, help="Check the list and import nobody.")
@click.option("--remarks", type=click.Path(dir_okay=False, path_type=Path), help="Write what is wrong, by row, as CSV.")
@click.argument("file", type=click.File("rb"))
def import_participants(*, activity_ref: str, dry_run: bool, remarks: Path | None, file: BinaryIO) -> None:
    """Import the participants of an activity from a list (XLSX or CSV)."""
    with _as_command():
        with _progress("Checked ") as tell:
            imported = service.imports.check_at_once(
                activity_ref=activity_ref, divisions=ANYWHERE, source=file, file_name=file.name, tell=tell
            )
        _say_what_was_found(imported, remarks)
        if dry_run:
            service.imports.discard(activity_ref=activity_ref, divisions=ANYWHERE, import_ref=imported.public_id)
            click.echo("Nobody was imported.")
        else:
            _import(activity_ref, imported)


def _import(activity_ref: str, imported: ParticipantImport) -> None:
    with _progress("Imported") as tell:
        imported = service.imports.import_at_once(
            activity_ref=activity_ref, divisions=ANYWHERE, import_ref=imported.public_id, tell=tell
        )
    _refuse_stopped(imported)
    click.echo(
        f"{imported.added} imported, {imported.already} were participants already, {imported.faults} rows not imported."
    )


def _say_what_was_found(imported: ParticipantImport, remarks: Path | None) -> None:
    _refuse_stopped(imported)
    click.echo(f"{imported.total} rows")
    for name, number in Counter(imported.findings["counts"]).items():
        if number:
            click.echo(f"  {number} {_FORESEEN[name]}")
    if remarks:
        remarks.write_bytes(writing.as_csv(rows_of(service.imports.remarks_of(imported))))
        click.echo(f"What is wrong, by row: {remarks}")


def _refuse_stopped(imported: ParticipantImport) -> None:
    if imported.state == rules.FAILED:
        raise click.ClickException(failure_of(imported))


@contextmanager
def _progress(label: str) -> Iterator[Callable[[int, int], None]]:
    with click.progressbar(length=1, label=label) as bar:

        def tell(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        yield tell


@contextmanager
def _as_command() -> Iterator[None]:
    # As all commands, in English.
    with actor.acting("command"), i18n.in_language("en"):
        try:
            yield
        except DomainError as refusal:
            raise click.ClickException(str(refusal)) from refusal
