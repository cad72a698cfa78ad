"""Shapes of questions, drafts and answers."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from ilpes_lms.catalogue import wording
from ilpes_lms.catalogue.rules import Answer
from ilpes_lms.core.errors import DomainError
from ilpes_lms.enrolment.models import ApplicationAnswer, ApplicationDraft, ApplicationQuestion, Enrolment
from ilpes_lms.enrolment.rules import MOST_OPTIONS, MOST_QUESTIONS
from ilpes_lms.enrolment.service import LONGEST_MOTIVATION, Beginning
from ilpes_lms.web.api import In, Out
from ilpes_lms.web.errors import text_of

Language = Literal["es", "en", "pt", "fr"]
Words = dict[Language, Annotated[str, StringConstraints(max_length=1000)]]
# By the question's id: a text, the code of an option, a number written in digits, or a file's token.
Said = dict[Annotated[str, StringConstraints(max_length=26)], str]


class QuestionIn(In):
    """A question in one or more languages; `options` of a choice in their order, which gives them their codes."""

    kind: Literal["text", "choice", "number", "file"]
    labels: Words
    hints: Words = Field(default_factory=dict)
    options: list[Words] = Field([], max_length=MOST_OPTIONS)
    required: bool = True
    long: bool = Field(False, description="a text of several lines")


class QuestionChangesIn(QuestionIn):
    """A question as it is to be; `note` says what is corrected where people have answered it."""

    note: str = Field("", max_length=300)


class MoveQuestionIn(In):
    """Which way to move a question among those that are asked."""

    direction: Literal["up", "down"]


class OptionOut(Out):
    """One option of a choice."""

    code: str
    labels: dict[str, str]


class QuestionOut(Out):
    """A question to applicants."""

    id: str
    kind: str
    labels: dict[str, str]
    hints: dict[str, str]
    options: list[OptionOut]
    required: bool
    long: bool

    @classmethod
    def of(cls, question: ApplicationQuestion) -> "QuestionOut":
        return cls(**_question(question))


class QuestionsOut(Out):
    """What an activity asks, in order."""

    items: list[QuestionOut]


class ManagedQuestionOut(QuestionOut):
    """A question as coordinators see it; `corrections` keep earlier words with why they were corrected."""

    asked: bool
    corrections: list[dict[str, Any]]

    @classmethod
    def of(cls, question: ApplicationQuestion) -> "ManagedQuestionOut":
        return cls(**_question(question), asked=question.asked, corrections=question.corrections)


class ManagedQuestionsOut(Out):
    """What an activity asks and has asked."""

    items: list[ManagedQuestionOut]


class DraftIn(In):
    """What is written so far, right or not; files are sent one by one and stay until they are forgotten."""

    motivation: str = Field("", max_length=LONGEST_MOTIVATION)
    answers: Said = Field(default_factory=dict, max_length=MOST_QUESTIONS)
    forget: list[str] = Field([], max_length=MOST_QUESTIONS, description="questions whose file is to go")


class DraftOut(Out):
    """What is written so far; an answer that is a file has its token, name and size."""

    activity: str
    motivation: str
    answers: dict[str, Any]
    saved_at: datetime | None

    @classmethod
    def of(cls, beginning: Beginning) -> "DraftOut":
        return cls(
            activity=beginning.activity.public_id,
            motivation=beginning.motivation,
            answers=_shown(beginning.answers),
            saved_at=beginning.saved_at,
        )

    @classmethod
    def stored(cls, draft: ApplicationDraft) -> "DraftOut":
        return cls(
            activity=draft.activity.public_id,
            motivation=draft.values["motivation"],
            answers=_shown(draft.values["answers"]),
            saved_at=draft.saved_at,
        )


class DraftsOut(Out):
    """All that is begun and not sent, the latest first."""

    items: list[DraftOut]


class FileOut(Out):
    """A file that is kept for an application; `token` is the answer to its question."""

    token: str


class AnswerOut(Out):
    """An answer with its question; `file` is what the file is called, to be had at /enrolments/…/files/`id`."""

    id: str
    question: str
    kind: str
    labels: dict[str, str]
    text: str
    option: dict[str, str] | None
    number: float | None
    file: str | None

    @classmethod
    def of(cls, answer: ApplicationAnswer) -> "AnswerOut":
        question = answer.question
        chosen = next((o["labels"] for o in question.options if o["code"] == answer.text), None)
        return cls(
            id=answer.public_id, question=question.public_id, kind=question.kind, labels=question.labels,
            text=answer.text, option=chosen, number=answer.number, file=answer.file_name or None,
        )  # fmt: skip


class NeedOut(Out):
    """What one participant needs to be able to take part."""

    enrolment: str
    name: str
    needs: str

    @classmethod
    def of(cls, enrolment: Enrolment) -> "NeedOut":
        person = enrolment.person
        return cls(enrolment=enrolment.public_id, name=person.full_name, needs=person.accessibility_needs)


class NeedsOut(Out):
    """What participants need to be able to take part."""

    items: list[NeedOut]


class ReasonOut(Out):
    """A condition that is not met; `silent` where the profile says nothing about it."""

    condition: str
    message: str
    silent: bool


class RefusedOut(Out):
    """Why nobody, or not this person, can apply now."""

    code: str
    message: str


class EligibilityOut(Out):
    """Whether one may apply, and why not; of somebody who is not signed in nothing is known."""

    may_apply: bool
    refused: RefusedOut | None
    eligible: bool | None
    reasons: list[ReasonOut]
    lacking: list[str] = Field(description="what to add to the profile before applying")

    @classmethod
    def of(cls, refused: DomainError | None, answer: Answer | None, lacking: Mapping[str, bool]) -> "EligibilityOut":
        reasons = [
            ReasonOut(condition=one.condition, message=wording.reason_text(one), silent=one.silent)
            for one in (answer.reasons if answer else ())
        ]
        return cls(
            may_apply=refused is None and (answer is None or answer.ok),
            refused=RefusedOut(code=refused.code, message=text_of(refused)) if refused else None,
            eligible=answer.ok if answer else None,
            reasons=reasons,
            lacking=[name for name, needed in lacking.items() if needed],
        )


def _question(question: ApplicationQuestion) -> dict[str, Any]:
    options = [OptionOut(**option) for option in question.options]
    names = ("kind", "labels", "hints", "required", "long")
    return {"id": question.public_id, "options": options, **{name: getattr(question, name) for name in names}}


def _shown(answers: Mapping[str, Any]) -> dict[str, Any]:
    # Where a file is kept is nobody's business outside.
    return {
        ref: {"token": said["token"], "name": said["name"]} if isinstance(said, dict) else said
        for ref, said in answers.items()
    }
