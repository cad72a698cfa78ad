"""Messages that did not get through, and sending them again, as JSON."""

from datetime import datetime

from pydantic import Field

from ilpes_lms.notifications.schemas import MessageLine
from ilpes_lms.web.api import In, Out, Query

_REASON = "A code of `reasons`."


class StrandedQuery(Query):
    """Which messages that did not get through; all by default."""

    reason: str = Field("", max_length=40, description=_REASON)
    domain: str = Field("", max_length=254, description="What follows the @ of the address.")
    kind: str = Field("", max_length=60)
    cursor: str | None = Field(None, max_length=200)
    size: int = Field(50, ge=1, le=200)


class StrandedOut(Out):
    """A page of them; the counts are of all that did not get through."""

    items: list[MessageLine]
    next_cursor: str | None
    repeatable: int = Field(description="How many of those asked for can be sent again.")
    reasons: dict[str, int]
    domains: dict[str, int]
    kinds: dict[str, int]


class RetryIn(In):
    """Which messages are to be sent again, and how many of them can be, as you saw it."""

    reason: str = Field("", max_length=40, description=_REASON)
    domain: str = Field("", max_length=254)
    kind: str = Field("", max_length=60)
    count: int = Field(ge=0, le=10_000_000)


class RetryOut(Out):
    """How far sending again has come."""

    id: str = Field(validation_alias="public_id")
    state: str
    reason: str
    kind: str
    total: int
    done: int
    asked_at: datetime
    ended_at: datetime | None
