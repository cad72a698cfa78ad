"""Activities as JSON."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field, StringConstraints

from ilpes_lms.catalogue.models import Course
from ilpes_lms.catalogue.queries.search import PAGE_SIZE
from ilpes_lms.catalogue.rules import OFFER_HOURS
from ilpes_lms.catalogue.schemas.class_sessions import ClassSessionOut
from ilpes_lms.catalogue.schemas.fields import (
    MOST_OFFER_HOURS,
    Admission,
    Kind,
    Language,
    Long,
    Medium,
    Modality,
    Precision,
    Short,
    Text,
    Zone,
)
from ilpes_lms.core.settings import institute_zone
from ilpes_lms.web.api import In, Out, Query

_MOST_PLACES = 1_000_000
_MOST_HOURS = 9_999
_LARGEST_PAGE = 100


class SearchIn(Query):
    """The filters of the catalogue page, by the same names."""

    q: Annotated[str, StringConstraints(max_length=200)] = ""
    when: Literal["current", "upcoming", "running", "past"] = "current"
    open: Literal["yes"] | None = Field(None, description="yes: only those that take applications now")
    kind: Kind | None = None
    topic: str | None = None
    country: str | None = Field(None, description="ISO 3166-1 alpha-3, of the place")
    language: Language | None = Field(None, description="of delivery")
    modality: Modality | None = None
    cursor: Annotated[str, StringConstraints(max_length=100)] = ""
    limit: int = Field(PAGE_SIZE, ge=1, le=_LARGEST_PAGE)


class PartnerIn(In):
    """An organization that takes part, and as what."""

    name: Annotated[Medium, StringConstraints(min_length=1)]
    role: Literal["co_organizer", "technical_secretariat", "academic_partner", "donor"]


class ActivityFields(In):
    """What may be said about an activity."""

    course: str | None = Field(None, description="ref of the course that it is a running of")
    summaries: dict[Language, Text] = Field(default_factory=dict)
    topics: list[str] = Field([], max_length=20)
    languages: list[Language] = Field(["es"], max_length=4)
    modality: Modality = "live_online"
    start_precision: Precision = "day"
    end_precision: Precision = "day"
    zone: Zone = Field(default_factory=institute_zone, description="IANA time zone; by default the institute's")
    hours: float | None = Field(None, gt=0, le=_MOST_HOURS)
    location: Short | None = None
    country: str | None = None
    division: str | None = None
    requesting_institution: Medium | None = None
    technical_assistance: Text | None = None
    ilpes_support: Text | None = None
    capacity: int | None = Field(None, gt=0, le=_MOST_PLACES)
    applications_open_at: AwareDatetime | None = None
    applications_close_at: AwareDatetime | None = None
    admission: Admission | None = None
    eligible_countries: list[str] = Field([], max_length=250)
    waiting_until: AwareDatetime | None = None
    offer_hours: int = Field(OFFER_HOURS, gt=0, le=MOST_OFFER_HOURS)
    promotes_by: Literal["offer", "place"] = "offer"
    eligible_organizations: list[Medium] = Field(
        [], max_length=500, description="public ids, or names as in the list; with the country where it needs one"
    )
    eligible_sectors: list[str] = Field([], max_length=20)
    eligible_languages: list[Language] = Field([], max_length=4)
    joining_link: Annotated[Text, StringConstraints(max_length=500)] | None = None
    contact: Annotated[Text, StringConstraints(max_length=254)] | None = None
    partners: list[PartnerIn] = Field([], max_length=20)


class ActivityIn(ActivityFields):
    """A new activity; it begins as a draft."""

    kind: Kind
    titles: dict[Language, Long]
    starts_on: date
    ends_on: date | None = None


class ActivityChanges(ActivityFields):
    """Only the fields that are sent are changed."""

    titles: dict[Language, Long] = Field(default_factory=dict)
    starts_on: date = date.min
    ends_on: date = date.min
    move_class_sessions: bool = Field(False, description="move class sessions to come along with the first day")


class CloneIn(In):
    """When the copy starts; without a day, 52 weeks later."""

    starts_on: date | None = None


class WindowOut(Out):
    """Whether one may apply now."""

    state: str
    opens_at: AwareDatetime | None
    closes_at: AwareDatetime


class CardOut(Out):
    """What a list says of one activity."""

    ref: str
    kind: str
    titles: dict[str, str]
    starts_on: date
    ends_on: date
    start_precision: str
    end_precision: str
    languages: list[str]
    modality: str
    hours: float | None
    location: str | None
    country: str | None
    eligible_countries: list[str]
    requesting_institution: str | None
    admission: str
    status: str
    capacity: int | None
    confirmed: int
    waiting: int
    when: str
    window: WindowOut


class SearchOut(Out):
    """One page of the catalogue, with the counts of every filter."""

    items: list[CardOut]
    total: int
    facets: dict[str, dict[str, int]]
    next_cursor: str | None


class PartnerOut(Out):
    """An organization that takes part, and as what."""

    name: str
    role: str


class HeadcountIn(In):
    """How many took part where people are not on record; a headcount said before needs a reason to be corrected."""

    women: int = Field(ge=0, le=1_000_000)
    men: int = Field(ge=0, le=1_000_000)
    other: int = Field(0, ge=0, le=1_000_000)
    not_stated: int = Field(0, ge=0, le=1_000_000)
    source: str = Field("", max_length=200)
    reason: str = Field("", max_length=400)


class HeadcountOut(Out):
    """How many took part, where only that is known."""

    women: int
    men: int
    other: int
    not_stated: int
    source: str


class ActivityOut(Out):
    """One activity as everyone may see it."""

    ref: str
    kind: str
    course: str | None
    titles: dict[str, str]
    summaries: dict[str, str]
    topics: list[str]
    languages: list[str]
    modality: str
    starts_on: date
    ends_on: date
    start_precision: str
    end_precision: str
    dates_as_published: str | None
    zone: str
    hours: float | None
    location: str | None
    country: str | None
    division: str | None
    requesting_institution: str | None
    technical_assistance: str | None
    ilpes_support: str | None
    capacity: int | None
    confirmed: int
    waiting: int
    admission: str
    window: WindowOut
    eligible_countries: list[str]
    eligible_organizations: list[str]
    eligible_sectors: list[str]
    eligible_languages: list[str]
    status: str
    record: str
    notes: list[dict[str, Any]]
    contact: str | None
    partners: list[PartnerOut]
    class_sessions: list[ClassSessionOut]
    headcount: HeadcountOut | None


class ManagedActivityOut(ActivityOut):
    """One activity as its coordinators see it; `version` is what If-Match names."""

    joining_link: str | None
    waiting_until: AwareDatetime | None
    offer_hours: int
    promotes_by: str
    version: int


class ManagedLineOut(Out):
    """One line of the coordinators' list."""

    ref: str
    kind: str
    titles: dict[str, str]
    status: str
    starts_on: date
    ends_on: date
    capacity: int | None
    confirmed: int
    waiting: int


class ManagedPageOut(Out):
    """A page of the coordinators' list."""

    items: list[ManagedLineOut]
    next_cursor: str | None


class ManagedIn(Query):
    """The filters of the coordinators' list."""

    q: Annotated[str, StringConstraints(max_length=200)] = ""
    kind: Kind | None = None
    status: Literal["draft", "published", "closed", "archived", "cancelled"] | None = None
    cursor: Annotated[str, StringConstraints(max_length=200)] = ""


class CourseOut(Out):
    """What is taught."""

    ref: str
    titles: dict[str, str]
    default_hours: float | None


class CoursesOut(Out):
    """The courses by their titles."""

    items: list[CourseOut]

    @classmethod
    def of(cls, courses: Sequence[Course]) -> "CoursesOut":
        return cls(
            items=[CourseOut(ref=one.public_id, titles=one.titles, default_hours=one.default_hours) for one in courses]
        )
