"""What people's own calendars were told, and the addresses of their feeds."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from ilpes_lms.core.database import Model


class CalendarBook(Model):
    """What one person's calendar was told of one activity; it begins with the first letter that could tell something.

    `standing` says whether the person had a place when that was last looked at. `look_at` is when to compare what was
    told with what is planned, empty while nothing has changed; `rounds` counts the messages that followed from it.
    `address` is where to call off what was told to a record that was merged into another, whose addresses went with it.
    """

    __tablename__ = "calendar_books"
    __table_args__ = (
        Index("ix_calendar_books_look_at", "look_at", sqlite_where=text("look_at IS NOT NULL"),
              postgresql_where=text("look_at IS NOT NULL")),
    )  # fmt: skip

    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolments.id"), unique=True)
    standing: Mapped[bool] = mapped_column(default=True)
    look_at: Mapped[datetime | None]
    rounds: Mapped[int] = mapped_column(default=0)
    address: Mapped[str | None] = mapped_column(String(254))


class CalendarEntry(Model):
    """One entry of a person's calendar as it was last told, with all that calling it off needs.

    `sequence` only rises. `message_id` names the letter that told it, so that a second attempt at that letter tells
    the same again, and no other one does.
    """

    __tablename__ = "calendar_entries"
    __table_args__ = (
        UniqueConstraint("book_id", "uid", name="uq_calendar_entries_uid"),
        Index("ix_calendar_entries_message", "message_id"),
    )

    book_id: Mapped[int] = mapped_column(ForeignKey("calendar_books.id"))
    uid: Mapped[str] = mapped_column(String(60))
    sequence: Mapped[int]
    standing: Mapped[bool]
    fingerprint: Mapped[str] = mapped_column(String(32))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    zone: Mapped[str] = mapped_column(String(64))
    whole_days: Mapped[bool]
    title: Mapped[str] = mapped_column(String(200))
    told_at: Mapped[datetime]
    message_id: Mapped[str] = mapped_column(String(120))


class CalendarEdition(Model):
    """Which schedule of an activity was last looked at, so that a sweep sees at once whether it is another one."""

    __tablename__ = "calendar_editions"

    activity_id: Mapped[int] = mapped_column(ForeignKey("activities.id"), unique=True)
    digest: Mapped[str] = mapped_column(String(64))


class CalendarFeed(Model):
    """The private address under which a calendar fetches all of a person's class sessions; only its digest is kept."""

    __tablename__ = "calendar_feeds"

    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), unique=True)
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime]
