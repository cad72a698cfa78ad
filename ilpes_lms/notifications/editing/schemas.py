"""The texts of messages as JSON."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from ilpes_lms.web.api import In, Out


class TextIn(In):
    """What a message should say; names in braces are filled when it is sent."""

    subject: str = Field(max_length=500)
    body: str


class StandingOut(Out):
    """Whether a message says something else than the code's own text, in one language."""

    language: Literal["es", "en", "pt", "fr"]
    version: int
    original: bool
    at: datetime | None


class TextLine(Out):
    """One kind of message."""

    kind: str
    label: str
    languages: list[StandingOut]


class TextsOut(Out):
    """All messages that can be edited."""

    items: list[TextLine]


class PlaceholderOut(Out):
    """A name in braces, and what it shows."""

    name: str
    label: str
    example: str
    required: bool
    link: bool


class TextOut(Out):
    """What a message says in a language; version 0 is the code's own text."""

    kind: str
    label: str
    language: str
    version: int
    original: bool
    subject: str
    body: str
    placeholders: list[PlaceholderOut]


class VersionOut(Out):
    """An earlier or present version."""

    version: int
    original: bool
    subject: str
    body: str
    at: datetime


class VersionsOut(Out):
    """All versions but the code's, newest first."""

    items: list[VersionOut]


class DraftOut(Out):
    """A message as it would be sent, with values made up."""

    subject: str
    text: str
    html: str
