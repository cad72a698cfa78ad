"""Shapes of registering without an account."""

from datetime import datetime
from typing import Literal

from ilpes_lms.people.schemas import SignUpIn
from ilpes_lms.web.api import Out


class RegistrationIn(SignUpIn):
    """What a sign-up asks; the answer is the same for every address."""


class RegistrationOut(Out):
    """Look at your mail: how places stand until the address is confirmed.

    `held` until a time, `left` for those who confirm first, or `waiting` for whoever confirms.
    """

    status: str = "look_at_your_mail"
    place: Literal["held", "left", "waiting"]
    held_until: datetime | None
