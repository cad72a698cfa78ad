"""What programs send and get of releases."""

from datetime import date, datetime
from typing import Any

from pydantic import AliasPath, Field

from ilpes_lms.statistics.schemas import CompilationIn
from ilpes_lms.web.api import Out


class PublicationIn(CompilationIn):
    """A period to publish; `seen` is that of the preview, `reason` is needed to revise."""

    seen: str
    reason: str = ""


class ReleaseOut(Out):
    """A release in a list; `revised_at` is when a later one took its place.

    `published_in` is the document whose figures were entered, null where they come from the records.
    """

    ref: str = Field(validation_alias="public_id")
    number: int
    starts_on: date
    ends_on: date
    revision: int
    published_at: datetime
    revised_at: datetime | None
    predecessor: str
    digest: str
    published_in: str | None


class ReleasesOut(Out):
    """A page of releases, newest first."""

    items: list[ReleaseOut]
    next_cursor: str | None


class WholeReleaseOut(ReleaseOut):
    """A release with all it says; its file in JSON is what the digest was taken of."""

    content: dict[str, Any] = Field(validation_alias="said")


class ChangedOut(Out):
    """A figure or fact that differs: of all, of a kind, or of the activity with this ref and title."""

    of: str
    title: str | None
    figure: str
    before: Any
    after: Any


class ChangedCellOut(Out):
    """A cell of a table across that differs: of an attribute's row; null is a hidden cell.

    `activity_refs` are the activities whose own numbers in it moved; none where only what is hidden or listed differs.
    """

    activity_refs: list[str]
    attribute: str
    row: str
    figure: str
    before: int | None
    after: int | None


class LoggedOut(Out):
    """What was logged of an activity since.

    `actor` is an account or a part of the system, null where people took a step of their own.
    """

    activity_ref: str
    at: datetime
    deed: str
    actor: str | None
    reason: str


class ExplainedOut(Out):
    """What differs, and what was logged of the activities concerned that explains it."""

    changes: list[ChangedOut]
    changed_cells: list[ChangedCellOut] = Field(validation_alias="cells_behind")
    logged: list[LoggedOut]


class PreviewOut(Out):
    """What would be published now, `seen` to publish exactly this, what it changes, and what was logged of that.

    `true_tables` are the tables across with nothing hidden, which are not published.
    """

    seen: str
    revises: ReleaseOut | None
    changes: list[ChangedOut] = Field(validation_alias=AliasPath("explained", "changes"))
    changed_cells: list[ChangedCellOut] = Field(validation_alias=AliasPath("explained", "cells_behind"))
    logged: list[LoggedOut] = Field(validation_alias=AliasPath("explained", "logged"))
    statistics: dict[str, Any]
    cross_tables: dict[str, Any]
    true_tables: dict[str, Any]


class DriftOut(Out):
    """What the records now say other than the release; `cells` and `true_tables` are true numbers, for staff."""

    changes: list[ChangedOut] = Field(validation_alias=AliasPath("explained", "changes"))
    logged: list[LoggedOut] = Field(validation_alias=AliasPath("explained", "logged"))
    cells: list[ChangedCellOut] = Field(validation_alias=AliasPath("explained", "cells_behind"))
    true_tables: dict[str, Any] | None
