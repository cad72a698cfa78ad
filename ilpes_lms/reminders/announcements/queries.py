"""Whom a message would reach, and what became of it."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from ilpes_lms.attendance import queries as attendance
from ilpes_lms.attendance.models import Outcome
from ilpes_lms.core.database import db
from ilpes_lms.core.pagination import Page, page_of, page_of_rows
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.notifications.models import Message
from ilpes_lms.people.models import Person
from ilpes_lms.reminders.announcements import rules
from ilpes_lms.reminders.announcements.errors import AnnouncementNotFound
from ilpes_lms.reminders.announcements.models import Announcement
from ilpes_lms.reminders.announcements.rules import Audience

KIND, NEWS = "announcements.message", "announcements.news"
_KINDS = (KIND, NEWS)
PAGE_SIZE = 50


def announcement(ref: str) -> Announcement:
    """Return a message with its activity; raises AnnouncementNotFound."""
    statement = select(Announcement).where(Announcement.public_id == ref)
    found = db.session.scalar(statement.options(joinedload(Announcement.activity)))
    if found is None:
        raise AnnouncementNotFound
    return found


def announcements_of(activity_id: int, *, cursor: str | None = None, size: int = PAGE_SIZE) -> Page[Announcement]:
    """Return the messages to the people of an activity, newest first."""
    statement = select(Announcement).where(Announcement.activity_id == activity_id)
    return page_of(statement, keys=[Announcement.id], cursor=cursor, size=size, descending=True)


def chosen_ids(activity_id: int, audience: Audience) -> list[int]:
    """Return the enrolments that an audience consists of now, in a steady order."""
    rows = db.session.scalars(_chosen(activity_id, audience).with_only_columns(Enrolment.id).order_by(Enrolment.id))
    return list(rows)


def languages_of(activity_id: int, audience: Audience) -> dict[str, int]:
    """Return how many of those whom a message would reach read in each language."""
    statement = _chosen(activity_id, audience).with_only_columns(Person.language, func.count())
    rows = db.session.execute(statement.group_by(Person.language).order_by(func.count().desc(), Person.language))
    return {row[0]: row[1] for row in rows}


def people_chosen(activity_id: int, audience: Audience, *, cursor: str | None = None) -> Page[Enrolment]:
    """Return a page of those whom a message would reach, by name."""
    names = _chosen(activity_id, audience).with_only_columns(Person.name_key, Enrolment.id).subquery()
    page = page_of_rows(names, keys=["name_key", "id"], cursor=cursor, size=PAGE_SIZE)
    found = {each.id: each for each in with_people([row.id for row in page.items])}
    return Page([found[row.id] for row in page.items], page.next_cursor)


def one_chosen(activity_id: int, audience: Audience, ref: str | None) -> Enrolment | None:
    """Return one of those whom a message would reach, the first by name where none is named."""
    statement = _chosen(activity_id, audience).options(joinedload(Enrolment.person))
    if ref:
        statement = statement.where(Enrolment.public_id == ref)
    return db.session.scalar(statement.order_by(Person.name_key, Enrolment.id).limit(1))


def with_people(ids: Collection[int]) -> Sequence[Enrolment]:
    """Return enrolments with their people, in the order of their numbers."""
    statement = select(Enrolment).where(Enrolment.id.in_(ids)).options(joinedload(Enrolment.person))
    return db.session.scalars(statement.order_by(Enrolment.id)).all()


def choices(activity_id: int) -> tuple[list[tuple[str, int]], list[tuple[str, int]]]:
    """Return the countries and the institutions of an activity's people, and how many each has."""
    rows = db.session.execute(
        select(Enrolment.country, Enrolment.organization_name, func.count())
        .where(Enrolment.activity_id == activity_id, Enrolment.state.in_(rules.GROUPS))
        .group_by(Enrolment.country, Enrolment.organization_name)
    ).all()
    countries: dict[str, int] = {}
    institutions: dict[str, int] = {}
    for country, institution, number in rows:
        if country:
            countries[country] = countries.get(country, 0) + number
        if institution:
            institutions[institution] = institutions.get(institution, 0) + number
    return sorted(countries.items()), sorted(institutions.items())


def progress_of(found: Announcement) -> dict[str, int]:
    """Return how many of a message's rows in the outbox are in each state."""
    rows = db.session.execute(
        select(Message.state, func.count()).where(*_rows_of(found.public_id)).group_by(Message.state)
    )
    return {row[0]: row[1] for row in rows}


def tests_since(ref: str, since: datetime) -> int:
    """Return how many tests of a message were sent since a moment."""
    statement = select(func.count()).select_from(Message).where(Message.key.startswith(test_prefix(ref)))
    return db.session.scalar(statement.where(Message.kind.in_(_KINDS), Message.created_at > since)) or 0


def sent_since(activity_id: int, since: datetime) -> int:
    """Return how many messages went to the people of an activity since a moment."""
    sent = (Announcement.activity_id == activity_id, Announcement.sent_at > since)
    return db.session.scalar(select(func.count()).select_from(Announcement).where(*sent)) or 0


def unfinished() -> list[int]:
    """Return the messages whose rows are not all written."""
    return list(db.session.scalars(select(Announcement.id).where(Announcement.state == rules.SENDING)))


def kind_of(found: Announcement) -> str:
    """Return the kind of message that carries it: one that everybody gets, or one that can be declined."""
    return KIND if found.about_activity else NEWS


def prefix(ref: str) -> str:
    """Return how the keys of a message's rows begin."""
    return f"announcement:{ref}:"


def test_prefix(ref: str) -> str:
    """Return how the keys of a message's tests begin."""
    return f"announcement-test:{ref}:"


def _rows_of(ref: str) -> tuple[Any, ...]:
    return Message.kind.in_(_KINDS), Message.key.startswith(prefix(ref))


def _chosen(activity_id: int, audience: Audience) -> Select[Enrolment]:
    statement = (
        select(Enrolment)
        .join(Enrolment.person)
        .where(Enrolment.activity_id == activity_id, Enrolment.state.in_(audience.states))
    )
    if audience.countries:
        statement = statement.where(Enrolment.country.in_(audience.countries))
    if audience.institutions:
        statement = statement.where(Enrolment.organization_name.in_(audience.institutions))
    if audience.outcome:
        statement = statement.where(
            Enrolment.id.in_(select(Outcome.enrolment_id).where(Outcome.result == audience.outcome))
        )
    if audience.behind:
        behind = attendance.falling_behind([activity_id]).get(activity_id, [])
        statement = statement.where(Enrolment.id.in_([each.enrolment.id for each in behind]))
    return statement
