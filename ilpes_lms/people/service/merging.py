"""Two records of one person, or two entries of one organization, become one: what of it is kept in this room."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager

from sqlalchemy import delete, select

from ilpes_lms.core import clock, moving
from ilpes_lms.core.database import db, transaction
from ilpes_lms.core.moving import Move
from ilpes_lms.core.redaction import NOBODY
from ilpes_lms.core.settings import institute_zone
from ilpes_lms.people.models import (
    Account,
    Consent,
    EmailAddress,
    FormerAddress,
    OneTimeToken,
    Organization,
    Person,
    ProviderIdentity,
    RoleGrant,
)
from ilpes_lms.people.service import ending

_LEADS_ON = "merged_into_id"


def lock_persons(ids: Collection[int]) -> list[Person]:
    """Return persons as they are now, their rows locked in the order of their numbers until the unit of work ends.

    Nobody enrols as one of them meanwhile: the foreign key waits for the lock.
    """
    statement = select(Person).where(Person.id.in_(ids)).order_by(Person.id).with_for_update(of=Person)
    return list(db.session.scalars(statement.execution_options(populate_existing=True)))


def lock_organizations(ids: Collection[int]) -> list[Organization]:
    """Return organizations as they are now, their rows locked in the order of their numbers."""
    statement = select(Organization).where(Organization.id.in_(ids)).order_by(Organization.id).with_for_update()
    return list(db.session.scalars(statement.execution_options(populate_existing=True)))


def merge_persons(gone: int, stays: int, _aside: Mapping[int, int]) -> list[Move]:
    """Plan what moves: addresses sign in to the account that stays, which is the other one's if there is none."""
    return [
        *moving.pointing(EmailAddress, "person_id", gone, stays),
        *moving.pointing(FormerAddress, "person_id", gone, stays),
        *moving.pointing(RoleGrant, "person_id", gone, stays),
        *moving.pointing(Consent, "person_id", gone, stays, unless_alike=("notice_version",)),
        *_accounts(gone, stays),
        Move(Person.__tablename__, gone, _LEADS_ON, None, stays),
    ]


def merge_organizations(gone: int, stays: int) -> list[Move]:
    """Plan what moves: who works there, who speaks for it."""
    return [
        *moving.pointing(Person, "organization_id", gone, stays),
        *moving.pointing(RoleGrant, "organization_id", gone, stays),
        Move(Organization.__tablename__, gone, _LEADS_ON, None, stays),
    ]


@transaction
def carry_out(moves: Sequence[Move]) -> None:
    """Write planned moves, and end whatever who goes is signed in with; the caller holds the locks."""
    gone = [move.row for move in moves if (move.table, move.column) == (Person.__tablename__, _LEADS_ON)]
    for account_id in db.session.scalars(select(Account.id).where(Account.person_id.in_(gone))).all():
        ending.end_all_sign_ins(account_id=account_id)
        db.session.execute(delete(OneTimeToken).where(OneTimeToken.account_id == account_id))
    # A cookie that was taken before does not rise with its owner.
    risen = {move.becomes for move in moves if (move.table, move.column) == (RoleGrant.__tablename__, "person_id")}
    for account_id in db.session.scalars(select(Account.id).where(Account.person_id.in_(risen))).all():
        ending.end_all_sign_ins(account_id=account_id, kind="browser")
    moving.carry_out(moves)
    db.session.expire_all()


@contextmanager
def stand_in() -> Iterator[int]:
    """Add a person who is nobody, for as long as two rows change owners that can't both be one person's."""
    nobody = Person(
        given_names=NOBODY, first_surname="", certificate_name=NOBODY, name_key="", created_at=clock.now(),
        zone=institute_zone(),
    )  # fmt: skip
    db.session.add(nobody)
    db.session.flush()
    yield nobody.id
    db.session.execute(delete(Person).where(Person.id == nobody.id))
    db.session.expunge(nobody)


def _accounts(gone: int, stays: int) -> list[Move]:
    mine, other = (db.session.scalar(select(Account.id).where(Account.person_id == one)) for one in (gone, stays))
    if mine is None or other is None:
        return moving.pointing(Account, "person_id", gone, stays)
    return moving.pointing(ProviderIdentity, "account_id", mine, other)
