"""What is left of somebody who is erased."""

from sqlalchemy import delete, or_, select

from ilpes_lms.core import clock
from ilpes_lms.core.database import db, transaction
from ilpes_lms.core.ids import public_id
from ilpes_lms.core.redaction import NOBODY
from ilpes_lms.core.settings import institute_zone
from ilpes_lms.people import queries
from ilpes_lms.people.models import (
    Account,
    Consent,
    EmailAddress,
    FormerAddress,
    OneTimeToken,
    Person,
    ProviderIdentity,
    RecoveryCode,
    RoleGrant,
    SecondFactor,
    SignIn,
)
from ilpes_lms.people.service import attempts


@transaction
def forget(person_id: int) -> int:
    """Leave of a person a row that says nothing, so that participations still count a person; return 1.

    The public id is another one from now on: whoever still has the old one finds nobody.
    """
    traces, person = queries.traces_of(person_id), db.session.get_one(Person, person_id, with_for_update=True)
    own = select(Account.id).where(Account.person_id == person_id)
    linked = or_(OneTimeToken.account_id.in_(own), OneTimeToken.address_key.in_(traces.address_keys))
    db.session.execute(delete(OneTimeToken).where(linked))
    factors = select(SecondFactor.id).where(SecondFactor.account_id.in_(own))
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.factor_id.in_(factors)))
    for of_account in (SignIn, SecondFactor, ProviderIdentity):
        db.session.execute(delete(of_account).where(of_account.account_id.in_(own)))
    for model in (Consent, RoleGrant, EmailAddress, FormerAddress, Account):
        db.session.execute(delete(model).where(model.person_id == person_id))
    attempts.forget_of(traces.addresses)
    _empty(person)
    return 1


def _empty(person: Person) -> None:
    person.public_id, person.forgotten_at = public_id(), clock.now()
    # What pages and lists show in place of a name, in any language.
    person.given_names = person.certificate_name = NOBODY
    person.first_surname = person.second_surname = person.name_key = ""
    person.organization_text = person.position = person.accessibility_needs = ""
    person.residence_country = person.nationality = person.organization_id = person.sector = None
    person.sex, person.language, person.working_languages, person.zone = "not_stated", "es", [], institute_zone()
    db.session.flush()
    db.session.expire(person)
