"""What JSON clients send and get; names of fields are the service's."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, Field, NaiveDatetime, StringConstraints

from ilpes_lms.catalogue.models import Activity, ClassSession, Course, Material, Module
from ilpes_lms.catalogue.queries import Staff
from ilpes_lms.catalogue.queries.search import PAGE_SIZE
from ilpes_lms.catalogue.rules import OFFER_HOURS
from ilpes_lms.core.settings import institute_zone
from ilpes_lms.people.vocabularies import time_zones
from ilpes_lms.web.api import In, Out, Query

Kind = Literal["international_open", "national_restricted", "other_division", "webinar"]
Modality = Literal["self_paced_online", "live_online", "blended", "in_person"]
Admission = Literal["open", "selection", "nomination", "invitation"]
Precision = Literal["day", "month"]
Language = Literal["es", "en", "pt", "fr"]
# PostgreSQL keeps no NUL in a text.
Text = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$")]
# A zone by an old name is kept by today's.
Zone = Annotated[Text, AfterValidator(time_zones.canonical)]
Short = Annotated[Text, StringConstraints(max_length=200)]
Medium = Annotated[Text, StringConstraints(max_length=300)]
Long = Annotated[Text, StringConstraints(max_length=400)]
_MOST_PLACES = 1_000_000
_MOST_HOURS = 9_999
MOST_OFFER_HOURS = 720
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


class ClassSessionIn(In):
    """One dated meeting, by the clocks of its place."""

    starts_wall: NaiveDatetime = Field(description="without an offset: what clocks at the place show")
    minutes: int = Field(gt=0, le=1440)
    zone: Zone | None = Field(None, description="IANA time zone; by default the activity's")
    title: Short = ""
    joining_link: Annotated[Text, StringConstraints(max_length=500)] | None = None


class ClassSessionChanges(ClassSessionIn):
    """Only the fields that are sent are changed; with other times, who has a place gets a letter with the reason."""

    reason: Annotated[Text, StringConstraints(max_length=400)] = ""

    starts_wall: NaiveDatetime = datetime.min  # noqa: DTZ901 - stands for what is not sent, and is never read
    minutes: int = Field(0, gt=0, le=1440)


class CalledOffIn(In):
    """Why a class session does not take place."""

    reason: Annotated[Text, StringConstraints(max_length=400)] = ""


class CloneIn(In):
    """When the copy starts; without a day, 52 weeks later."""

    starts_on: date | None = None


class AssignmentIn(In):
    """Somebody who has an account, by e-mail address."""

    email: Annotated[Text, StringConstraints(max_length=254)]
    role: Literal["instructor", "co_coordinator"]


class MaterialIn(In):
    """A link to something that participants need."""

    title: Annotated[Short, StringConstraints(min_length=1)]
    link: Annotated[Text, StringConstraints(min_length=1, max_length=500)] = Field(description="an https address")


class MoveIn(In):
    """Which way to move something in its list."""

    direction: Literal["up", "down"]


class MaterialOut(Out):
    """A link to something that participants need."""

    ref: str
    title: str
    link: str

    @classmethod
    def of(cls, material: Material) -> "MaterialOut":
        return cls(ref=material.public_id, title=material.title, link=material.link)


class MaterialsOut(Out):
    """An activity's materials in their order."""

    items: list[MaterialOut]

    @classmethod
    def of(cls, activity: Activity) -> "MaterialsOut":
        return cls(items=[MaterialOut.of(material) for material in activity.materials])


class ModuleIn(In):
    """A part of an activity with hours of its own, and the class sessions that belong to it."""

    titles: dict[Language, Short]
    hours: Decimal | None = Field(None, gt=0, le=_MOST_HOURS, max_digits=6, decimal_places=2)
    class_sessions: list[Short] = Field(default_factory=list, max_length=400)


class ModuleOut(Out):
    """A part of an activity with hours of its own."""

    ref: str
    number: int
    titles: dict[str, str]
    hours: float | None
    class_sessions: list[str]

    @classmethod
    def of(cls, module: Module, sessions: Sequence[ClassSession]) -> "ModuleOut":
        return cls(
            ref=module.public_id, number=module.number, titles=module.titles,
            hours=float(module.hours) if module.hours else None,
            class_sessions=[session.public_id for session in sessions if session.module_id == module.id],
        )  # fmt: skip


class ModulesOut(Out):
    """An activity's modules in their order."""

    items: list[ModuleOut]


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


class ClassSessionOut(Out):
    """One dated meeting."""

    ref: str
    number: int
    title: str
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    zone: str
    wall_start: str
    status: str
    version: int = Field(description="what If-Match names")


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


class AssignmentQuery(Query):
    """In which role somebody is taken off."""

    role: Literal["instructor", "co_coordinator"]


class AssignmentOut(Out):
    """Somebody is assigned."""

    role: str
    person: str
    name: str


class AssignmentsOut(Out):
    """Who is assigned, instructors first."""

    items: list[AssignmentOut]

    @classmethod
    def of(cls, staff: Sequence[Staff]) -> "AssignmentsOut":
        named = [AssignmentOut(role=one.role, person=one.person.public_id, name=one.person.full_name) for one in staff]
        return cls(items=named)


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
