"""One's own data as JSON."""

from typing import Any

from pydantic import AwareDatetime, Field

from ilpes_lms.privacy.rules import LONGEST_REASON
from ilpes_lms.web.api import In, Out


class MyDataOut(Out):
    """All that is stored about the caller, room by room."""

    taken_at: AwareDatetime
    rooms: dict[str, dict[str, Any]]


class NoticeVersionOut(Out):
    """A version of the privacy notice, at /privacy/VERSION, and what it changed."""

    version: str
    changes: list[str]


class NoticeOut(Out):
    """The privacy notice: its versions, newest first, and for how many days each kind is kept (null: for ever)."""

    in_force: str
    versions: list[NoticeVersionOut]
    days: dict[str, int | None]


class EraseIn(In):
    """What it takes to ask to be erased."""

    password: str = Field(max_length=1000)


class ErasureOut(Out):
    """A wish to be erased; both are null where there is none."""

    asked_at: AwareDatetime | None
    due_at: AwareDatetime | None


class EraseForIn(In):
    """Why somebody is erased, as an administrator answers for it; without their name."""

    reason: str = Field(min_length=1, max_length=LONGEST_REASON)


class ForeseenOut(Out):
    """What would go, by room, and of how much something would stay."""

    goes: dict[str, int]
    stays: dict[str, int]


class ErasedOut(Out):
    """How many records each room went through."""

    rooms: dict[str, int]
