"""What people may do: roles given and taken, accounts disabled and enabled; effective with the next request."""

from sqlalchemy import select

from ilpes_lms.audit import service as audit
from ilpes_lms.core import clock
from ilpes_lms.core.database import db, transaction
from ilpes_lms.core.errors import NotFound
from ilpes_lms.people import queries, rules
from ilpes_lms.people.errors import LastAdministrator, NotYourself, OrganizationUnknown
from ilpes_lms.people.models import Account, Person, RoleGrant
from ilpes_lms.people.service import sign_ins
from ilpes_lms.people.vocabularies import divisions
from ilpes_lms.people.vocabularies.errors import UnknownCode


@transaction
def grant_role(
    *, person_id: int, role: str, division: str | None = None, organization_id: int | None = None,
    organization: str | None = None,
) -> RoleGrant:  # fmt: skip
    """Give a person a role, everywhere or limited; the same grant twice is one.

    An organization can be given by number, or as people name it: by its reference or its whole name.
    """
    organization_id = organization_id or (_meant(organization) if organization else None)
    rules.check_role(role, division=division, organization_id=organization_id)
    if division is not None and not divisions.is_code(division):
        raise UnknownCode(division, "divisions", field="division")
    person = _locked_person(person_id)
    for grant in queries.grants_of([person_id]).get(person_id, []):
        if (grant.role, grant.division, grant.organization_id) == (role, division, organization_id):
            return grant
    grant = RoleGrant(
        person_id=person_id, role=role, division=division, organization_id=organization_id, granted_at=clock.now()
    )
    db.session.add(grant)
    db.session.flush()
    audit.record("role.granted", "person", person.public_id, role=role, division=division)
    return grant


@transaction
def revoke_role(*, person_id: int, grant_ref: str) -> None:
    """Take one grant of a role from a person; raises LastAdministrator."""
    grant = queries.grant_of(person_id, grant_ref)
    if grant.role == "administrator":
        _refuse_last_administrator(person_id)
    grant.revoked_at = clock.now()
    person = queries.person(person_id)
    audit.record("role.revoked", "person", person.public_id, role=grant.role, division=grant.division)


@transaction
def disable_account(*, person_id: int, by_person: int | None = None) -> None:
    """Shut an account and end its sign-ins; raises NotYourself, LastAdministrator."""
    if person_id == by_person:
        raise NotYourself
    if "administrator" in queries.roles_of(person_id):
        _refuse_last_administrator(person_id)
    account = _account(person_id)
    if account.disabled_at is None:
        account.disabled_at = clock.now()
        sign_ins.end_all_sign_ins(account_id=account.id)
        audit.record("account.disabled", "account", account.public_id)


@transaction
def enable_account(*, person_id: int) -> None:
    """Open a disabled account again."""
    account = _account(person_id)
    if account.disabled_at is not None:
        account.disabled_at = None
        audit.record("account.enabled", "account", account.public_id)


def _meant(organization: str) -> int:
    found = queries.organizations_called(organization)
    if len(found) != 1:
        raise OrganizationUnknown(field="organization")
    return found[0].id


def _refuse_last_administrator(person_id: int) -> None:
    # All grants are locked in one order, so that two administrators can't remove each other at once.
    grants = db.session.scalars(
        select(RoleGrant)
        .where(RoleGrant.role == "administrator", RoleGrant.revoked_at.is_(None))
        .order_by(RoleGrant.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    others = {grant.person_id for grant in grants if grant.revoked_at is None} - {person_id}
    usable = select(Account.id).where(Account.person_id.in_(others), Account.disabled_at.is_(None))
    if not others or db.session.scalar(usable.limit(1)) is None:
        raise LastAdministrator


def _locked_person(person_id: int) -> Person:
    person = db.session.get(Person, person_id, with_for_update=True, populate_existing=True)
    if person is None:
        raise NotFound
    return person


def _account(person_id: int) -> Account:
    account = queries.account_of(person_id)
    if account is None:
        raise NotFound
    return sign_ins.locked(account.id)
