"""What programs get of people who may be one."""

from pydantic import AwareDatetime

from ilpes_lms.web.api import Out, Query


class PageQuery(Query):
    """A page of the list."""

    cursor: str | None = None


class TwinPairOut(Out):
    """Two people who may be one: what speaks for it and against it; `strength` is 3 (strong), 2 or 1."""

    pair_ref: str
    first: str
    second: str
    first_name: str
    second_name: str
    same: list[str]
    different: list[str]
    strength: int
    found_at: AwareDatetime
    dismissed_at: AwareDatetime | None


class TwinPairsOut(Out):
    """A page of pairs that nobody has decided about, the likeliest first."""

    items: list[TwinPairOut]
    next_cursor: str | None
