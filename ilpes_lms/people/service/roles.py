"""What people may do: roles given and taken, accounts disabled and enabled; effective with the next request."""

from datetime import date

from sqlalchemy import select

from ilpes_lms.audit import service as audit
from ilpes_lms.core import clock
from ilpes_lms.core.database import db, transaction
from ilpes_lms.core.errors import NotFound
from ilpes_lms.core.settings import institute_day, institute_zone
from ilpes_lms.people import letters, queries, rules
from ilpes_lms.people.errors import LastAdministrator, NotYourself, OrganizationUnknown
from ilpes_lms.people.models import Account, Person, RoleGrant
from ilpes_lms.people.service import ending
from ilpes_lms.people.vocabularies import divisions
from ilpes_lms.people.vocabularies.errors import UnknownCode

ADMINISTRATOR = "administrator"


@transaction
def grant_role(
    *, person_id: int, role: str, division: str | None = None, organization_id: int | None = None,
    organization: str | None = None, ends_on: date | None = None, reason: str = "", keep_key: str = "",
) -> RoleGrant:  # fmt: skip
    """Give a person a role, everywhere or limited, for good or until the end of a day by the institute's clocks.

    The same grant twice is one; with another end it takes the place of the one before. An organization can be given by
    number, or as people name it: by its reference or its whole name. Raises LastAdministrator where an end would leave
    no administrator without one. Browsers in which the person is signed in are signed out, but for the one of
    `keep_key`.
    """
    organization_id = organization_id or (_meant(organization) if organization else None)
    rules.check_role(role, division=division, organization_id=organization_id)
    rules.check_end(ends_on, institute_day())
    if division is not None and not divisions.is_code(division):
        raise UnknownCode(division, "divisions", field="division")
    person, ends_at = _locked_person(person_id), clock.end_of_day(ends_on, institute_zone()) if ends_on else None
    if role == ADMINISTRATOR and ends_at is not None:
        _refuse_last_administrator(person_id)
    for grant in queries.grants_of([person_id]).get(person_id, []):
        if (grant.role, grant.division, grant.organization_id) == (role, division, organization_id):
            if grant.ends_at == ends_at:
                return grant
            grant.revoked_at = clock.now()
    grant = RoleGrant(
        person_id=person_id, role=role, division=division, organization_id=organization_id, granted_at=clock.now(),
        ends_at=ends_at, reason=rules.one_line(reason, longest=rules.LONGEST_REASON, field="reason"),
    )  # fmt: skip
    db.session.add(grant)
    db.session.flush()
    _end_browsers(person_id, keep_key)
    _record("role.granted", person, grant)
    _tell("people.role_given", grant)
    return grant


@transaction
def revoke_role(*, person_id: int, grant_ref: str, keep_key: str = "") -> None:
    """Take one grant of a role from a person, and sign browsers out as `grant_role` does; raises LastAdministrator."""
    grant = queries.grant_of(person_id, grant_ref)
    if grant.role == ADMINISTRATOR:
        _refuse_last_administrator(person_id)
    grant.revoked_at = clock.now()
    _end_browsers(person_id, keep_key)
    _record("role.revoked", queries.person(person_id), grant)
    _tell("people.role_taken", grant)


def check_may_go(person_id: int) -> None:
    """Refuse to let the last administrator go; raises LastAdministrator."""
    if ADMINISTRATOR in queries.roles_of(person_id):
        _refuse_last_administrator(person_id)


@transaction
def disable_account(*, person_id: int, by_person: int | None = None) -> None:
    """Shut an account and end its sign-ins; raises NotYourself, LastAdministrator."""
    if person_id == by_person:
        raise NotYourself
    if ADMINISTRATOR in queries.roles_of(person_id):
        _refuse_last_administrator(person_id)
    account = _account(person_id)
    if account.disabled_at is None:
        account.disabled_at = clock.now()
        ending.end_all_sign_ins(account_id=account.id)
        audit.record("account.disabled", "account", account.public_id)


@transaction
def enable_account(*, person_id: int) -> None:
    """Open a disabled account again."""
    account = _account(person_id)
    if account.disabled_at is not None:
        account.disabled_at = None
        audit.record("account.enabled", "account", account.public_id)


def _end_browsers(person_id: int, keep_key: str) -> None:
    # A cookie that was taken before does not rise with its owner. Programs go on, with what they may do from now on.
    account = queries.account_of(person_id)
    if account is not None:
        ending.end_all_sign_ins(account_id=account.id, except_key=keep_key, kind="browser")


def _record(verb: str, person: Person, grant: RoleGrant) -> None:
    # The reason may name people: it stays with the grant.
    until = {"until": grant.ends_at.isoformat()} if grant.ends_at else {}
    audit.record(verb, "person", person.public_id, role=grant.role, division=grant.division, **until)


def _tell(kind: str, grant: RoleGrant) -> None:
    """Write to whoever uses their account; one that nobody ever signed in to has nobody to tell."""
    account = queries.account_of(grant.person_id)
    if account is not None and account.last_sign_in_at is not None:
        values = {"role": grant.role, "division": grant.division}
        letters.post(kind, key=f"{kind}:{grant.public_id}", values=values, person_id=grant.person_id)


def _meant(organization: str) -> int:
    found = queries.organizations_called(organization)
    if len(found) != 1:
        raise OrganizationUnknown(field="organization")
    return found[0].id


def _refuse_last_administrator(person_id: int) -> None:
    # All grants are locked in one order, so that two administrators can't remove each other at once. One that will end
    # by itself keeps nobody in place.
    grants = db.session.scalars(
        select(RoleGrant)
        .where(RoleGrant.role == ADMINISTRATOR, RoleGrant.revoked_at.is_(None), RoleGrant.ends_at.is_(None))
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
    return ending.locked(account.id)
