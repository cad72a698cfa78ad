"""Shapes of what an enrolment says of a person, and of its correction."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from pydantic import Field

from ilpes_lms.enrolment.models import AttributeCorrection, Enrolment
from ilpes_lms.enrolment.rules import ATTRIBUTE_LABELS
from ilpes_lms.web.api import In, Out


class CorrectionIn(In):
    """What changes, and why; what is left out stays, null says that it is not known."""

    sex: str | None = None
    country: str | None = Field(None, description="ISO 3166-1 alpha-3")
    sector: str | None = None
    organization_name: str | None = None
    organization_country: str | None = Field(None, description="ISO 3166-1 alpha-3")
    position_held: str | None = None
    reason: str

    def attributes(self) -> dict[str, Any]:
        return self.model_dump(exclude_unset=True, exclude={"reason"})


class CorrectionOut(Out):
    """One correction; `actor` is the account that made it."""

    field: str
    before: str | None
    after: str | None
    reason: str
    actor: str
    at: datetime

    @classmethod
    def of(cls, correction: AttributeCorrection) -> "CorrectionOut":
        return cls.model_validate(correction)


class AttributesOut(Out):
    """What an enrolment says of a person; the ETag is the version that a correction must name."""

    id: str
    sex: str | None
    country: str | None
    sector: str | None
    organization_name: str | None
    organization_country: str | None
    position_held: str | None
    corrections: list[CorrectionOut]

    @classmethod
    def of(cls, enrolment: Enrolment, corrections: Iterable[AttributeCorrection]) -> "AttributesOut":
        return cls(
            id=enrolment.public_id,
            corrections=[CorrectionOut.of(found) for found in corrections],
            **{name: getattr(enrolment, name) for name in ATTRIBUTE_LABELS},
        )
