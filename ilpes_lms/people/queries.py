"""Questions about people."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, ColumnElement, bindparam, or_, select
from sqlalchemy.orm import joinedload, selectinload

from ilpes_lms.core import clock
from ilpes_lms.core.database import UTCDateTime, db
from ilpes_lms.core.errors import NotFound
from ilpes_lms.core.pagination import Page, page_of
from ilpes_lms.core.text import fold
from ilpes_lms.people import rules
from ilpes_lms.people.models import Account, EmailAddress, OneTimeToken, Organization, Person, RoleGrant, SignIn
from ilpes_lms.people.vocabularies import time_zones


class Granted(NamedTuple):
    """A role somebody was given, for one division or organization or for all."""

    role: str
    division: str | None
    organization_id: int | None


@dataclass(frozen=True)
class SignedIn:
    """Who stands behind a sign-in's secret, with the roles granted at this moment; `kind` is browser or token."""

    kind: str
    account_id: int
    account_ref: str
    person_id: int
    name: str
    language: str
    zone: str
    grants: tuple[Granted, ...]


@dataclass(frozen=True)
class Credentials:
    """What a password is compared with."""

    account_id: int
    password_hash: str | None


def _in_force(now: datetime | BindParameter[datetime]) -> tuple[ColumnElement[bool], ...]:
    return SignIn.ended_at.is_(None), SignIn.expires_at > now


# Asked with every request, so made once, and without objects: each costs as much as asking.
_SIGNED_IN = (
    select(
        SignIn.kind, Account.id, Account.public_id, Person.id,
        Person.given_names, Person.first_surname, Person.second_surname, Person.language, Person.zone,
        RoleGrant.role, RoleGrant.division, RoleGrant.organization_id,
    )
    .join(Account, SignIn.account_id == Account.id)
    .join(Person, Account.person_id == Person.id)
    .outerjoin(RoleGrant, (RoleGrant.person_id == Person.id) & RoleGrant.revoked_at.is_(None))
    .where(
        SignIn.secret_digest == bindparam("secret"),
        Account.disabled_at.is_(None),
        *_in_force(bindparam("now", type_=UTCDateTime)),
    )
)  # fmt: skip


def person(person_id: int) -> Person:
    """Return a person by number, with the organization; raises NotFound."""
    found = db.session.get(Person, person_id, options=[joinedload(Person.organization)])
    if found is None:
        raise NotFound
    return found


def person_by_ref(person_ref: str) -> Person:
    """Return a person by public id; raises NotFound."""
    found = db.session.scalar(select(Person).where(Person.public_id == person_ref))
    if found is None:
        raise NotFound
    return found


def person_by_email(email: str) -> Person | None:
    """Return the person an address belongs to, confirmed or not."""
    return db.session.scalar(
        select(Person).join(EmailAddress).where(EmailAddress.address_key == rules.address_key(email))
    )


def persons(ids: Collection[int]) -> dict[int, Person]:
    """Return persons by their numbers, organizations loaded, in one statement."""
    if not ids:
        return {}
    statement = select(Person).where(Person.id.in_(set(ids))).options(joinedload(Person.organization))
    return {found.id: found for found in db.session.scalars(statement)}


def address_of(person_id: int) -> str | None:
    """Return where a person is written to: the first confirmed address."""
    return addresses_of([person_id]).get(person_id)


def addresses_of(ids: Collection[int]) -> dict[int, str]:
    """Return the first confirmed address of each of these persons who has one."""
    if not ids:
        return {}
    rows = db.session.execute(
        select(EmailAddress.person_id, EmailAddress.address)
        .where(EmailAddress.person_id.in_(set(ids)), EmailAddress.verified_at.is_not(None))
        .order_by(EmailAddress.id.desc())
    )
    return {row[0]: row[1] for row in rows}


def roles_of(person_id: int) -> set[str]:
    """Return the roles granted to a person."""
    return {grant.role for grant in grants_of([person_id]).get(person_id, [])}


def grants_of(ids: Collection[int]) -> dict[int, list[RoleGrant]]:
    """Return the grants in force of each of these persons who has one, oldest first."""
    found: dict[int, list[RoleGrant]] = {}
    statement = select(RoleGrant).where(RoleGrant.person_id.in_(set(ids)), RoleGrant.revoked_at.is_(None))
    for grant in db.session.scalars(statement.order_by(RoleGrant.id)):
        found.setdefault(grant.person_id, []).append(grant)
    return found


def grant_of(person_id: int, grant_ref: str) -> RoleGrant:
    """Return a grant in force of one person; raises NotFound."""
    found = next((grant for grant in grants_of([person_id]).get(person_id, []) if grant.public_id == grant_ref), None)
    if found is None:
        raise NotFound
    return found


def account_of(person_id: int) -> Account | None:
    """Return a person's account."""
    return db.session.scalar(select(Account).where(Account.person_id == person_id))


def person_of_account(account_id: int) -> Person:
    """Return the person who signs in with an account; raises NotFound."""
    found = db.session.scalar(select(Person).join(Account).where(Account.id == account_id))
    if found is None:
        raise NotFound
    return found


def account_by_email(email: str) -> Account | None:
    """Return the account of the person an address belongs to, confirmed or not."""
    return db.session.scalar(
        select(Account)
        .join(EmailAddress, EmailAddress.person_id == Account.person_id)
        .where(EmailAddress.address_key == rules.address_key(email))
    )


def credentials_of(email: str) -> Credentials | None:
    """Return what to compare a password with: only for a confirmed address of an account that is not disabled."""
    row = db.session.execute(
        select(Account.id, Account.password_hash)
        .join(EmailAddress, EmailAddress.person_id == Account.person_id)
        .where(
            EmailAddress.address_key == rules.address_key(email),
            EmailAddress.verified_at.is_not(None),
            Account.disabled_at.is_(None),
        )
    ).first()
    return Credentials(*row) if row else None


def signed_in(secret_digest: str) -> SignedIn | None:
    """Return who is signed in with a secret, in one statement; None if it ended, ran out or was never given."""
    rows = db.session.execute(_SIGNED_IN, {"secret": secret_digest, "now": clock.now()}).all()
    if not rows:
        return None
    kind, account_id, account_ref, person_id, given, first, second, language, zone = rows[0][:9]
    return SignedIn(
        kind, account_id, account_ref, person_id, rules.full_name(given, first, second), language, zone,
        tuple(Granted(role, division, office) for *_who, role, division, office in rows if role),
    )  # fmt: skip


def sign_ins_of(account_id: int) -> Sequence[SignIn]:
    """Return where an account is signed in at present, newest first."""
    statement = select(SignIn).where(SignIn.account_id == account_id, *_in_force(clock.now()))
    return db.session.scalars(statement.order_by(SignIn.id.desc())).all()


def token(token_ref: str) -> OneTimeToken | None:
    """Return what a link stands for, used or not."""
    return db.session.scalar(select(OneTimeToken).where(OneTimeToken.public_id == token_ref))


def organizations_like(text: str, limit: int = 20) -> Sequence[Organization]:
    """Return organizations whose name holds a text, whatever its accents and case."""
    statement = select(Organization).where(Organization.name_key.contains(fold(text), autoescape=True))
    return db.session.scalars(statement.order_by(Organization.name_key, Organization.id).limit(limit)).all()


def organization_key(name: str) -> str:
    """Return the form under which an organization's name is looked up; a few letters fold into several."""
    return fold(name)[:300]


def organization_named(name: str, country: str | None) -> Organization | None:
    """Return the organization of exactly this name, whatever its accents and case, in a country."""
    statement = select(Organization).where(
        Organization.name_key == organization_key(name), Organization.country == country
    )
    return db.session.scalar(statement)


def organizations_named(names: Collection[tuple[str, str | None]]) -> dict[tuple[str, str | None], Organization]:
    """Return those of these names, each in its country, that are known, as `organization_named` finds them."""
    keys = {organization_key(name) for name, _country in names}
    found = db.session.scalars(select(Organization).where(Organization.name_key.in_(keys))) if keys else ()
    known: dict[tuple[str, str | None], Organization] = {(one.name_key, one.country): one for one in found}
    wanted = ((name, country, known.get((organization_key(name), country))) for name, country in names)
    return {(name, country): one for name, country, one in wanted if one is not None}


def organization_by_ref(organization_ref: str) -> Organization:
    """Return an organization by public id; raises NotFound."""
    found = db.session.scalar(select(Organization).where(Organization.public_id == organization_ref))
    if found is None:
        raise NotFound
    return found


def organizations_called(text: str) -> Sequence[Organization]:
    """Return the organizations that a reference or a whole name means; two of one name differ by country."""
    statement = select(Organization).where(
        (Organization.public_id == text) | (Organization.name_key == organization_key(text))
    )
    return db.session.scalars(statement.limit(2)).all()


def organization_names(refs: Iterable[str]) -> list[str]:
    """Return the names of organizations given by public id, sorted."""
    return [found.name for found in organizations_of(refs)]


def organizations_of(refs: Iterable[str]) -> Sequence[Organization]:
    """Return the organizations given by public id, by name."""
    statement = select(Organization).where(Organization.public_id.in_(list(refs)))
    return db.session.scalars(statement.order_by(Organization.name_key, Organization.id)).all()


def profile_of(found: Person) -> dict[str, Any]:
    """Return what a person says of themselves, by the names under which it is changed."""
    return {
        "given_names": found.given_names, "first_surname": found.first_surname, "second_surname": found.second_surname,
        "certificate_name": found.certificate_name, "sex": found.sex, "country": found.residence_country,
        "nationality": found.nationality, "organization": found.organization_name, "position": found.position,
        "sector": found.sector, "language": found.language, "working_languages": list(found.working_languages),
        "zone": time_zones.canonical(found.zone),
        "accessibility_needs": found.accessibility_needs,
    }  # fmt: skip


def people_found(text: str = "", *, cursor: str | None = None, size: int = 20) -> Page[Person]:
    """Return persons whose name or address holds a text, by name, with their addresses."""
    statement = select(Person).options(selectinload(Person.emails), joinedload(Person.organization))
    if wanted := fold(text):
        reached = select(EmailAddress.person_id).where(EmailAddress.address_key.contains(wanted, autoescape=True))
        named = Person.name_key.contains(wanted, autoescape=True)
        statement = statement.where(or_(named, Person.id.in_(reached)))
    return page_of(statement, keys=[Person.name_key, Person.id], cursor=cursor, size=size)


def accounts_of(ids: Collection[int]) -> dict[int, Account]:
    """Return the accounts of these persons by the person's number."""
    return {found.person_id: found for found in db.session.scalars(select(Account).where(Account.person_id.in_(ids)))}
