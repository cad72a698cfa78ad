"""Who comes from a provider of sign-ins: recognized, matched by a confirmed address, or new."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from sqlalchemy import select

from ilpes_lms.audit import service as audit
from ilpes_lms.core import actor, clock
from ilpes_lms.core.database import db, transaction
from ilpes_lms.core.settings import settings
from ilpes_lms.people import queries, rules
from ilpes_lms.people.errors import (
    CredentialsRefused,
    NameMissing,
    NameNotValid,
    ProviderAccountUnknown,
    ProviderAddressUnconfirmed,
    ProviderAddressUnproven,
    TextTooLong,
)
from ilpes_lms.people.models import Account, EmailAddress, ProviderIdentity
from ilpes_lms.people.service import ending, persons, sign_ins


@transaction
def enter_by_provider(
    *, issuer: str, claims: Mapping[str, Any], language: str, label: str = "", caller: str | None = None
) -> str | sign_ins.SecondStep:
    """Let in whom a provider has proved, and return what `sign_in` does.

    The provider's own name for somebody decides; the first time, the address that it has confirmed does, if an account
    here has confirmed it as well. Raises ProviderAddressUnproven, ProviderAddressUnconfirmed, ProviderAccountUnknown,
    CredentialsRefused.
    """
    identity = _identity(issuer, claims["sub"])
    account = ending.locked(identity.account_id) if identity else _matched(issuer, claims, language)
    if account.disabled_at is not None:
        raise CredentialsRefused
    proven = rules.proves_second_factor(claims, settings().oidc_second_factor)
    return sign_ins.let_in(account, label, caller, provider_factor=proven)


def _matched(issuer: str, claims: Mapping[str, Any], language: str) -> Account:
    if claims.get("email_verified") is not True or not claims.get("email"):
        raise ProviderAddressUnproven
    address = rules.address(str(claims["email"]))
    known = db.session.scalar(select(EmailAddress).where(EmailAddress.address_key == rules.address_key(address)))
    account = _confirmed(known) if known else _made(address, claims, language)
    db.session.add(ProviderIdentity(account_id=account.id, issuer=issuer, subject=claims["sub"], linked_at=clock.now()))
    with actor.proven(account.public_id):
        audit.record("account.provider_linked", "account", account.public_id)
    return account


def _confirmed(known: EmailAddress) -> Account:
    # An address that nobody has confirmed here may stand beside a stranger's password.
    found = queries.account_of(known.person_id)
    if found is None or known.verified_at is None:
        raise ProviderAddressUnconfirmed
    return ending.locked(found.id)


def _made(address: str, claims: Mapping[str, Any], language: str) -> Account:
    if settings().oidc_new_accounts != "yes":
        raise ProviderAccountUnknown
    given, surname = _names(address, claims)
    person = persons.add_person(
        address, verified=True, given_names=given, first_surname=surname, language=language,
        zone=persons.zone_for(None),
    )  # fmt: skip
    audit.record("person.created", "person", person.public_id)
    return persons.add_account(person, None)


def _names(address: str, claims: Mapping[str, Any]) -> tuple[str, str]:
    with suppress(NameMissing, NameNotValid, TextTooLong):
        return (
            rules.name_part(str(claims.get("given_name") or ""), field="given_names"),
            rules.name_part(str(claims.get("family_name") or ""), field="first_surname"),
        )
    return rules.name_from_address(address)


def _identity(issuer: str, subject: str) -> ProviderIdentity | None:
    return db.session.scalar(
        select(ProviderIdentity).where(ProviderIdentity.issuer == issuer, ProviderIdentity.subject == subject)
    )
