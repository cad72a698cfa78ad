"""A person's standing in one activity, through its whole life; nominations and invitations."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core.database import Model
from ilpes_lms.core.ids import public_id
from ilpes_lms.people.models import Organization, Person


class Enrolment(Model):
    """One person in one activity.

    A confirmed one has a place number, a waiting one a position; both are unique in their activity, the last
    line of law 4. The activity's `record` is carried along so that the database itself refuses people in an
    activity known by headcount. What a statistic says of the person is copied at confirmation (law 11).
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


class NominationQuota(Model):
    """The places of an activity that an institution's focal point fills through a personal link."""

    __tablename__ = "nomination_quotas"
    __table_args__ = (
        UniqueConstraint("activity_id", "organization_id", name="uq_nomination_quotas_organization"),
        CheckConstraint("places > 0", name="places"),
    )

    public_id: Mapped[str] = mapped_column(String(26), unique=True, default=public_id)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activities.id"))
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    places: Mapped[int]
    closes_at: Mapped[datetime]
    focal_point_email: Mapped[str] = mapped_column(String(254))
    link_digest: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]

    activity: Mapped[Activity] = relationship()
    organization: Mapped[Organization] = relationship()


class Invitation(Model):
    """A named person asked to take part, by a coordinator or by nomination (then it has a quota)."""

    __tablename__ = "invitations"
    __table_args__ = (
        UniqueConstraint("activity_id", "email_key", name="uq_invitations_email"),
        CheckConstraint("state IN ('sent', 'accepted', 'withdrawn')", name="state"),
    )

    public_id: Mapped[str] = mapped_column(String(26), unique=True, default=public_id)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activities.id"))
    quota_id: Mapped[int | None] = mapped_column(ForeignKey("nomination_quotas.id"), index=True)
    email: Mapped[str] = mapped_column(String(254))
    email_key: Mapped[str] = mapped_column(String(254))
    given_names: Mapped[str] = mapped_column(String(120))
    first_surname: Mapped[str] = mapped_column(String(120))
    language: Mapped[str] = mapped_column(String(2), default="es")
    link_digest: Mapped[str] = mapped_column(String(64), unique=True)
    state: Mapped[str] = mapped_column(String(10), default="sent")
    enrolment_id: Mapped[int | None] = mapped_column(ForeignKey("enrolments.id"))
    created_at: Mapped[datetime]

    activity: Mapped[Activity] = relationship()
    quota: Mapped[NominationQuota | None] = relationship()
    enrolment: Mapped[Enrolment | None] = relationship()
