"""Shapes of registering without an account."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from ilpes_lms.enrolment.rules import MOST_QUESTIONS
from ilpes_lms.enrolment.schemas.applications import Said
from ilpes_lms.people.schemas import SignUpIn
from ilpes_lms.web.api import Out


class RegistrationIn(SignUpIn):
    """What a sign-up asks, and answers to what the activity asks; the answer is the same for every address."""

    answers: Said = Field(default_factory=dict, max_length=MOST_QUESTIONS, description="by the question's id; no files")


class RegistrationOut(Out):
    """Look at your mail: how places stand until the address is confirmed.

    `held` until a time, `left` for those who confirm first, or `waiting` for whoever confirms.
    """

    status: str = "look_at_your_mail"
    place: Literal["held", "left", "waiting"]
    held_until: datetime | None
