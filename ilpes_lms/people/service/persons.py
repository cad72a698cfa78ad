"""Persons and where they work."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, TypedDict, Unpack

from sqlalchemy.exc import IntegrityError

from ilpes_lms.audit import service as audit
from ilpes_lms.core import clock
from ilpes_lms.core.database import db, savepoint, transaction, violates
from ilpes_lms.core.errors import DomainError, NotFound, Stale, refusal_of
from ilpes_lms.core.settings import institute_zone
from ilpes_lms.core.text import fold
from ilpes_lms.people import queries, rules
from ilpes_lms.people.errors import AddressTaken
from ilpes_lms.people.models import Account, EmailAddress, Organization, Person
from ilpes_lms.people.service import passwords
from ilpes_lms.people.vocabularies import countries, languages, sectors, sexes, time_zones
from ilpes_lms.people.vocabularies.errors import UnknownCode

_LONGEST_ORGANIZATION = 300
LONGEST_NAME_KEY = 400
_LONGEST_POSITION = 200
_LONGEST_NEEDS = 2000


class Profile(TypedDict, total=False):
    """What a person says of themselves; what is left out stays as it is."""

    given_names: str
    first_surname: str
    second_surname: str
    certificate_name: str
    sex: str
    country: str | None
    nationality: str | None
    organization: str | None
    position: str
    sector: str | None
    language: str
    working_languages: Sequence[str]
    zone: str
    accessibility_needs: str


@transaction
def create_person(
    *, email: str, given_names: str, first_surname: str, second_surname: str = "", sex: str = "not_stated",
    country: str | None = None, organization: str | None = None, organization_id: int | None = None,
    language: str = "es", zone: str | None = None, nationality: str | None = None, position: str = "",
    sector: str | None = None, password: str | None = None, verified: bool = True,
) -> Person:  # fmt: skip
    """Add a person with an address and an account; without a password they sign up or reset to get one.

    Raises AddressTaken, and names the field of every value that is refused.
    """
    if password is not None:
        about = (given_names, first_surname, second_surname, organization or "")
        rules.check_password(password, email=email, about=about)
    person = add_person(
        email, verified=verified, given_names=given_names, first_surname=first_surname, second_surname=second_surname,
        sex=sex, country=country, organization=organization or "", language=language, nationality=nationality,
        zone=zone or zone_for(country), position=position, sector=sector,
    )  # fmt: skip
    person.organization_id = organization_id or person.organization_id
    add_account(person, passwords.hashed(password) if password is not None else None)
    audit.record("person.created", "person", person.public_id)
    return person


def add_person(email: str, *, verified: bool, **profile: Unpack[Profile]) -> Person:
    """Write a person and an address within the open unit of work; raises AddressTaken."""
    normal, now = rules.address(email), clock.now()
    person = Person(created_at=now, sex="not_stated", second_surname="", certificate_name="")
    write_profile(person, profile)
    person.emails.append(
        EmailAddress(address=normal, address_key=normal.casefold(), verified_at=now if verified else None)
    )
    try:
        with savepoint() as session:
            session.add(person)
            session.flush()
    except IntegrityError as error:
        if violates(error, "uq_email_addresses_address_key", "email_addresses.address_key"):
            raise AddressTaken(field="email") from error
        raise
    return person


def add_account(person: Person, password_hash: str | None) -> Account:
    """Write an account within the open unit of work."""
    account = Account(person_id=person.id, password_hash=password_hash, created_at=clock.now())
    db.session.add(account)
    db.session.flush()
    return account


@transaction
def edit_profile(*, person_id: int, version: int, **profile: Unpack[Profile]) -> Person:
    """Change what a person says of themselves; raises Stale when it was changed since `version` was seen."""
    person = _locked_person(person_id)
    if person.version != version:
        raise Stale
    write_profile(person, profile)
    db.session.flush()
    audit.record("person.edited", "person", person.public_id, fields=sorted(profile))
    return person


@transaction
def note_work(
    *, person_id: int, position: str = "", sector: str | None = None, organization: str = "",
    known: Organization | None = None,
) -> Person:  # fmt: skip
    """Fill in what a person has not said of their work so far; what they have said stays.

    The organization may be one that is `known` to be meant when its name is given.
    """
    person = _locked_person(person_id)
    lacking = Profile()
    if position and not person.position:
        lacking["position"] = position
    if sector and not person.sector:
        lacking["sector"] = sector
    if organization and not person.organization_name:
        lacking["organization"] = organization
    if lacking:
        write_profile(person, lacking)
        if known and "organization" in lacking and fold(organization) == known.name_key:
            person.organization, person.organization_text = known, ""
        db.session.flush()
        audit.record("person.completed", "person", person.public_id, fields=sorted(lacking))
    return person


@transaction
def complete_profile(*, person_id: int, **profile: Unpack[Profile]) -> Person:
    """Write down what a person was asked for on the way to something else; nothing that is the same counts as a change.

    No version is asked for: what is sent is what the person has just read and answered.
    """
    person = _locked_person(person_id)
    before = queries.profile_of(person)
    write_profile(person, profile)
    db.session.flush()
    db.session.expire(person, ["organization"])
    after = queries.profile_of(person)
    if changed := sorted(name for name in after if after[name] != before[name]):
        audit.record("person.edited", "person", person.public_id, fields=changed)
    return person


@transaction
def find_or_add_organization(*, name: str, country: str, sector: str | None = None) -> Organization:
    """Return the organization of this name in a country, added if there is none."""
    clean = _organization_name(name)
    _known(countries, country, "country")
    if found := queries.organization_named(clean, country):
        return found
    added = Organization(name=clean, name_key=queries.organization_key(clean), country=country, sector=sector)
    try:
        with savepoint() as session:
            session.add(added)
            session.flush()
    except IntegrityError:
        found = queries.organization_named(clean, country)
        if found is None:
            raise
        return found
    return added


def zone_for(country: str | None) -> str:
    """Return the time zone to begin with for people of a country."""
    _known(countries, country, "country")
    return (time_zones.default_zone(country) if country else None) or institute_zone()


def write_profile(person: Person, profile: Profile) -> None:
    """Write what was said of a person, cleaned; refuse a value by the name of its field."""
    before = person.full_name
    for name, value in _clean(profile).items():
        setattr(person, name, value)
    if "organization" in profile:
        _write_organization(person, profile["organization"])
    if person.certificate_name in ("", before):
        person.certificate_name = person.full_name
    person.name_key = fold(person.full_name)[:LONGEST_NAME_KEY]


def faults_of_profile(given: Mapping[str, Any]) -> list[DomainError]:
    """Return all that could not be written of what is given, each by the name of its field."""
    checks: dict[str, Any] = {**_CLEANERS, "organization": lambda text, _field: _organization_name(text)}
    refusals = (refusal_of(partial(checks[name], value, name)) for name, value in given.items() if name in checks)
    return [refusal for refusal in refusals if refusal]


def _clean(profile: Profile) -> dict[str, Any]:
    """Return the columns that change, in the form in which they are stored."""
    given: dict[str, Any] = dict(profile)
    clean: dict[str, Any] = {}
    for name, cleaner in _CLEANERS.items():
        if name in given:
            clean["residence_country" if name == "country" else name] = cleaner(given[name], name)
    return clean


def _write_organization(person: Person, text: str | None) -> None:
    name = _organization_name(text)
    known = queries.organization_named(name, person.residence_country) if name else None
    person.organization_id = known.id if known else None
    person.organization_text = "" if known else name


def _organization_name(text: str | None) -> str:
    return rules.one_line(text or "", longest=_LONGEST_ORGANIZATION, field="organization")


def _known(vocabulary: Any, code: str | None, field: str) -> str | None:
    if code is not None and not vocabulary.is_code(code):
        raise UnknownCode(code, field, field=field)
    return code


def _coded(vocabulary: Any, *, optional: bool = True) -> Any:
    def clean(code: str | None, field: str) -> str | None:
        return _known(vocabulary, (code or None) if optional else str(code), field)

    return clean


def _working_languages(given: Sequence[str] | None, field: str) -> list[str]:
    codes = given or ()
    for code in codes:
        _known(languages, code, field)
    return [code for code in languages.CODES if code in codes]


_CLEANERS: dict[str, Any] = {
    "given_names": lambda text, field: rules.name_part(text or "", field=field),
    "first_surname": lambda text, field: rules.name_part(text or "", field=field),
    "second_surname": lambda text, field: rules.name_part(text or "", field=field, needed=False),
    "certificate_name": lambda text, field: rules.name_part(text or "", field=field, needed=False, longest=300),
    "sex": _coded(sexes, optional=False),
    "country": _coded(countries),
    "nationality": _coded(countries),
    "position": lambda text, field: rules.one_line(text or "", longest=_LONGEST_POSITION, field=field),
    "sector": _coded(sectors),
    "language": _coded(languages, optional=False),
    "working_languages": _working_languages,
    "zone": lambda name, field: time_zones.canonical(_coded(time_zones, optional=False)(name, field)),
    "accessibility_needs": lambda text, field: rules.lines(text or "", longest=_LONGEST_NEEDS, field=field),
}


def _locked_person(person_id: int) -> Person:
    person = db.session.get(Person, person_id, with_for_update=True, populate_existing=True)
    if person is None:
        raise NotFound
    return person
