"""What programs send and get to merge records."""

from pydantic import AwareDatetime, Field

from ilpes_lms.privacy.merging.rules import LONGEST_REASON
from ilpes_lms.web.api import In, Out, Query


class IntoQuery(Query):
    """The record that stays: its code, or an address or a name of it."""

    into: str = Field(max_length=300)


class MergeIn(In):
    """The record that stays, `seen` of the preview, and why both are one."""

    into: str = Field(max_length=300)
    seen: str = Field(max_length=64)
    reason: str = Field(max_length=LONGEST_REASON)


class UndoIn(In):
    """`seen` of the preview, and why they are two after all."""

    seen: str = Field(max_length=64)
    reason: str = Field(max_length=LONGEST_REASON)


class PageQuery(Query):
    """A page of a list."""

    cursor: str | None = None


class ObstacleOut(Out):
    """What stands against it, and how to go on."""

    code: str
    detail: str


class CollisionOut(Out):
    """Two enrolments in one activity: which stays and which is set aside."""

    activity_ref: str
    title: str
    stays: str
    stays_state: str
    set_aside: str
    set_aside_state: str
    marks_taken: int
    marks_apart: int


class MergePreviewOut(Out):
    """What would move, by table; `seen` is asked for by whoever does it."""

    gone: str
    stays: str
    moves: dict[str, int]
    collisions: list[CollisionOut]
    obstacles: list[ObstacleOut]
    seen: str


class MergeOut(Out):
    """A merge; `undone_at` is null while it stands."""

    merge_ref: str
    kind: str
    gone: str
    stays: str
    reason: str
    at: AwareDatetime
    undone_at: AwareDatetime | None
    undone_reason: str


class MergesOut(Out):
    """A page of merges, newest first."""

    items: list[MergeOut]
    next_cursor: str | None


class UndoPreviewOut(Out):
    """What would go back and what would stay, by table."""

    merge: MergeOut
    back: dict[str, int]
    left: dict[str, int]
    obstacles: list[ObstacleOut]
    seen: str
