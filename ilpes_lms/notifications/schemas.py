"""The log of messages as JSON."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from ilpes_lms.web.api import In, Out, Query

State = Literal["queued", "sending", "sent", "skipped", "failed", "bounced"]


class LogQuery(Query):
    """Which messages; all by default."""

    state: State | None = None
    activity: str | None = Field(None, max_length=26)
    kind: str | None = Field(None, max_length=60)
    to: str | None = Field(None, max_length=254, description="A part of the name or of the address.")
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
    note: str = Field(description="Why, in English; what a server said is a line of its own.")


class MessageOut(MessageLine):
    """One message; one-time secrets in its text are masked."""

    text: str
    message_id: str
    language: str | None
    created_at: datetime
    repeats: str | None
    repeated_by: str | None
    summary: str | None = Field(description="The daily summary that it waits for or left in.")
    may_be_repeated: bool


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


class KindWishOut(Out):
    """A kind of message; an essential one is always sent."""

    kind: str
    label: str
    essential: bool
    wanted: bool


class BouncedOut(Out):
    """An address at which nothing arrives, and what the mail server said."""

    address: str
    reason: str


class MyMessagesOut(Out):
    """What one chose about messages."""

    summary_hour: int | None = Field(description="The hour of one's own zone at which all but essential messages come.")
    kinds: list[KindWishOut]
    bounced: list[BouncedOut]


class SummaryIn(In):
    """At which hour of one's own zone all but essential messages come in one; null: one by one."""

    summary_hour: int | None = Field(ge=0, le=23)


class BounceIn(In):
    """A message that a mail service could not deliver."""

    event: str = Field(min_length=1, max_length=200, description="The service's own name of this event.")
    message_id: str = Field(min_length=3, max_length=120, description="The Message-ID of the message.")
    status: str = Field("5.0.0", pattern=r"^[45]\.\d{1,3}\.\d{1,3}$", description="RFC 3463.")
    reason: str = Field("", max_length=1000)


class BounceOut(Out):
    """Whether a report was news."""

    news: bool
