"""What programs send of a publication."""

from typing import Any, Literal

from pydantic import AliasPath, Field

from ilpes_lms.statistics.publications.rules import Printed
from ilpes_lms.statistics.publications.service import Publication
from ilpes_lms.statistics.releases.schemas import ChangedOut, ReleaseOut
from ilpes_lms.statistics.schemas import CompilationIn
from ilpes_lms.web.api import Closed, Out

Kind = Literal["national_restricted", "webinar", "international_open", "other_division"]


class PrintedIn(Closed):
    """Numbers that a document prints; left out is not printed, which is not zero."""

    activities: int | None = None
    participations: int | None = None
    women: int | None = None
    men: int | None = None
    other: int | None = None
    not_stated: int | None = None


class KindIn(PrintedIn):
    """Numbers of one kind, and its share of all participations as printed, in whole per cent."""

    share: int | None = None


class EarlierPublicationIn(CompilationIn):
    """What a document printed of a period; `reason` is needed to correct what was entered."""

    symbol: str = Field(max_length=60)
    by_kind: dict[Kind, KindIn] = Field(default_factory=dict)
    totals: PrintedIn = Field(default_factory=PrintedIn)
    reason: str = ""

    def publication(self) -> Publication:
        """Return what was sent."""
        by_kind: dict[str, Printed] = {kind: _said(printed) for kind, printed in self.by_kind.items()}
        return Publication(self.start, self.end, self.symbol, by_kind, _said(self.totals))


class PublicationForeseenOut(Out):
    """How a publication would stand as a release, and what it changes of the one that stands."""

    revises: ReleaseOut | None
    changes: list[ChangedOut] = Field(validation_alias=AliasPath("explained", "changes"))
    statistics: dict[str, Any]


def _said(sent: PrintedIn) -> dict[str, int]:
    """Return the numbers that were sent."""
    numbers: dict[str, int] = sent.model_dump(exclude_none=True)
    return numbers
