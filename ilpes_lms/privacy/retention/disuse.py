"""Accounts that nobody has used for years: whose they are, who is told, and who goes.

Whoever has a certificate stays, so that it keeps its name; so does who takes part in or teaches what is not over, holds
an office, or can't be told.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, Select, exists, func, select

from ilpes_lms.catalogue.models import Activity, Assignment
from ilpes_lms.certificates.models import Certificate
from ilpes_lms.certificates.rules import HANDED_OUT
from ilpes_lms.core import clock
from ilpes_lms.core.database import UTCDateTime, db
from ilpes_lms.core.settings import institute_day
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.enrolment.rules import LIVE
from ilpes_lms.people.keeping import unused_accounts
from ilpes_lms.people.models import Account, EmailAddress, Person
from ilpes_lms.privacy.models import ErasureRequest
from ilpes_lms.privacy.retention.models import DisuseNotice
from ilpes_lms.privacy.retention.rules import TOLD_BEFORE


def unused(before: datetime) -> Select[int, datetime]:
    """Find who has not used their account since before a moment, and was told so a month ago."""
    long_ago = DisuseNotice.told_at < clock.now() - TOLD_BEFORE
    return _unused(before).where(_told(long_ago))


def unused_and_not_told(before: datetime) -> Select[int, datetime]:
    """Find who has not used their account since before a moment and was not told so since they last did."""
    reached = exists().where(EmailAddress.person_id == Person.id, EmailAddress.verified_at.is_not(None))
    return _unused(before).where(~_told(), reached)


def was_told(person_id: int) -> bool:
    """Tell whether somebody was told that nobody uses their account, and has not used it since."""
    found = select(Person.id).join(Account, Account.person_id == Person.id).where(Person.id == person_id, _told())
    return db.session.scalar(found) is not None


def _unused(before: datetime) -> Select[int, datetime]:
    certified = exists().where(Certificate.person_id == Person.id, Certificate.state.in_(HANDED_OUT))
    asked = exists().where(ErasureRequest.person_id == Person.id)
    return unused_accounts(before).where(~certified, ~asked, ~_takes_part(), ~_teaches())


def _told(*more: ColumnElement[bool]) -> ColumnElement[bool]:
    last: ColumnElement[datetime] = func.coalesce(Account.last_sign_in_at, Account.created_at, type_=UTCDateTime())
    return exists().where(DisuseNotice.person_id == Person.id, DisuseNotice.told_at > last, *more)


def _takes_part() -> ColumnElement[bool]:
    to_come = Activity.ends_on >= institute_day()
    live = (Enrolment.person_id == Person.id, Enrolment.state.in_(LIVE))
    return exists().where(Enrolment.activity_id == Activity.id, to_come, *live)


def _teaches() -> ColumnElement[bool]:
    to_come = Activity.ends_on >= institute_day()
    return exists().where(Assignment.activity_id == Activity.id, Assignment.person_id == Person.id, to_come)
