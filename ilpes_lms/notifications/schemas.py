"""The log of messages as JSON."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from ilpes_lms.web.api import In, Out, Query

State = Literal["queued", "sending", "sent", "skipped", "failed"]


class LogQuery(Query):
    """Which messages; all by default."""

    state: State | None = None
    activity: str | None = Field(None, max_length=26)
    cursor: str | None = Field(None, max_length=200)
    size: int = Field(50, ge=1, le=200)


class MessageLine(Out):
    """One message of the list."""

    id: str
    kind: str
    state: str
    to: str
    subject: str
    activity: str | None
    due_at: datetime
    sent_at: datetime | None
    attempts: int


class MessageOut(MessageLine):
    """One message; one-time secrets in its text are masked."""

    text: str
    note: str
    message_id: str
    language: str | None
    created_at: datetime


class MessagesOut(Out):
    """A page of the log."""

    items: list[MessageLine]
    next_cursor: str | None


class WishIn(In):
    """Whether a kind of message is wanted."""

    wanted: bool


class WishOut(Out):
    """Whether a person wants a kind of message."""

    kind: str
    label: str
    wanted: bool
