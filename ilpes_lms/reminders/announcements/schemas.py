"""Messages to the people of an activity as JSON."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from ilpes_lms.notifications.texts.rules import Words
from ilpes_lms.reminders.announcements.rules import Audience
from ilpes_lms.web.api import In, Out, Query

Group = Literal["applied", "waitlisted", "offered", "confirmed"]
Language = Literal["es", "en", "pt", "fr"]


class AudienceIn(In):
    """Which people; an empty list of countries or institutions means all."""

    states: list[Group] = Field(["confirmed"], max_length=4)
    countries: list[str] = Field(default_factory=list, max_length=250)
    institutions: list[str] = Field(default_factory=list, max_length=500)
    behind: bool = False
    outcome: Literal["", "completed", "not_completed"] = ""

    def audience(self) -> Audience:
        return Audience(**self.model_dump())


class WordsIn(In):
    """Subject and text in a language."""

    subject: str = Field(max_length=500)
    body: str


class AnnouncementIn(In):
    """A draft."""

    audience: AudienceIn = Field(default_factory=AudienceIn)
    about_activity: bool = Field(True, description="what is not leaves out who declined such messages")
    words: dict[Language, WordsIn] = Field(min_length=1)

    def said(self) -> dict[str, Words]:
        return {language: Words(each.subject, each.body) for language, each in self.words.items()}


class SendIn(In):
    """What confirms a sending: `seen` as the draft's `reach` told it."""

    seen: str = Field(max_length=40)


class TestIn(In):
    """As which of the chosen people a test is written; the first by name where none is named."""

    enrolment: str | None = Field(None, max_length=26)


class DraftQuery(Query):
    """As which of the chosen people a draft is shown."""

    enrolment: str | None = Field(None, max_length=26)


class ListQuery(Query):
    """Which messages."""

    cursor: str | None = Field(None, max_length=200)
    size: int = Field(50, ge=1, le=200)


class AudienceOut(Out):
    """Which people."""

    states: list[str]
    countries: list[str]
    institutions: list[str]
    behind: bool
    outcome: str


class WordsOut(Out):
    """Subject and text in a language."""

    subject: str
    body: str


class InLanguageOut(Out):
    """How many get it in a language; `instead` of their own, in which nothing is written."""

    language: str
    people: int
    instead: str | None


class ReachOut(Out):
    """Whom a draft reaches now, and what confirms exactly this."""

    people: int
    seen: str
    languages: list[InLanguageOut]


class ProgressOut(Out):
    """How far a message has come."""

    people: int
    sent: int
    failed: int
    bounced: int
    skipped: int
    waiting: int


class AnnouncementOut(Out):
    """A message to the people of an activity."""

    id: str
    activity: str
    state: Literal["draft", "sending", "written", "stopped"]
    audience: AudienceOut
    about_activity: bool
    words: dict[str, WordsOut]
    created_at: datetime
    sent_at: datetime | None
    reach: ReachOut | None
    progress: ProgressOut | None


class AnnouncementLine(Out):
    """One message of a list."""

    id: str
    state: str
    words: dict[str, WordsOut]
    created_at: datetime
    sent_at: datetime | None


class AnnouncementsOut(Out):
    """A page of messages, newest first."""

    items: list[AnnouncementLine]
    next_cursor: str | None


class LetterOut(Out):
    """A draft as one person would get it."""

    language: str
    subject: str
    text: str
    html: str
