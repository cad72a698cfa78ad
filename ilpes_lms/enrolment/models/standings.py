"""A person's standing in one activity, through its whole life."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core.database import Model
from ilpes_lms.core.ids import public_id
from ilpes_lms.people.models import Person


class Enrolment(Model):
    """One person in one activity.

    A confirmed one has a place number, a waiting one a position; both are unique in their activity, the last
    line of law 4. The activity's `record` is carried along so that the database itself refuses people in an
    activity known by headcount. What is said of the person is copied at application and again at confirmation (law 11).
    """

    __tablename__ = "enrolments"
    __table_args__ = (
        ForeignKeyConstraint(
            ["activity_id", "activity_record"], ["activities.id", "activities.record"], name="fk_enrolments_activity"
        ),
        CheckConstraint("activity_record = 'people'", name="record"),
        UniqueConstraint("activity_id", "person_id", name="uq_enrolments_person"),
        UniqueConstraint("activity_id", "place_number", name="uq_enrolments_place"),
        UniqueConstraint("activity_id", "waiting_position", name="uq_enrolments_position"),
        CheckConstraint(
            "state IN ('applied', 'waitlisted', 'offered', 'confirmed', 'declined', 'withdrawn', 'expired')",
            name="state",
        ),
        CheckConstraint("(state IN ('confirmed', 'offered')) = (place_number IS NOT NULL)", name="place"),
        CheckConstraint("(state = 'waitlisted') = (waiting_position IS NOT NULL)", name="waiting"),
        CheckConstraint("(state = 'offered') = (offer_expires_at IS NOT NULL)", name="offer"),
        Index("ix_enrolments_activity_state", "activity_id", "state"),
        Index("ix_enrolments_person", "person_id"),
    )

    public_id: Mapped[str] = mapped_column(String(26), unique=True, default=public_id)
    activity_id: Mapped[int]
    activity_record: Mapped[str] = mapped_column(String(10), default="people")
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    state: Mapped[str] = mapped_column(String(12))
    place_number: Mapped[int | None]
    waiting_position: Mapped[int | None]
    offer_expires_at: Mapped[datetime | None]
    motivation: Mapped[str] = mapped_column(Text, default="")
    applied_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    sex: Mapped[str | None] = mapped_column(String(12))
    country: Mapped[str | None] = mapped_column(String(3))
    sector: Mapped[str | None] = mapped_column(String(40))
    organization_name: Mapped[str | None] = mapped_column(String(300))
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organizations.id"))
    organization_country: Mapped[str | None] = mapped_column(String(3))
    position_held: Mapped[str | None] = mapped_column(String(200))

    activity: Mapped[Activity] = relationship()
    person: Mapped[Person] = relationship()
    changes: Mapped[list["EnrolmentChange"]] = relationship(order_by="EnrolmentChange.id")


class EnrolmentChange(Model):
    """One step of an enrolment's life: who, when, why (law 5)."""

    __tablename__ = "enrolment_changes"

    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolments.id"), index=True)
    from_state: Mapped[str | None] = mapped_column(String(12))
    to_state: Mapped[str] = mapped_column(String(12))
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(String(400), default="")


class AttributeCorrection(Model):
    """A change, with its reason, of what was copied of a person to an enrolment."""

    __tablename__ = "attribute_corrections"
    __table_args__ = (
        CheckConstraint(
            "field IN ('sex', 'country', 'sector', 'organization_name', 'organization_country', 'position_held')",
            name="field",
        ),
    )

    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolments.id"), index=True)
    field: Mapped[str] = mapped_column(String(30))
    before: Mapped[str | None] = mapped_column(String(300))
    after: Mapped[str | None] = mapped_column(String(300))
    reason: Mapped[str] = mapped_column(String(400))
    actor: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
