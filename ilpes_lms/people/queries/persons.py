"""Questions about people."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, ColumnElement, bindparam, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from ilpes_lms.core import clock
from ilpes_lms.core.database import UTCDateTime, db, glance
from ilpes_lms.core.errors import NotFound
from ilpes_lms.core.pagination import Page, page_of
from ilpes_lms.core.text import fold
from ilpes_lms.people import rules
from ilpes_lms.people.models import (
    Account,
    Consent,
    EmailAddress,
    FormerAddress,
    OneTimeToken,
    Person,
    RecoveryCode,
    RoleGrant,
    SecondFactor,
    SignIn,
)
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
    last_seen_at: datetime | None
    second_factor: bool
    consented: bool
    grants: tuple[Granted, ...]


@dataclass(frozen=True)
class Traces:
    """By what somebody is known where no link to them is kept: the account's public id, addresses, names.

    `words` are all of it that may stand in a text, long enough to mean nobody else.
    """

    account_ref: str | None
    addresses: tuple[str, ...]
    address_keys: tuple[str, ...]
    name_keys: tuple[str, ...]
    words: tuple[str, ...]


@dataclass(frozen=True)
class Credentials:
    """What a password is compared with."""

    account_id: int
    password_hash: str | None


def _in_force(now: datetime | BindParameter[datetime]) -> tuple[ColumnElement[bool], ...]:
    return SignIn.ended_at.is_(None), SignIn.expires_at > now


def granted_at(now: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    """Return the condition that a role is in force: not taken back, and its end not come."""
    return RoleGrant.revoked_at.is_(None) & (RoleGrant.ends_at.is_(None) | (RoleGrant.ends_at > now))


# Asked with every request, so made once, and without objects: each costs as much as asking.
_SIGNED_IN = (
    select(
        SignIn.kind, Account.id, Account.public_id, Person.id,
        Person.given_names, Person.first_surname, Person.second_surname, Person.language, Person.zone,
        SignIn.last_seen_at, SignIn.provider_factor, SecondFactor.id, Consent.id,
        RoleGrant.role, RoleGrant.division, RoleGrant.organization_id,
    )
    .join(Account, SignIn.account_id == Account.id)
    .join(Person, Account.person_id == Person.id)
    .outerjoin(SecondFactor, (SecondFactor.account_id == Account.id) & SecondFactor.confirmed_at.is_not(None))
    .outerjoin(
        Consent,
        (Consent.person_id == Person.id) & (Consent.notice_version == bindparam("notice")),
    )
    .outerjoin(RoleGrant, (RoleGrant.person_id == Person.id) & granted_at(bindparam("now", type_=UTCDateTime)))
    .where(
        SignIn.secret_digest == bindparam("secret"),
        Account.disabled_at.is_(None),
        Person.merged_into_id.is_(None),
        *_in_force(bindparam("now", type_=UTCDateTime)),
    )
)  # fmt: skip


_USABLE_ACCOUNT = select(Account.id).where(Account.person_id == bindparam("person"), Account.disabled_at.is_(None))


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


def person_now(person_ref: str) -> Person:
    """Return the person a public id means, or the one they were merged into by now; raises NotFound."""
    found = person_by_ref(person_ref)
    while found.merged_into_id is not None:
        found = person(found.merged_into_id)
    return found


def records_of(person_id: int) -> list[int]:
    """Return the numbers of all records that are one person's by now: the one that stays, then those merged into it."""
    stays = person(person_id)
    while stays.merged_into_id is not None:
        stays = person(stays.merged_into_id)
    found = [stays.id]
    for number in found:
        merged = select(Person.id).where(Person.merged_into_id == number).order_by(Person.id)
        found.extend(db.session.scalars(merged))
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


def refs_of(ids: Collection[int]) -> dict[int, str]:
    """Return the public ids of persons by their numbers."""
    return {row[0]: row[1] for row in db.session.execute(select(Person.id, Person.public_id).where(Person.id.in_(ids)))}


def names_of_accounts(refs: Collection[str]) -> dict[str, str]:
    """Return who stands behind accounts given by public id: the full name of each that there is."""
    if not refs:
        return {}
    owners = select(Account).options(joinedload(Account.person)).where(Account.public_id.in_(refs))
    return {account.public_id: account.person.full_name for account in db.session.scalars(owners)}


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
    statement = select(RoleGrant).where(RoleGrant.person_id.in_(set(ids)), granted_at(clock.now()))
    for grant in db.session.scalars(statement.order_by(RoleGrant.id)):
        found.setdefault(grant.person_id, []).append(grant)
    return found


def former_grants_of(person_id: int) -> Sequence[RoleGrant]:
    """Return the grants of a person that ended or were taken back, the latest first."""
    former = select(RoleGrant).where(RoleGrant.person_id == person_id, ~granted_at(clock.now()))
    return db.session.scalars(former.order_by(RoleGrant.id.desc())).all()


def grant_of(person_id: int, grant_ref: str) -> RoleGrant:
    """Return a grant in force of one person; raises NotFound."""
    found = next((grant for grant in grants_of([person_id]).get(person_id, []) if grant.public_id == grant_ref), None)
    if found is None:
        raise NotFound
    return found


def account_of(person_id: int) -> Account | None:
    """Return a person's account."""
    return db.session.scalar(select(Account).where(Account.person_id == person_id))


def has_usable_account(person_id: int) -> bool:
    """Tell whether a person can sign in: there is an account, and nobody disabled it."""
    with glance() as connection:
        return connection.execute(_USABLE_ACCOUNT, {"person": person_id}).first() is not None


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
    now = clock.now()
    asked = {"secret": secret_digest, "now": now, "notice": rules.PRIVACY_NOTICE_VERSION}
    rows = db.session.connection().execute(_SIGNED_IN, asked).all()
    if not rows:
        return None
    who: Any = rows[0]
    kind, account_id, account_ref, person_id, given, first, second, language, zone = who[:9]
    seen_at, by_provider, factor, consent = who[9:13]
    if rules.is_idle(kind, [row.role for row in rows if row.role], seen_at, now):
        return None
    return SignedIn(
        kind, account_id, account_ref, person_id, rules.full_name(given, first, second), language, zone,
        seen_at, by_provider or factor is not None, consent is not None,
        tuple(Granted(role, division, office) for *_who, role, division, office in rows if role),
    )  # fmt: skip


def sign_ins_of(account_id: int) -> Sequence[SignIn]:
    """Return where an account is signed in at present, newest first."""
    now, roles = clock.now(), _roles_of_account(account_id)
    statement = select(SignIn).where(SignIn.account_id == account_id, *_in_force(now)).order_by(SignIn.id.desc())
    return [one for one in db.session.scalars(statement) if not rules.is_idle(one.kind, roles, one.last_seen_at, now)]


def ended_without_use(secret_digest: str) -> timedelta | None:
    """Return after how long without use a browser's sign-in ended, None for one that goes on or ended otherwise."""
    now, statement = clock.now(), select(SignIn).where(SignIn.secret_digest == secret_digest, SignIn.ended_at.is_(None))
    found = db.session.scalar(statement)
    if found is None:
        return None
    roles = _roles_of_account(found.account_id)
    return rules.idle_after(roles) if rules.is_idle(found.kind, roles, found.last_seen_at, now) else None


def _roles_of_account(account_id: int) -> set[str]:
    granted = select(RoleGrant.role).join(Account, Account.person_id == RoleGrant.person_id)
    return set(db.session.scalars(granted.where(Account.id == account_id, granted_at(clock.now()))))


def second_factor_of(account_id: int) -> SecondFactor | None:
    """Return an account's second factor, confirmed or only begun, as it is stored now."""
    statement = select(SecondFactor).where(SecondFactor.account_id == account_id)
    return db.session.scalar(statement.execution_options(populate_existing=True))


def recovery_codes_left(factor: SecondFactor) -> int:
    """Return how many recovery codes nobody has used."""
    unused = select(func.count()).where(RecoveryCode.factor_id == factor.id, RecoveryCode.used_at.is_(None))
    return db.session.scalar(unused) or 0


def consents_of(person_id: int) -> Sequence[Consent]:
    """Return to which versions of the privacy notice a person agreed, newest first."""
    statement = select(Consent).where(Consent.person_id == person_id)
    return db.session.scalars(statement.order_by(Consent.given_at.desc(), Consent.id.desc())).all()


def former_addresses_of(person_id: int) -> Sequence[FormerAddress]:
    """Return the addresses that a person had before, newest first."""
    statement = select(FormerAddress).where(FormerAddress.person_id == person_id)
    return db.session.scalars(statement.order_by(FormerAddress.id.desc())).all()


def token(token_ref: str) -> OneTimeToken | None:
    """Return what a link stands for, used or not."""
    return db.session.scalar(select(OneTimeToken).where(OneTimeToken.public_id == token_ref))


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


def people_found(
    q: str = "", *, country: str = "", role: str = "", cursor: str | None = None, size: int = 20
) -> Page[Person]:
    """Return persons whose name or address holds a text, by name, with their addresses.

    Left out is who was merged into another, and, where a `country` or a `role` in force is named, who has it not.
    """
    statement = select(Person).options(selectinload(Person.emails), joinedload(Person.organization))
    statement = statement.where(Person.merged_into_id.is_(None))
    if wanted := fold(q):
        reached = select(EmailAddress.person_id).where(EmailAddress.address_key.contains(wanted, autoescape=True))
        named = Person.name_key.contains(wanted, autoescape=True)
        statement = statement.where(or_(named, Person.id.in_(reached)))
    if country:
        statement = statement.where(Person.residence_country == country)
    if role:
        holders = select(RoleGrant.person_id).where(RoleGrant.role == role, granted_at(clock.now()))
        statement = statement.where(Person.id.in_(holders))
    return page_of(statement, keys=[Person.name_key, Person.id], cursor=cursor, size=size)


def accounts_of(ids: Collection[int]) -> dict[int, Account]:
    """Return the accounts of these persons by the person's number."""
    return {found.person_id: found for found in db.session.scalars(select(Account).where(Account.person_id.in_(ids)))}


def traces_of(person_id: int) -> Traces:
    """Return by what a person is known in texts and in columns that hold no link; raises NotFound."""
    found, account = person(person_id), account_of(person_id)
    addresses = list(db.session.scalars(select(EmailAddress).where(EmailAddress.person_id == person_id)))
    short = rules.full_name(found.given_names, found.first_surname)
    names = {found.full_name, found.certificate_name, short, found.name_key} - {""}
    refs = [found.public_id, *([account.public_id] if account else ())]
    keys = tuple(one.address_key for one in addresses)
    former = db.session.scalars(select(FormerAddress.address).where(FormerAddress.person_id == person_id))
    words = {*names, *refs, *keys, *(one.address for one in addresses), *former}
    return Traces(
        account_ref=account.public_id if account else None, addresses=tuple(one.address for one in addresses),
        address_keys=keys, name_keys=tuple(sorted({fold(name) for name in names})), words=tuple(sorted(words)),
    )  # fmt: skip
