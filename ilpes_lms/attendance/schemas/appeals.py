"""Corrections in JSON."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from ilpes_lms.attendance.models import OutcomeAppeal
from ilpes_lms.attendance.rules import LONGEST_APPEAL
from ilpes_lms.web.api import In, Out


class AppealIn(In):
    """What a participant finds wrong."""

    text: str = Field(min_length=1, max_length=LONGEST_APPEAL)


class AnswerIn(In):
    """What becomes of it, and why."""

    state: Literal["corrected", "upheld"]
    answer: str = Field(min_length=1, max_length=LONGEST_APPEAL)


class AppealOut(Out):
    """What was asked to be corrected, and the answer once there is one."""

    id: str
    text: str
    state: Literal["open", "corrected", "upheld"]
    asked_at: datetime
    answer: str
    answered_at: datetime | None

    @classmethod
    def of(cls, found: OutcomeAppeal) -> "AppealOut":
        return cls.model_validate(_plain(found))


class AppealsOut(Out):
    """What one asked to be corrected, the newest first."""

    items: list[AppealOut]


class AskedAppealOut(AppealOut):
    """The same with who asked."""

    enrolment: str
    name: str

    @classmethod
    def of(cls, found: OutcomeAppeal) -> "AskedAppealOut":
        enrolment = found.enrolment
        who = {"enrolment": enrolment.public_id, "name": enrolment.person.full_name}
        return cls.model_validate({**_plain(found), **who})


class AskedOut(Out):
    """What an activity's participants asked to be corrected, open ones first."""

    items: list[AskedAppealOut]


def _plain(found: OutcomeAppeal) -> dict[str, object]:
    names = ("text", "state", "asked_at", "answer", "answered_at")
    return {"id": found.public_id, **{name: getattr(found, name) for name in names}}
