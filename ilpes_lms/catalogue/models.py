"""Courses, activities of the four kinds, their class sessions, partners and staff."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ilpes_lms.catalogue.rules import Dates
from ilpes_lms.core.database import Model
from ilpes_lms.core.ids import public_id
from ilpes_lms.core.settings import institute_zone


class Course(Model):
    """What is taught: a timeless catalogue entry. Titles and summaries by language code."""

    __tablename__ = "courses"

    public_id: Mapped[str] = mapped_column(String(26), unique=True, default=public_id)
    slug: Mapped[str] = mapped_column(String(100), unique=True)
    titles: Mapped[dict[str, str]]
    summaries: Mapped[dict[str, str]]
    topics: Mapped[list[str]]
    sdgs: Mapped[list[int]]
    default_hours: Mapped[Decimal | None] = mapped_column(Numeric(7, 2))


class Activity(Model):
    """One dated running of a course, or one webinar.

    `record` says how its people are known: by people (enrolments here), by headcount, or not at all
    (law 13). `country` is the host or requesting country, never used for participants. `confirmed_count` and
    `waiting_count` are written by enrolment in the transaction that locks the row. `capacity` None is
    unlimited. `published_at` tells a cancelled activity that people have seen from a discarded draft.
    `search_key` is kept by the service, and so is `sessions_end_at`, when the last scheduled class session ends.
    `dates_as_published` keeps how a report printed the dates; `position` its row there. `eligible_*` empty is no
    restriction; organizations by public id. Those who wait get a free place as an offer for `offer_hours`, or at
    once (`promotes_by`), but not after `waiting_until`.
    """

    __tablename__ = "activities"
    __table_args__ = (
        UniqueConstraint("id", "record", name="uq_activities_id_record"),
        CheckConstraint(
            "kind IN ('international_open', 'national_restricted', 'other_division', 'webinar')", name="kind"
        ),
        CheckConstraint("record IN ('people', 'headcount', 'no_record')", name="record"),
        CheckConstraint("status IN ('draft', 'published', 'closed', 'archived', 'cancelled')", name="status"),
        CheckConstraint("admission IN ('open', 'selection', 'nomination', 'invitation')", name="admission"),
        CheckConstraint("modality IN ('self_paced_online', 'live_online', 'blended', 'in_person')", name="modality"),
        CheckConstraint("start_precision IN ('day', 'month')", name="start_precision"),
        CheckConstraint("end_precision IN ('day', 'month')", name="end_precision"),
        CheckConstraint("ends_on >= starts_on", name="dates"),
        CheckConstraint("capacity IS NULL OR capacity > 0", name="capacity"),
        CheckConstraint("offer_hours > 0", name="offer_hours"),
        CheckConstraint("promotes_by IN ('offer', 'place')", name="promotes_by"),
        CheckConstraint("confirmed_count >= 0 AND waiting_count >= 0", name="counts"),
        Index("ix_activities_status_starts", "status", "starts_on"),
        Index("ix_activities_dates", "starts_on", "ends_on"),
    )

    public_id: Mapped[str] = mapped_column(String(26), unique=True, default=public_id)
    kind: Mapped[str] = mapped_column(String(30))
    course_id: Mapped[int | None] = mapped_column(ForeignKey("courses.id"), index=True)
    titles: Mapped[dict[str, str]]
    summaries: Mapped[dict[str, str]]
    search_key: Mapped[str] = mapped_column(Text, default="")
    topics: Mapped[list[str]]
    languages: Mapped[list[str]]
    modality: Mapped[str] = mapped_column(String(20))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    start_precision: Mapped[str] = mapped_column(String(5), default="day")
    end_precision: Mapped[str] = mapped_column(String(5), default="day")
    dates_as_published: Mapped[str | None] = mapped_column(String(120))
    zone: Mapped[str] = mapped_column(String(64), default=institute_zone)
    hours: Mapped[Decimal | None] = mapped_column(Numeric(7, 2))
    location: Mapped[str | None] = mapped_column(String(200))
    country: Mapped[str | None] = mapped_column(String(3))
    division: Mapped[str | None] = mapped_column(String(40))
    requesting_institution: Mapped[str | None] = mapped_column(String(300))
    technical_assistance: Mapped[str | None] = mapped_column(Text)
    ilpes_support: Mapped[str | None] = mapped_column(Text)
    capacity: Mapped[int | None]
    confirmed_count: Mapped[int] = mapped_column(default=0)
    waiting_count: Mapped[int] = mapped_column(default=0)
    applications_open_at: Mapped[datetime | None]
    applications_close_at: Mapped[datetime | None]
    sessions_end_at: Mapped[datetime | None]
    admission: Mapped[str] = mapped_column(String(20))
    eligible_countries: Mapped[list[str]]
    eligible_sectors: Mapped[list[str]] = mapped_column(default=list, server_default="[]")
    eligible_organizations: Mapped[list[str]] = mapped_column(default=list, server_default="[]")
    eligible_languages: Mapped[list[str]] = mapped_column(default=list, server_default="[]")
    waiting_until: Mapped[datetime | None]
    offer_hours: Mapped[int] = mapped_column(default=72, server_default="72")
    promotes_by: Mapped[str] = mapped_column(String(5), default="offer", server_default="offer")
    status: Mapped[str] = mapped_column(String(12), default="draft")
    record: Mapped[str] = mapped_column(String(10), default="people")
    position: Mapped[int | None]
    notes: Mapped[list[dict[str, Any]]]
    joining_link: Mapped[str | None] = mapped_column(String(500))
    contact: Mapped[str | None] = mapped_column(String(254))
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]

    course: Mapped[Course | None] = relationship()
    partners: Mapped[list["Partner"]] = relationship(order_by="Partner.id")
    class_sessions: Mapped[list["ClassSession"]] = relationship(
        back_populates="activity", order_by="ClassSession.starts_at"
    )
    materials: Mapped[list["Material"]] = relationship(order_by="Material.number")
    modules: Mapped[list["Module"]] = relationship(order_by="Module.number")
    headcount: Mapped["Headcount | None"] = relationship(viewonly=True)

    @property
    def dates(self) -> Dates:
        """Return when it takes place."""
        return Dates(self.starts_on, self.ends_on, self.start_precision, self.end_precision)


class Headcount(Model):
    """Women, men, other and not stated of an activity whose people are not on record here."""

    __tablename__ = "headcounts"
    __table_args__ = (
        CheckConstraint("women >= 0 AND men >= 0 AND other >= 0 AND not_stated >= 0", name="not_negative"),
    )

    activity_id: Mapped[int] = mapped_column(ForeignKey("activities.id"), unique=True)
    women: Mapped[int]
    men: Mapped[int]
    other: Mapped[int] = mapped_column(default=0)
    not_stated: Mapped[int] = mapped_column(default=0)
    source: Mapped[str] = mapped_column(String(200), default="")


class HeadcountChange(Model):
    """A headcount as it was recorded or corrected: who, when, and why if it was not the first."""

    __tablename__ = "headcount_changes"
    __table_args__ = (
        CheckConstraint("women >= 0 AND men >= 0 AND other >= 0 AND not_stated >= 0", name="not_negative"),
    )

    activity_id: Mapped[int] = mapped_column(ForeignKey("activities.id"), index=True)
    women: Mapped[int]
    men: Mapped[int]
    other: Mapped[int]
    not_stated: Mapped[int]
    source: Mapped[str] = mapped_column(String(200))
    reason: Mapped[str] = mapped_column(String(400))
    actor: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]


class RecordChange(Model):
    """A switch of how an activity's people are on record: who, when and why."""

    __tablename__ = "record_changes"
    __table_args__ = (
        CheckConstraint(
            "before IN ('people', 'headcount', 'no_record') AND after IN ('people', 'headcount', 'no_record')",
            name="records",
        ),
        CheckConstraint("before <> after", name="switched"),
    )

    activity_id: Mapped[int] = mapped_column(ForeignKey("activities.id"), index=True)
    before: Mapped[str] = mapped_column(String(10))
    after: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(String(400))
    actor: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]


class Partner(Model):
    """An organization that takes part in offering an activity."""

    __tablename__ = "partners"
    __table_args__ = (
        CheckConstraint("role IN ('co_organizer', 'technical_secretariat', 'academic_partner', 'donor')", name="role"),
        UniqueConstraint("activity_id", "name", "role", name="uq_partners_once"),
    )

    activity_id: Mapped[int] = mapped_column(ForeignKey("activities.id"))
    name: Mapped[str] = mapped_column(String(300))
    role: Mapped[str] = mapped_column(String(30))


class Material(Model):
    """A link to something that participants need; shown only to those with a place."""

    __tablename__ = "materials"
    __table_args__ = (UniqueConstraint("activity_id", "number", name="uq_materials_number"),)

    public_id: Mapped[str] = mapped_column(String(26), unique=True, default=public_id)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activities.id"))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    link: Mapped[str] = mapped_column(String(500))


class Module(Model):
    """A part of an activity with hours of its own."""

    __tablename__ = "modules"
    __table_args__ = (
        UniqueConstraint("activity_id", "number", name="uq_modules_number"),
        CheckConstraint("hours IS NULL OR hours > 0", name="hours"),
    )

    public_id: Mapped[str] = mapped_column(String(26), unique=True, default=public_id)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activities.id"))
    number: Mapped[int]
    titles: Mapped[dict[str, str]]
    hours: Mapped[Decimal | None] = mapped_column(Numeric(7, 2))


class ClassSession(Model):
    """One dated meeting of an activity, kept as UTC and as the wall time and zone of its place (law 8).

    `number` counts an activity's class sessions by time, cancelled ones among them. `sequence` counts how often it
    was moved or cancelled, as calendars want to know; `reason` is why, the last time. `version` counts its changes.
    """

    __tablename__ = "class_sessions"
    __table_args__ = (
        UniqueConstraint("activity_id", "number", name="uq_class_sessions_number"),
        CheckConstraint("ends_at > starts_at", name="times"),
        CheckConstraint("status IN ('scheduled', 'cancelled')", name="status"),
        Index("ix_class_sessions_starts", "starts_at"),
        # A double click, or two coordinators, make no second one; what was cancelled may be planned again.
        Index(
            "uq_class_sessions_scheduled",
            "activity_id",
            "starts_at",
            unique=True,
            sqlite_where=text("status = 'scheduled'"),
            postgresql_where=text("status = 'scheduled'"),
        ),
    )

    public_id: Mapped[str] = mapped_column(String(26), unique=True, default=public_id)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activities.id"))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(200), default="")
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    zone: Mapped[str] = mapped_column(String(64))
    wall_start: Mapped[str] = mapped_column(String(16))
    status: Mapped[str] = mapped_column(String(10), default="scheduled")
    joining_link: Mapped[str | None] = mapped_column(String(500))
    module_id: Mapped[int | None] = mapped_column(ForeignKey("modules.id"))
    sequence: Mapped[int] = mapped_column(default=0, server_default="0")
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    reason: Mapped[str] = mapped_column(String(400), default="", server_default="")

    activity: Mapped[Activity] = relationship(back_populates="class_sessions")

    @property
    def minutes(self) -> int:
        """Return how long it takes."""
        return int((self.ends_at - self.starts_at).total_seconds() // 60)


class CatalogueEdition(Model):
    """One row whose random stamp changes with whatever the public catalogue shows.

    Who kept a page asks for the stamp and knows whether the page still stands.
    """

    __tablename__ = "catalogue_editions"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    stamp: Mapped[str] = mapped_column(String(26))


class Assignment(Model):
    """A person who teaches or co-coordinates an activity, between dates if they are given."""

    __tablename__ = "assignments"
    __table_args__ = (
        UniqueConstraint("activity_id", "person_id", "role", name="uq_assignments_once"),
        CheckConstraint("role IN ('instructor', 'co_coordinator')", name="role"),
        Index("ix_assignments_person", "person_id"),
    )

    activity_id: Mapped[int] = mapped_column(ForeignKey("activities.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    role: Mapped[str] = mapped_column(String(20))
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
