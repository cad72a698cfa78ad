"""Shapes of one's own enrolments."""

from collections.abc import Iterable
from datetime import datetime

from pydantic import Field

from ilpes_lms.enrolment.joining import Joining
from ilpes_lms.enrolment.models import ApplicationAnswer, Enrolment, EnrolmentChange
from ilpes_lms.enrolment.rules import MOST_QUESTIONS
from ilpes_lms.enrolment.schemas.applications import AnswerOut, Said
from ilpes_lms.enrolment.service import Prospect
from ilpes_lms.web.api import In, Out


class ApplicationIn(In):
    """A request for a place; the motivation is needed where a committee selects."""

    motivation: str = Field("", max_length=5000)
    answers: Said | None = Field(None, max_length=MOST_QUESTIONS, description="by the question's id; a file: its token")


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


class ProspectOut(Out):
    """What a place in line means: `next`, `after` others, or the rule that stands against it; `over`: none any more."""

    code: str
    over: bool


class LinkOut(Out):
    """A link with what it is for."""

    title: str
    link: str


class EnrolmentWithHistoryOut(EnrolmentOut):
    """The same with every step that led here and all answers; links are for those with a place."""

    history: list[StepOut]
    prospect: ProspectOut | None
    answers: list[AnswerOut]
    joining_links: list[LinkOut]
    materials: list[LinkOut]

    @classmethod
    def whole(
        cls,
        enrolment: Enrolment,
        rank: int | None,
        *,
        prospect: Prospect | None,
        answers: Iterable[ApplicationAnswer],
        joining: Joining,
    ) -> "EnrolmentWithHistoryOut":
        return cls(
            **_standing(enrolment, rank),
            history=[StepOut.of(change) for change in enrolment.changes],
            prospect=ProspectOut(code=prospect.reason.code, over=prospect.over) if prospect else None,
            answers=[AnswerOut.of(answer) for answer in answers],
            joining_links=[LinkOut(title=title, link=link) for title, link in joining.links],
            materials=[LinkOut(title=title, link=link) for title, link in joining.materials],
        )


class EnrolmentsOut(Out):
    """A person's enrolments."""

    items: list[EnrolmentOut]


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
