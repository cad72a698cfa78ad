"""What of people's ways in is kept for a time only, and is due before a moment."""

from datetime import datetime

from sqlalchemy import ColumnElement, Select, exists, func, or_, select

from ilpes_lms.core import clock
from ilpes_lms.core.database import UTCDateTime
from ilpes_lms.people.models import Account, Attempt, OneTimeToken, Person, RoleGrant, SignIn


def old_attempts(before: datetime) -> Select[int, datetime]:
    """Find the attempts made before a moment."""
    return select(Attempt.id, Attempt.at.label("since")).where(Attempt.at < before)


def old_links(before: datetime) -> Select[int, datetime]:
    """Find the tokens that were used or ran out before a moment."""
    ended: ColumnElement[datetime] = func.coalesce(OneTimeToken.used_at, OneTimeToken.expires_at, type_=UTCDateTime())
    return select(OneTimeToken.id, ended.label("since")).where(ended < before)


def old_sign_ins(before: datetime) -> Select[int, datetime]:
    """Find the sign-ins that ended or ran out before a moment."""
    ended: ColumnElement[datetime] = func.coalesce(SignIn.ended_at, SignIn.expires_at, type_=UTCDateTime())
    return select(SignIn.id, ended.label("since")).where(ended < before)


def unused_accounts(before: datetime) -> Select[int, datetime]:
    """Find the people whose account nobody has used since before a moment, and who hold no office."""
    last: ColumnElement[datetime] = func.coalesce(Account.last_sign_in_at, Account.created_at, type_=UTCDateTime())
    now = clock.now()
    at_work = exists().where(SignIn.account_id == Account.id, or_(SignIn.last_seen_at >= before, _open(now)))
    in_office = exists().where(RoleGrant.person_id == Person.id, RoleGrant.revoked_at.is_(None))
    found = select(Person.id, last.label("since")).join(Account, Account.person_id == Person.id)
    here = Person.forgotten_at.is_(None) & Person.merged_into_id.is_(None)
    return found.where(here, last < before, ~at_work, ~in_office)


def _open(now: datetime) -> ColumnElement[bool]:
    return SignIn.ended_at.is_(None) & (SignIn.expires_at > now)
