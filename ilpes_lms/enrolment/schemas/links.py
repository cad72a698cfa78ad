"""Shapes of nominations and invitations."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal

from pydantic import Field

from ilpes_lms.enrolment.models import Invitation, NominationQuota
from ilpes_lms.web.api import In, Out


class QuotaIn(In):
    """Places for an institution, until the end of a day where the activity takes place."""

    organization: str = Field(min_length=2, max_length=300)
    country: str = Field(pattern="^[A-Z]{3}$")
    places: int = Field(gt=0, le=10_000)
    closes_on: date
    focal_point_email: str = Field(max_length=254)


class InviteeIn(In):
    """A person asked to take part, by invitation or by nomination."""

    email: str = Field(max_length=254)
    given_names: str = Field(max_length=120)
    first_surname: str = Field(max_length=120)
    language: Literal["es", "en", "pt", "fr"] | None = None


class NomineeOut(Out):
    """A person asked to take part, and whether they confirmed."""

    id: str
    email: str
    given_names: str
    first_surname: str
    state: str
    enrolment_state: str | None

    @classmethod
    def of(cls, invitation: Invitation) -> "NomineeOut":
        return cls(
            id=invitation.public_id,
            email=invitation.email,
            given_names=invitation.given_names,
            first_surname=invitation.first_surname,
            state=invitation.state,
            enrolment_state=invitation.enrolment.state if invitation.enrolment else None,
        )


class NomineesOut(Out):
    """People asked to take part."""

    items: list[NomineeOut]


class QuotaOut(Out):
    """Places of an institution. The focal point's link is in the letter only."""

    id: str
    organization: str
    places: int
    filled: int
    closes_at: datetime

    @classmethod
    def of(cls, quota: NominationQuota, filled: int) -> "QuotaOut":
        return cls(
            id=quota.public_id,
            organization=quota.organization.name,
            places=quota.places,
            filled=filled,
            closes_at=quota.closes_at,
        )


class QuotasOut(Out):
    """The places of all institutions in an activity."""

    items: list[QuotaOut]


class NominationDeskOut(Out):
    """What a focal point sees."""

    activity: str
    titles: dict[str, str]
    quota: QuotaOut
    nominees: list[NomineeOut]

    @classmethod
    def of(cls, quota: NominationQuota, nominees: Sequence[Invitation]) -> "NominationDeskOut":
        return cls(
            activity=quota.activity.public_id,
            titles=quota.activity.titles,
            quota=QuotaOut.of(quota, len(nominees)),
            nominees=[NomineeOut.of(nominee) for nominee in nominees],
        )
