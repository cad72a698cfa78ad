"""An activity's values on their way in: defaults, checks, what is derived from them."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any, TypedDict

from ilpes_lms.catalogue import rules
from ilpes_lms.catalogue.errors import InstitutionAmbiguous, InstitutionUnknown
from ilpes_lms.catalogue.models import Activity, Course, Partner
from ilpes_lms.catalogue.rules.values import check_partners
from ilpes_lms.core.database import db
from ilpes_lms.core.errors import DomainError, refusal_of
from ilpes_lms.core.settings import institute_zone
from ilpes_lms.people import queries as people
from ilpes_lms.people.vocabularies import countries


class Details(TypedDict, total=False):
    """What may be said about an activity beside its kind, titles and dates; `partners` are (name, role)."""

    course_id: int | None
    summaries: Mapping[str, str]
    topics: Sequence[str]
    languages: Sequence[str]
    modality: str
    start_precision: str
    end_precision: str
    dates_as_published: str | None
    zone: str
    hours: Decimal | float | None
    location: str | None
    country: str | None
    division: str | None
    requesting_institution: str | None
    technical_assistance: str | None
    ilpes_support: str | None
    capacity: int | None
    applications_open_at: datetime | None
    applications_close_at: datetime | None
    admission: str
    eligible_countries: Sequence[str]
    waiting_until: datetime | None
    offer_hours: int
    promotes_by: str
    eligible_organizations: Sequence[str]
    eligible_sectors: Sequence[str]
    eligible_languages: Sequence[str]
    record: str
    position: int | None
    notes: Sequence[Mapping[str, Any]]
    joining_link: str | None
    contact: str | None
    partners: Sequence[tuple[str, str]]


class Changes(Details, total=False):
    """What an edit may change; an activity's kind is for life, since its enrolments follow from it."""

    titles: Mapping[str, str]
    starts_on: date
    ends_on: date


_LISTS = (
    "topics", "languages", "eligible_countries", "eligible_organizations", "eligible_sectors", "eligible_languages",
    "notes",
)  # fmt: skip
_TEXTS_BY_LANGUAGE = ("titles", "summaries")
_OPTIONAL_TEXTS = (
    "dates_as_published", "location", "country", "division", "requesting_institution", "technical_assistance",
    "ilpes_support", "joining_link", "contact",
)  # fmt: skip
_NAME_AND_COUNTRY = re.compile(r"(?P<name>.+\S)\s*\((?P<country>[A-Z]{3})\)")
# What is stored of an activity and may be given from outside, partners aside.
FIELDS = tuple(sorted((Changes.__annotations__.keys() | Details.__annotations__.keys()) - {"partners"}))


def defaults(kind: str) -> dict[str, Any]:
    """Return what an activity of a kind is when nothing else is said."""
    return {
        "course_id": None, "summaries": {}, "topics": [], "languages": ["es"], "modality": "live_online",
        "start_precision": "day", "end_precision": "day", "zone": institute_zone(), "hours": None, "capacity": None,
        "applications_open_at": None, "applications_close_at": None, "admission": rules.default_admission(kind),
        "waiting_until": None, "offer_hours": rules.OFFER_HOURS, "promotes_by": rules.default_promotion(kind),
        "eligible_countries": [], "eligible_organizations": [], "eligible_sectors": [], "eligible_languages": [],
        "record": "people", "position": None, "notes": [],
    }  # fmt: skip


def tidy(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values as they are stored: lists, maps without empty texts, None for an empty text."""
    stored = {field: _without_nul(value) for field, value in values.items()}
    for field in _LISTS:
        if field in stored:
            stored[field] = list(stored[field])
    for field in _TEXTS_BY_LANGUAGE:
        if field in stored:
            stored[field] = {code: text.strip() for code, text in stored[field].items() if text and text.strip()}
    for field in _OPTIONAL_TEXTS:
        if field in stored:
            stored[field] = (stored[field] or "").strip() or None
    if stored.get("eligible_organizations"):
        stored["eligible_organizations"] = _institutions(stored["eligible_organizations"])
    if stored.get("hours") is not None:
        stored["hours"] = Decimal(str(stored["hours"]))
    return stored


def faults_of_activity(kind: str, given: Mapping[str, Any]) -> list[DomainError]:
    """Return all that an activity of a kind may not have of what is given, each by the name of its field."""
    others = {name: value for name, value in given.items() if name != "eligible_organizations"}
    checks = (
        partial(_institutions, given.get("eligible_organizations", ())),
        partial(check_partners, given.get("partners", ())),
    )
    found = rules.faults_of_values({**defaults(kind), **others, "kind": kind})
    return found + [refusal for check in checks if (refusal := refusal_of(check))]


def _institutions(named: Sequence[str]) -> list[str]:
    """Return the public ids of institutions named by id, by name, or by name and country: `Ministerio (CHL)`."""
    return list(dict.fromkeys(_institution(text) for text in named if text.strip()))


def _institution(text: str) -> str:
    parts = _NAME_AND_COUNTRY.fullmatch(text.strip())
    if parts and (found := people.organization_named(parts["name"], parts["country"])):
        return found.public_id
    called = people.organizations_called(text.strip())
    if len(called) > 1:
        raise InstitutionAmbiguous(field="eligible_organizations", value=text.strip())
    if not called:
        raise InstitutionUnknown(field="eligible_organizations", value=text.strip())
    return called[0].public_id


def _without_nul(value: Any) -> Any:
    # PostgreSQL keeps no NUL in a text; nobody types one on purpose.
    return value.replace("\x00", "") if isinstance(value, str) else value


def values_of(activity: Activity) -> dict[str, Any]:
    """Return an activity's present values."""
    return {field: getattr(activity, field) for field in FIELDS}


def put_partners(activity: Activity, partners: Sequence[tuple[str, str]]) -> None:
    """Make these the activity's partners, in their order."""
    check_partners(partners)
    for old in list(activity.partners):
        activity.partners.remove(old)
        db.session.delete(old)
    # The old rows go first, so that a partner who stays does not meet itself.
    db.session.flush()
    activity.partners.extend(Partner(name=name.strip(), role=role) for name, role in dict.fromkeys(partners))


def keep_search_key(activity: Activity) -> None:
    """Write what a search looks in."""
    course = db.session.get(Course, activity.course_id) if activity.course_id else None
    country = countries.COUNTRIES[activity.country].names.values() if activity.country else ()
    activity.search_key = rules.search_key(
        activity.titles, course.titles if course else {}, [partner.name for partner in activity.partners],
        [activity.requesting_institution, activity.location, *dict.fromkeys(country)],
    )  # fmt: skip
