"""Forgetting a person from the command line, as an administrator who has checked who asks."""

import click
from flask.cli import AppGroup

from ilpes_lms.core import actor
from ilpes_lms.core.errors import DomainError
from ilpes_lms.people import queries as people
from ilpes_lms.privacy import exporters, forgetters, service

privacy = AppGroup("privacy", help="People's own data.")


@privacy.command("forget")
@click.option("--email", required=True, help="A confirmed address of the person.")
@click.option("--reason", required=True, help="Why; it stays on record, so leave the name out.")
@click.option("--yes", is_flag=True, help="Do it; without this, only what would be done is said.")
def forget(*, email: str, reason: str, yes: bool) -> None:
    """Take a person out of what rooms keep, as far as they can; certificates stay valid without the name."""
    person = people.person_by_email(email)
    if person is None:
        raise click.ClickException("Nobody has this address.")
    done: dict[str, int | None] = {}
    with actor.acting("command"):
        if yes:
            done |= _forgotten(person.public_id, reason)
        else:
            done |= dict.fromkeys(forgetters.registered())
    for room in dict.fromkeys((*done, *exporters.rooms())):
        click.echo(f"{room:<16}{_said(room, done)}")


@privacy.command("replay")
def replay() -> None:
    """After a restore: erase once more whom the ledger names."""
    with actor.acting("command"):
        number = service.replay()
    click.echo(f"{number} erased again" if number else "Nobody who was erased is here again.")


def _forgotten(person_ref: str, reason: str) -> dict[str, int]:
    try:
        return service.forget(person_ref=person_ref, reason=reason)
    except DomainError as refusal:
        raise click.ClickException(str(refusal)) from refusal


def _said(room: str, done: dict[str, int | None]) -> str:
    if room not in done:
        return "keeps what it has: to be erased by hand"
    number = done[room]
    return "would forget; repeat with --yes" if number is None else f"forgotten: {number}"
