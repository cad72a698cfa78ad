"""Who may get places, how reviewers judge, and why places were given or not."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ilpes_lms.core.database import Model
from ilpes_lms.core.ids import public_id
from ilpes_lms.people.models import Organization, Person


class PlaceRule(Model):
    """A rule over an activity's capacity.

    `number` is how many (at most, or reserved) or, for `minimum_women`, per cent of the confirmed. Reserved places
    are for `countries` or for `organization` until `until`, then released; None is until the activity begins.
    """

    __tablename__ = "place_rules"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('at_most_per_country', 'at_most_per_institution', 'reserved_countries', "
            "'reserved_institution', 'minimum_women')",
            name="kind",
        ),
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("(kind = 'reserved_institution') = (organization_id IS NOT NULL)", name="organization"),
    )

    public_id: Mapped[str] = mapped_column(String(26), unique=True, default=public_id)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activities.id"), index=True)
    kind: Mapped[str] = mapped_column(String(30))
    number: Mapped[int]
    countries: Mapped[list[str]]
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organizations.id"))
    until: Mapped[datetime | None]

    organization: Mapped[Organization | None] = relationship()


class Review(Model):
    """One reviewer's score (0 to 100) and private note about one application."""

    __tablename__ = "reviews"
    __table_args__ = (
        UniqueConstraint("enrolment_id", "reviewer_id", name="uq_reviews_once"),
        CheckConstraint("score IS NULL OR (score >= 0 AND score <= 100)", name="score"),
    )

    public_id: Mapped[str] = mapped_column(String(26), unique=True, default=public_id)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolments.id"))
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    score: Mapped[int | None]
    note: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    reviewer: Mapped[Person] = relationship()


class ConflictOfInterest(Model):
    """A reviewer's declaration that they must not judge an application."""

    __tablename__ = "conflicts_of_interest"
    __table_args__ = (UniqueConstraint("enrolment_id", "reviewer_id", name="uq_conflicts_of_interest_once"),)

    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolments.id"))
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    reason: Mapped[str] = mapped_column(String(400), default="")
    declared_at: Mapped[datetime]

    reviewer: Mapped[Person] = relationship()


class PlaceDecision(Model):
    """Why free places were passed on, or were not, on one occasion; `outcome` is a code that rules name."""

    __tablename__ = "place_decisions"
    __table_args__ = (Index("ix_place_decisions_activity", "activity_id", "id"),)

    activity_id: Mapped[int] = mapped_column(ForeignKey("activities.id"))
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(64))
    occasion: Mapped[str] = mapped_column(String(40))
    outcome: Mapped[str] = mapped_column(String(40))
    free: Mapped[int | None]
    waiting: Mapped[int]
    promoted: Mapped[int] = mapped_column(default=0)
    details: Mapped[dict[str, Any]]
