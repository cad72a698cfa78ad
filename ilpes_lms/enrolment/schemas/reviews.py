"""Shapes of judging an application."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from pydantic import Field

from ilpes_lms.catalogue.models import Activity
from ilpes_lms.enrolment.models import ApplicationAnswer, ConflictOfInterest, Review
from ilpes_lms.enrolment.queries import Applicant
from ilpes_lms.enrolment.rules import HIGHEST_SCORE, LONGEST_NOTE, LOWEST_SCORE
from ilpes_lms.enrolment.schemas.applications import AnswerOut
from ilpes_lms.enrolment.schemas.board import ApplicantOut, told
from ilpes_lms.enrolment.schemas.participant import StepOut
from ilpes_lms.enrolment.service import Judgement
from ilpes_lms.web.api import In, Out


class ReviewIn(In):
    """One's own score and private note; a null score is none yet."""

    score: int | None = Field(ge=LOWEST_SCORE, le=HIGHEST_SCORE)
    note: str = Field("", max_length=LONGEST_NOTE)


class OwnReviewOut(Out):
    """One's own review; version 0 is none yet."""

    score: int | None
    note: str
    version: int

    @classmethod
    def of(cls, review: Review | None) -> "OwnReviewOut":
        if review is None:
            return cls(score=None, note="", version=0)
        return cls(score=review.score, note=review.note, version=review.version)


class ReviewOut(Out):
    """What another reviewer wrote."""

    reviewer: str
    name: str
    score: int | None
    note: str
    at: datetime

    @classmethod
    def of(cls, review: Review) -> "ReviewOut":
        person = review.reviewer
        return cls(reviewer=person.public_id, name=person.full_name, score=review.score, note=review.note, at=review.at)


class ConflictIn(In):
    """Why one must not judge a person."""

    reason: str = Field("", max_length=400)


class ConflictOut(Out):
    """Who declared a conflict of interest."""

    reviewer: str
    name: str
    reason: str
    declared_at: datetime

    @classmethod
    def of(cls, one: ConflictOfInterest) -> "ConflictOut":
        person = one.reviewer
        return cls(reviewer=person.public_id, name=person.full_name, reason=one.reason, declared_at=one.declared_at)


class ApplicationOut(ApplicantOut):
    """A whole application; `hidden_reviews` counts those that the caller may not read (yet)."""

    answers: list[AnswerOut]
    history: list[StepOut]
    my_review: OwnReviewOut
    other_reviews: list[ReviewOut]
    hidden_reviews: int
    declared_conflicts: list[ConflictOut]
    may_take_back: bool

    @classmethod
    def whole(
        cls, applicant: Applicant, answers: Sequence[ApplicationAnswer], judgement: Judgement
    ) -> "ApplicationOut":
        """Put an application and what was said of it together."""
        mine = judgement.mine
        known = told(applicant) | {"my_score": mine.score if mine else None, "my_conflict": bool(judgement.conflict)}
        return cls(
            **known,
            answers=[AnswerOut.of(answer) for answer in answers],
            history=[StepOut.of(change) for change in applicant.enrolment.changes],
            my_review=OwnReviewOut.of(mine),
            other_reviews=[ReviewOut.of(review) for review in judgement.others],
            hidden_reviews=judgement.hidden,
            declared_conflicts=[ConflictOut.of(one) for one in judgement.conflicts],
            may_take_back=judgement.may_take_back,
        )


class ReviewDutyOut(Out):
    """An activity that one helps to coordinate; `left` counts the applications one has not judged."""

    activity: str
    titles: dict[str, str]
    left: int


class ReviewDutiesOut(Out):
    """The activities that one helps to coordinate."""

    items: list[ReviewDutyOut]

    @classmethod
    def of(cls, activities: Sequence[Activity], left: Mapping[int, int]) -> "ReviewDutiesOut":
        duties = [
            ReviewDutyOut(activity=activity.public_id, titles=activity.titles, left=left.get(activity.id, 0))
            for activity in activities
        ]
        return cls(items=duties)
