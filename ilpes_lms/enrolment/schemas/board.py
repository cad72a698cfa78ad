"""Shapes of the selection board."""

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from ilpes_lms.enrolment.letters import Preview
from ilpes_lms.enrolment.queries import Applicant
from ilpes_lms.enrolment.rules import MOST_AT_ONCE, Allocation, Balance, Fact, Meter, Reason
from ilpes_lms.enrolment.sayings import reason_text
from ilpes_lms.enrolment.service import Decided
from ilpes_lms.web.api import In, Out, Query
from ilpes_lms.web.errors import text_of


class DecisionsIn(In):
    """One decision about some people of an activity, in the order in which they get the last places."""

    enrolments: list[str] = Field(min_length=1, max_length=MOST_AT_ONCE)
    decision: Literal["accept", "decline", "waitlist"]
    reason: str = Field("", max_length=400)
    override: str | None = Field(None, max_length=400, description="why the place rules are set aside for these people")
    take_back: list[str] = Field(
        [],
        max_length=MOST_AT_ONCE,
        description="who of them loses a confirmed place by it; the others who have one keep it. Needs the reason",
    )


class BoardQuery(Query):
    """Which page of an activity's applications, in which order. `score` is the lowest average that is asked for."""

    sort: Literal["date", "name", "state", "country", "sex", "institution", "sector", "score", "reviews"] = "date"
    descending: bool = False
    state: Literal["applied", "waitlisted", "offered", "confirmed", "declined", "withdrawn", "expired"] | None = None
    country: str | None = Field(None, max_length=3)
    sex: Literal["female", "male", "other", "not_stated"] | None = None
    sector: str | None = Field(None, max_length=40)
    text: str = Field("", max_length=200)
    not_reviewed_by_me: bool = False
    score: int | None = Field(None, ge=0, le=100)
    cursor: str | None = None
    limit: int = Field(100, ge=1, le=200)


class ApplicantOut(Out):
    """An application as the committee sees it; `my_score` and `my_conflict` are the caller's own."""

    id: str
    state: str
    person: str
    name: str
    sex: str
    country: str | None
    institution: str
    institution_country: str | None
    sector: str | None
    position: str
    applied_at: datetime
    average: float | None
    reviews: int
    conflicts: int
    my_score: int | None
    my_conflict: bool
    motivation: str

    @classmethod
    def of(cls, applicant: Applicant) -> "ApplicantOut":
        return cls(**told(applicant))


class BoardOut(Out):
    """A page of applications; `total` counts those that match, `balance` states by sex over all of them."""

    items: list[ApplicantOut]
    next_cursor: str | None
    total: int
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


class LetterOut(Out):
    """A letter as one of its readers gets it, and how many get it in this language."""

    language: str
    number: int
    subject: str
    text: str

    @classmethod
    def of(cls, preview: Preview) -> "LetterOut":
        draft = preview.draft
        return cls(language=preview.language, number=preview.number, subject=draft.subject, text=draft.text)


class DecisionPreviewOut(Out):
    """What a decision would do now; nothing is changed."""

    items: list[DecidedOut]
    letters: list[LetterOut]


class LineOut(Out):
    """One value of an attribute: null is unknown, `others` says of how many values it is the sum."""

    value: str | None
    applied: int
    chosen: int
    others: int

    @classmethod
    def of(cls, line: Meter) -> "LineOut":
        return cls(value=line.value, applied=line.applied, chosen=line.chosen, others=line.others)


class BalanceOut(Out):
    """How those with a place, or chosen, compare with all who applied."""

    sex: list[LineOut]
    country: list[LineOut]
    sector: list[LineOut]
    institution: list[LineOut]

    @classmethod
    def of(cls, balance: Balance) -> "BalanceOut":
        return cls(**{name: [LineOut.of(line) for line in lines] for name, lines in balance.items()})


class ReasonOut(Out):
    """Why, as a code and as a sentence in the caller's language."""

    code: str
    message: str


class ProposedOut(Out):
    """One person of a proposal, and why they are in or out."""

    id: str
    rank: int
    chosen: bool
    average: float | None
    state: str
    sex: str
    country: str | None
    reason: ReasonOut


class ProposalOut(Out):
    """A proposal for the free places, and the balance before and after; nothing is changed."""

    items: list[ProposedOut]
    notes: list[ReasonOut]
    before: BalanceOut
    after: BalanceOut

    @classmethod
    def of(cls, found: Allocation, people: dict[str, Fact], before: Balance, after: Balance) -> "ProposalOut":
        chosen = set(found.chosen)
        return cls(
            items=[
                ProposedOut(
                    id=one.key, rank=rank, chosen=one.key in chosen, average=one.score, state=people[one.key].state,
                    sex=people[one.key].sex, country=people[one.key].country, reason=_reason(found.reasons[one.key]),
                )
                for rank, one in enumerate(found.people, start=1)
            ],
            notes=[_reason(note) for note in found.notes], before=BalanceOut.of(before), after=BalanceOut.of(after),
        )  # fmt: skip


def told(applicant: Applicant) -> dict[str, Any]:
    """Return a line of the board by the names it has in JSON."""
    enrolment, person = applicant.enrolment, applicant.enrolment.person
    return {
        "id": enrolment.public_id, "state": enrolment.state, "person": person.public_id, "name": person.full_name,
        "sex": applicant.sex, "country": applicant.country, "institution": applicant.institution,
        "institution_country": enrolment.organization_country, "sector": applicant.sector,
        "position": enrolment.position_held or person.position, "applied_at": enrolment.applied_at,
        "average": None if applicant.average is None else applicant.average / 100, "reviews": applicant.reviews,
        "conflicts": applicant.conflicts, "my_score": applicant.score, "my_conflict": applicant.conflict,
        "motivation": enrolment.motivation,
    }  # fmt: skip


def _reason(reason: Reason) -> ReasonOut:
    return ReasonOut(code=reason.code, message=reason_text(reason))
