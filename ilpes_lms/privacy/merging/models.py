"""What was merged into what, and every value that changed for it."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ilpes_lms.core.database import Model
from ilpes_lms.core.ids import public_id
from ilpes_lms.people.models import Organization, Person

_STANDS = text("undone_at IS NULL")
_NUMBER = BigInteger().with_variant(Integer, "sqlite")


class Merge(Model):
    """One person, or one organization, merged into another; `undone_at` says that it was taken back.

    It goes when one of its people is erased, and can't be undone any more then.
    """

    __tablename__ = "merges"
    __table_args__ = (
        CheckConstraint(
            "(gone_person_id IS NULL) = (stays_person_id IS NULL) "
            "AND (gone_organization_id IS NULL) = (stays_organization_id IS NULL) "
            "AND (gone_person_id IS NULL) <> (gone_organization_id IS NULL)",
            name="ends",
        ),
        # Nobody is merged twice, unless the first time was taken back.
        Index(
            "uq_merges_gone_person_id", "gone_person_id", unique=True, sqlite_where=_STANDS, postgresql_where=_STANDS
        ),
        Index(
            "uq_merges_gone_organization_id",
            "gone_organization_id",
            unique=True,
            sqlite_where=_STANDS,
            postgresql_where=_STANDS,
        ),
    )

    public_id: Mapped[str] = mapped_column(String(26), unique=True, default=public_id)
    gone_person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    stays_person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"), index=True)
    gone_organization_id: Mapped[int | None] = mapped_column(ForeignKey("organizations.id"))
    stays_organization_id: Mapped[int | None] = mapped_column(ForeignKey("organizations.id"), index=True)
    reason: Mapped[str] = mapped_column(String(500))
    by: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str] = mapped_column(String(64), default="")
    undone_reason: Mapped[str] = mapped_column(String(500), default="")

    gone_person: Mapped[Person | None] = relationship(foreign_keys=[gone_person_id])
    stays_person: Mapped[Person | None] = relationship(foreign_keys=[stays_person_id])
    gone_organization: Mapped[Organization | None] = relationship(foreign_keys=[gone_organization_id])
    stays_organization: Mapped[Organization | None] = relationship(foreign_keys=[stays_organization_id])

    @property
    def kind(self) -> str:
        return "persons" if self.gone_person_id else "organizations"


class MergeMove(Model):
    """One value of one row that a merge changed, in the order in which that was done."""

    __tablename__ = "merge_moves"

    merge_id: Mapped[int] = mapped_column(ForeignKey("merges.id"), index=True)
    room: Mapped[str] = mapped_column(String(40))
    table_name: Mapped[str] = mapped_column(String(60))
    row_id: Mapped[int] = mapped_column(_NUMBER)
    column_name: Mapped[str] = mapped_column(String(60))
    was: Mapped[Any | None] = mapped_column(JSON(none_as_null=True))
    became: Mapped[Any | None] = mapped_column(JSON(none_as_null=True))
