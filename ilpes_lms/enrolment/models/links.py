"""Places promised by a link: nominations, invitations, and holds for addresses not yet confirmed."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core.database import Model
from ilpes_lms.core.ids import public_id
from ilpes_lms.enrolment.models.standings import Enrolment
from ilpes_lms.people.models import Organization


class NominationQuota(Model):
    """The places of an activity that an institution's focal point fills through a personal link.

    The coordinator may take unfilled places back, all of them too.
    """

    __tablename__ = "nomination_quotas"
    __table_args__ = (
        UniqueConstraint("activity_id", "organization_id", name="uq_nomination_quotas_organization"),
        CheckConstraint("places >= 0", name="places"),
    )

    public_id: Mapped[str] = mapped_column(String(26), unique=True, default=public_id)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activities.id"))
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    places: Mapped[int]
    closes_at: Mapped[datetime]
    focal_point_email: Mapped[str] = mapped_column(String(254))
    link_digest: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    activity: Mapped[Activity] = relationship()
    organization: Mapped[Organization] = relationship()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own attribute


class Invitation(Model):
    """A named person asked to take part, by a coordinator or by nomination (then it has a quota).

    `first_surname` holds all the surnames that were given. The link's secret follows from `link_seed` and the
    application's key, so that a reminder carries the same link; `letters` counts how often the person was written to.
    """

    __tablename__ = "invitations"
    __table_args__ = (
        UniqueConstraint("activity_id", "email_key", name="uq_invitations_email"),
        CheckConstraint("state IN ('sent', 'accepted', 'declined', 'withdrawn')", name="state"),
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
    expires_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    decline_reason: Mapped[str] = mapped_column(String(400), default="", server_default="")
    skips_selection: Mapped[bool] = mapped_column(default=True, server_default=true())
    position: Mapped[str] = mapped_column(String(200), default="", server_default="")
    letters: Mapped[int] = mapped_column(default=0, server_default=text("1"))
    written_at: Mapped[datetime | None]
    link_seed: Mapped[str] = mapped_column(String(26), default="", server_default="")

    activity: Mapped[Activity] = relationship()
    quota: Mapped[NominationQuota | None] = relationship()
    enrolment: Mapped[Enrolment | None] = relationship()

    @property
    def full_name(self) -> str:
        return f"{self.given_names} {self.first_surname}"


class PlaceHold(Model):
    """A place kept for somebody who registered with an address they have not confirmed yet.

    Holds count as held places until they expire; nobody is added to the record before. Only a digest of the
    address is kept.
    """

    __tablename__ = "place_holds"
    __table_args__ = (
        UniqueConstraint("activity_id", "address_digest", name="uq_place_holds_address"),
        Index("ix_place_holds_expires", "expires_at"),
    )

    public_id: Mapped[str] = mapped_column(String(26), unique=True, default=public_id)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activities.id"))
    address_digest: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
