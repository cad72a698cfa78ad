"""Commands for whoever answers for the record."""

import json
from pathlib import Path
from typing import IO

import click
from flask.cli import AppGroup

from ilpes_lms.audit.chain import anchors, documents, service
from ilpes_lms.audit.chain.errors import ChainBroken
from ilpes_lms.audit.chain.rules import Anchor, Fault
from ilpes_lms.core import actor

audit = AppGroup("audit", help="The record of who did what, and its chain.")
_MOST_TOLD = 50
_FAULTS = {
    "gap": "the link before it was deleted",
    "predecessor": "it does not follow the link before it",
    "digest": "when, what was done, to what kind of thing, or a seal was changed",
    "actor": "who did it was changed",
    "object": "what it was done to, its details, or who was seen was changed or deleted",
    "person": "a person whose data were seen was changed",
    "entry": "the entry was deleted",
    "erased": "it looks erased, but no erasure is on record",
    "anchor": "it is not what was written down outside the database",
    "cut": "it was written down outside the database and is not there any more",
}


@audit.command("anchor")
def write_anchor() -> None:
    """Chain all that was written, write the end of the chain to the file of anchors, and print it."""
    with actor.acting("command"):
        try:
            written = service.anchor()
        except ChainBroken as refusal:
            raise click.ClickException(f"{refusal} `ilpes-lms audit verify` says what is wrong.") from refusal
    click.echo(f"{written.number}:{written.digest}" if written else "The record is empty.")


@audit.command()
@click.option("--anchor", "given", multiple=True, help="An anchor kept elsewhere, as printed.")
@click.option(
    "--anchors", "path", type=click.Path(exists=True, dir_okay=False, path_type=Path), default=None,
    help="Another file of anchors than the one that this host writes.",
)  # fmt: skip
def verify(*, given: tuple[str, ...], path: Path | None) -> None:
    """Check that nothing in the record was changed, deleted or cut off; fail if something was."""
    try:
        known = [*anchors.kept(path), *map(_printed, given)]
    except (ValueError, KeyError, TypeError) as wrong:
        raise click.ClickException("That is no anchor, or no file of them: one looks like 1234:9f86d0…") from wrong
    found = service.verify(known)
    _say(found.faults)
    click.echo(f"{found.links} entries chained, {found.anchors} anchors, {found.waiting.number} not chained yet.")
    if not known:
        click.echo("No anchor is known: a cut tail, or a chain made anew, can't be told.", err=True)
    if found.faults:
        raise click.ClickException("The record is not what was written.")
    click.echo("The record is what was written.")


@audit.command()
@click.argument("export", type=click.File("rb"))
@click.option("--anchor", "given", multiple=True, help="An anchor kept elsewhere, as printed.")
def check(*, export: IO[bytes], given: tuple[str, ...]) -> None:
    """Check a period that was exported as JSON, by itself and against anchors; needs no database."""
    try:
        said = json.load(export)
        faults = documents.faults_of(said, tuple(map(_printed, given)))
    except ValueError as wrong:
        raise click.ClickException("That is no export of the record, or no anchor.") from wrong
    _say(faults)
    if faults:
        raise click.ClickException("The export is not what was written.")
    click.echo(f"{len(said['entries'])} entries are what was written.")


def _say(faults: list[Fault]) -> None:
    for fault in faults[:_MOST_TOLD]:
        click.echo(f"Entry {fault.number}: {_FAULTS[fault.code]}")
    if len(faults) > _MOST_TOLD:
        click.echo(f"… and {len(faults) - _MOST_TOLD} more.")


def _printed(text: str) -> Anchor:
    number, _colon, digest = text.strip().partition(":")
    if not digest:
        raise ValueError(text)
    return Anchor(int(number), digest)
