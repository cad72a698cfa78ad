"""Statistics frozen as published."""

import json
from datetime import date, datetime
from functools import cached_property
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ilpes_lms.core.database import Model
from ilpes_lms.core.ids import public_id


class Release(Model):
    """The figures of a period as published: never changed, never deleted, revised by another one.

    `content` is the canonical JSON that `digest` is the SHA-256 of, with the digest of the release before it in the
    chain (`predecessor`; empty for the first). Triggers refuse every UPDATE and DELETE; the other columns repeat what
    the content says. `published_in` is the document whose figures were entered, None where they come from the records.
    """

    __tablename__ = "statistics_releases"
    __table_args__ = (
        CheckConstraint("ends_on >= starts_on", name="period"),
        CheckConstraint("number >= 1 AND revision >= 1", name="numbers"),
        CheckConstraint("(number = 1) = (predecessor = '')", name="chain"),
        CheckConstraint("(revision = 1) = (revises_id IS NULL)", name="revision"),
        UniqueConstraint("number", name="uq_statistics_releases_number"),
        UniqueConstraint("starts_on", "ends_on", "revision", name="uq_statistics_releases_period"),
        # One chain, and one line of revisions: neither forks.
        UniqueConstraint("predecessor", name="uq_statistics_releases_predecessor"),
        UniqueConstraint("revises_id", name="uq_statistics_releases_revises_id"),
        UniqueConstraint("digest", name="uq_statistics_releases_digest"),
    )

    public_id: Mapped[str] = mapped_column(String(26), unique=True, default=public_id)
    number: Mapped[int]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    revision: Mapped[int]
    revises_id: Mapped[int | None] = mapped_column(ForeignKey("statistics_releases.id"))
    predecessor: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))
    published_at: Mapped[datetime]
    published_in: Mapped[str | None] = mapped_column(String(60))
    content: Mapped[str] = mapped_column(Text, deferred=True)

    later: Mapped["Release | None"] = relationship(
        primaryjoin="Release.id == foreign(remote(Release.revises_id))", viewonly=True, uselist=False
    )

    counts: Mapped["ReleaseCounts | None"] = relationship(back_populates="release", uselist=False)

    @property
    def revised_at(self) -> datetime | None:
        return self.later.published_at if self.later else None

    @cached_property
    def said(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.content)
        return found

    @property
    def statistics(self) -> dict[str, Any]:
        found: dict[str, Any] = self.said["statistics"]
        return found

    @property
    def cross_tables(self) -> dict[str, Any] | None:
        """Return the tables across; releases of the first format have none."""
        found: dict[str, Any] | None = self.said.get("cross_tables")
        return found

    @property
    def institutions(self) -> dict[str, tuple[str, str]]:
        """Return names and countries of the institutions in its tables, by code."""
        return {one["code"]: (one["name"], one["country"]) for one in self.said["code_lists"].get("institutions", [])}


class ReleaseCounts(Model):
    """The true numbers that a release's tables across were made from, for staff and for later releases.

    Guarded like the release, which names the digest of `content`.
    """

    __tablename__ = "statistics_release_counts"
    __table_args__ = (UniqueConstraint("release_id", name="uq_statistics_release_counts_release_id"),)

    release_id: Mapped[int] = mapped_column(ForeignKey("statistics_releases.id"))
    content: Mapped[str] = mapped_column(Text)

    release: Mapped[Release] = relationship(back_populates="counts")

    @cached_property
    def said(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.content)
        return found
