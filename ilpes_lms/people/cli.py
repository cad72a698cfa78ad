"""Commands for people and tokens."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import click
from flask.cli import AppGroup

from ilpes_lms.core import actor
from ilpes_lms.core.errors import DomainError
from ilpes_lms.people import queries, rules, service

people = AppGroup("people", help="People and their roles.")
tokens = AppGroup("tokens", help="Bearer tokens for programs.")


@people.command("create")
@click.option("--email", required=True)
@click.option("--given-names", default="", help="By default read from the address.")
@click.option("--surname", default="", help="First surname; by default read from the address.")
@click.option("--role", "roles", multiple=True, type=click.Choice([*rules.ROLES, "participant"]))
@click.option("--division", default=None, help="Limit the role of coordinator to one division.")
@click.option("--organization", default=None, help="The organization a focal point speaks for.")
@click.option("--until", "ends_on", type=click.DateTime(["%Y-%m-%d"]), default=None, help="The roles' last day.")
@click.option("--reason", default="", help="Why the person gets the roles.")
@click.option("--country", default=None, help="ISO 3166-1 alpha-3.")
@click.option("--language", default="es", show_default=True)
@click.option("--password", default=None, help="By default one is made and printed.")
def create(
    *, email: str, given_names: str, surname: str, roles: tuple[str, ...], division: str | None,
    organization: str | None, ends_on: datetime | None, reason: str, country: str | None, language: str,
    password: str | None,
) -> None:  # fmt: skip
    """Add a person with a confirmed address, or give roles to one who is there."""
    with _as_command():
        person = queries.person_by_email(email)
        if person is None:
            secret = password or service.generated_password()
            given, first = rules.name_from_address(email)
            person = service.create_person(
                email=email, given_names=given_names or given, first_surname=surname or first,
                country=country, language=language, password=secret,
            )  # fmt: skip
            click.echo(f"Added {email}." if password else f"Added {email} with the password {secret}")
        for role in set(roles) - {"participant"}:
            service.grant_role(
                person_id=person.id, role=role, division=division, organization=organization,
                ends_on=ends_on.date() if ends_on else None, reason=reason,
            )  # fmt: skip
            click.echo(f"{email} is {role}.")


@tokens.command("create")
@click.option("--email", required=True)
@click.option("--label", default="command line", show_default=True)
def create_token(email: str, label: str) -> None:
    """Print a new bearer token of a person's account."""
    with _as_command():
        account = queries.account_by_email(email)
        if account is None:
            raise click.ClickException(f"nobody has the address {email}")
        click.echo(service.open_sign_in(account_id=account.id, label=label, kind="token"))


@contextmanager
def _as_command() -> Iterator[None]:
    with actor.acting("command"):
        try:
            yield
        except DomainError as refusal:
            raise click.ClickException(str(refusal)) from refusal
