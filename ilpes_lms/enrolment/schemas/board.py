"""Shapes of the selection board."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.enrolment.service import Decided
from ilpes_lms.web.api import In, Out, Query
from ilpes_lms.web.errors import text_of

MOST_AT_ONCE = 500


class DecisionsIn(In):
    """One decision about some people of an activity, in the order in which they get the last places."""

    enrolments: list[str] = Field(min_length=1, max_length=MOST_AT_ONCE)
    decision: Literal["accept", "decline", "waitlist"]
    reason: str = Field("", max_length=400)
    override: str | None = Field(None, max_length=400, description="why the place rules are set aside for these people")


class BoardQuery(Query):
    """Which page of an activity's applications, in which order."""

    sort: Literal["date", "name", "state", "country", "sex", "institution"] = "date"
    descending: bool = False
    state: Literal["applied", "waitlisted", "offered", "confirmed", "declined", "withdrawn", "expired"] | None = None
    cursor: str | None = None
    limit: int = Field(100, ge=1, le=200)


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
