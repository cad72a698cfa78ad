"""Letting go from the command line, or only seeing what would go."""

import json
from typing import Any

import click
from flask.cli import with_appcontext

from ilpes_lms.core import actor
from ilpes_lms.privacy.retention import queries, service
from ilpes_lms.privacy.retention.queries import Standing


@click.command()
@click.option("--dry-run", is_flag=True, help="Only say what would go.")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
@with_appcontext
def retention(*, dry_run: bool, form: str) -> None:
    """Let go of what was kept long enough, as the nightly job does; say what is due after that."""
    with actor.acting("command"):
        if not dry_run:
            service.let_go(at_night=False)
        found = [_plain(each) for each in queries.schedule()]
    if form == "json":
        click.echo(json.dumps(found, indent=2))
        return
    for each in found:
        kept = "for ever" if each["days"] is None else f"{each['days']} days"
        oldest = f", the oldest of {each['oldest'][:10]}" if each["oldest"] else ""
        gone = f"; let go: {each['let_go']}" if each["let_go"] and not dry_run else ""
        click.echo(f"{each['kind']:<22}{kept:<12}due: {each['due']}{oldest}{gone}")


def _plain(found: Standing) -> dict[str, Any]:
    oldest = found.due.oldest.isoformat() if found.due.oldest else None
    let_go = found.run.let_go if found.run else 0
    return {
        "kind": found.keeping.kind, "days": found.days, "due": found.due.number, "oldest": oldest, "let_go": let_go,
    }  # fmt: skip
