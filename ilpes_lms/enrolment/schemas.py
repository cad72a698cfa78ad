"""Shapes of enrolment in JSON; unknown fields are refused."""

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from ilpes_lms.enrolment.models import Enrolment, EnrolmentChange, Invitation, NominationQuota
from ilpes_lms.enrolment.service import Decided
from ilpes_lms.web.api import In, Out
from ilpes_lms.web.errors import text_of

MOST_AT_ONCE = 500


class ApplicationIn(In):
    """A request for a place; the motivation is needed where a committee selects."""

    motivation: str = Field("", max_length=5000)


class DecisionsIn(In):
    """One decision about some people of an activity, in the order in which they get the last places."""

    enrolments: list[str] = Field(min_length=1, max_length=MOST_AT_ONCE)
    decision: Literal["accept", "decline", "waitlist"]
    reason: str = Field("", max_length=400)


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


class BoardQuery(In):
    """Which page of an activity's applications, in which order."""

    sort: Literal["date", "name", "state", "country", "sex", "institution"] = "date"
    descending: bool = False
    state: Literal["applied", "waitlisted", "offered", "confirmed", "declined", "withdrawn", "expired"] | None = None
    cursor: str | None = None
    limit: int = Field(100, ge=1, le=200)


class StepOut(Out):
    """One step of an enrolment's life."""

    before: str | None
    state: str
    at: datetime
    reason: str

    @classmethod
    def of(cls, change: EnrolmentChange) -> "StepOut":
        return cls(before=change.from_state, state=change.to_state, at=change.at, reason=change.reason)


class EnrolmentOut(Out):
    """A person's standing in an activity; `position` counts from 1 on the waiting list."""

    id: str
    activity: str
    titles: dict[str, str]
    state: str
    position: int | None
    offer_expires_at: datetime | None
    applied_at: datetime
    confirmed_at: datetime | None
    motivation: str

    @classmethod
    def of(cls, enrolment: Enrolment, rank: int | None = None) -> "EnrolmentOut":
        return cls(**_standing(enrolment, rank))


class EnrolmentWithHistoryOut(EnrolmentOut):
    """The same with every step that led here."""

    history: list[StepOut]

    @classmethod
    def of(cls, enrolment: Enrolment, rank: int | None = None) -> "EnrolmentWithHistoryOut":
        return cls(**_standing(enrolment, rank), history=[StepOut.of(change) for change in enrolment.changes])


class EnrolmentsOut(Out):
    """A person's enrolments."""

    items: list[EnrolmentOut]


class ApplicantOut(Out):
    """An application as the committee sees it."""

    id: str
    state: str
    person: str
    name: str
    sex: str
    country: str | None
    institution: str
    applied_at: datetime
    motivation: str

    @classmethod
    def of(cls, enrolment: Enrolment) -> "ApplicantOut":
        person = enrolment.person
        return cls(
            id=enrolment.public_id,
            state=enrolment.state,
            person=person.public_id,
            name=person.full_name,
            sex=enrolment.sex or person.sex,
            country=enrolment.country or person.residence_country,
            institution=person.organization.name if person.organization else person.organization_text,
            applied_at=enrolment.applied_at,
            motivation=enrolment.motivation,
        )


class BoardOut(Out):
    """A page of applications; `balance` counts states by sex over all of them."""

    items: list[ApplicantOut]
    next_cursor: str | None
    balance: dict[str, dict[str, int]]


class RefusalOut(Out):
    """Why something was not done."""

    code: str
    message: str


class DecidedOut(Out):
    """What became of one decision."""

    id: str
    state: str | None
    refused: RefusalOut | None

    @classmethod
    def of(cls, decided: Decided) -> "DecidedOut":
        why = decided.refused
        refused = RefusalOut(code=why.code, message=text_of(why)) if why else None
        return cls(id=decided.ref, state=decided.state, refused=refused)


class DecisionsOut(Out):
    """What became of each decision."""

    items: list[DecidedOut]


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


def _standing(enrolment: Enrolment, rank: int | None) -> dict[str, object]:
    return {
        "id": enrolment.public_id,
        "activity": enrolment.activity.public_id,
        "titles": enrolment.activity.titles,
        "state": enrolment.state,
        "position": rank,
        "offer_expires_at": enrolment.offer_expires_at,
        "applied_at": enrolment.applied_at,
        "confirmed_at": enrolment.confirmed_at,
        "motivation": enrolment.motivation,
    }
