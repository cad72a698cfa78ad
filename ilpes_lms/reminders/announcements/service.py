"""Write to the people of an activity: a draft, looked at and tested, then sent to each once."""

from collections.abc import Mapping
from dataclasses import asdict

from sqlalchemy import select

from ilpes_lms.audit import service as audit
from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.core import clock, jobs
from ilpes_lms.core.database import db, transaction
from ilpes_lms.core.ids import public_id
from ilpes_lms.core.redaction import redact
from ilpes_lms.notifications import service as notifications
from ilpes_lms.notifications.placeholders import Placeholder
from ilpes_lms.notifications.service import Wish
from ilpes_lms.notifications.texts.rules import Words
from ilpes_lms.people import queries as people
from ilpes_lms.reminders.announcements import queries, rules
from ilpes_lms.reminders.announcements.errors import (
    AlreadySent,
    AnnouncementNotFound,
    AudienceChanged,
    NobodyChosen,
    NotRunning,
    TooManyAnnouncements,
    TooManyTests,
)
from ilpes_lms.reminders.announcements.models import Announcement
from ilpes_lms.reminders.announcements.rules import Audience

JOB = "announcements.write"
# Few enough that nobody who writes at the same time waits long.
_AT_ONCE = 200


@transaction
def write(
    *, activity_id: int, audience: Audience, words: Mapping[str, Words], known: tuple[Placeholder, ...],
    by_person: int, teaches_only: bool, ref: str | None = None, about_activity: bool = True,
) -> Announcement:  # fmt: skip
    """Keep a draft, a new one or (`ref`) another version of one; raises AlreadySent when that is one no more.

    What is not `about_activity` leaves out who declined such messages.
    """
    rules.check_audience(audience, teaches_only=teaches_only)
    written, writer = rules.check_words(words, known), people.person(by_person)
    found = _draft(ref) if ref else _new(activity_id)
    found.audience = asdict(audience)
    found.words = {language: asdict(each) for language, each in written.items()}
    found.by, found.about_activity = writer.public_id, about_activity
    db.session.flush()
    audit.record("announcements.write", "announcement", found.public_id)
    return found


@transaction
def discard(*, ref: str) -> None:
    """Delete a draft."""
    db.session.delete(_draft(ref))
    audit.record("announcements.discard", "announcement", ref)


@transaction
def send_test(*, ref: str, enrolment_ref: str | None, to_person: int) -> None:
    """Send a draft to who wrote it, as one of the chosen people would get it; raises NobodyChosen, TooManyTests."""
    found = _draft(ref)
    if queries.tests_since(ref, clock.now() - rules.HOUR) >= rules.MOST_TESTS:
        raise TooManyTests(within=rules.HOUR, most=rules.MOST_TESTS)
    enrolment = queries.one_chosen(found.activity_id, found.to, enrolment_ref)
    if enrolment is None:
        raise NobodyChosen
    language = rules.language_for(enrolment.person.language, found.words, found.activity.languages)
    notifications.send(
        kind=queries.kind_of(found), key=queries.test_prefix(ref) + public_id(), person_id=to_person, language=language,
        values={"announcement": ref, "enrolment": enrolment.public_id, "language": language, "test": True},
    )  # fmt: skip


@transaction
def send(*, ref: str, seen: str) -> Announcement:
    """Send a message to those who are chosen now; sent already, it is the same sending.

    Raises AudienceChanged where `seen` is not what tells these words to these people from others.
    """
    activity_id = db.session.scalar(select(Announcement.activity_id).where(Announcement.public_id == ref))
    if activity_id is None:
        raise AnnouncementNotFound
    catalogue.lock(activity_id)
    found = _locked(ref)
    if found.state != rules.DRAFT:
        return found
    ids = queries.chosen_ids(activity_id, found.to)
    _check_sending(found, ids, seen)
    found.state, found.sent_at, found.chosen = rules.SENDING, clock.now(), ids
    audit.record("announcements.send", "announcement", ref, people=len(ids))
    jobs.wake(JOB)
    return found


@transaction
def stop(*, ref: str) -> Announcement:
    """Stop a message: who has not got it yet does not get it."""
    found = _locked(ref)
    if found.state not in rules.RUNNING:
        raise NotRunning
    found.state, found.stopped_at = rules.STOPPED, clock.now()
    audit.record("announcements.stop", "announcement", ref)
    return found


def write_rows() -> int:
    """Put the rows of all messages on their way into the outbox, part by part; return how many were new."""
    new = 0
    for found in queries.unfinished():
        while (part := _write_part(found)) is not None:
            new += part
    return new


@transaction
def _write_part(announcement_id: int) -> int | None:
    """Write the next rows of a message; None when there is nothing (more) to write."""
    found = db.session.scalar(
        select(Announcement)
        .where(Announcement.id == announcement_id, Announcement.state == rules.SENDING)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    if found is None:
        return None
    part = found.chosen[found.written : found.written + _AT_ONCE]
    new = notifications.send_all(_wishes(found, part))
    found.written += len(part)
    if found.written >= len(found.chosen):
        found.state = rules.WRITTEN
    return new


def _wishes(found: Announcement, ids: list[int]) -> list[Wish]:
    return [
        Wish(
            kind=queries.kind_of(found), key=queries.prefix(found.public_id) + each.person.public_id,
            person_id=each.person_id, activity_ref=found.activity.public_id, language=language,
            values={"announcement": found.public_id, "enrolment": each.public_id, "language": language},
        )
        for each in queries.with_people(ids)
        for language in [rules.language_for(each.person.language, found.words, found.activity.languages)]
    ]  # fmt: skip


def _check_sending(found: Announcement, ids: list[int], seen: str) -> None:
    if not ids:
        raise NobodyChosen
    if seen != rules.seen_digest(ids, found.said, about_activity=found.about_activity):
        raise AudienceChanged
    if queries.sent_since(found.activity_id, clock.now() - rules.DAY) >= rules.MOST_A_DAY:
        raise TooManyAnnouncements(within=rules.DAY, most=rules.MOST_A_DAY)


@transaction
def forget(person_id: int) -> int:
    """Take a person's name and addresses out of what was written to others; return of how many announcements."""
    return redact(Announcement, ("words",), people.traces_of(person_id).words)


def _new(activity_id: int) -> Announcement:
    found = Announcement(activity_id=activity_id, state=rules.DRAFT, created_at=clock.now(), chosen=[], written=0)
    db.session.add(found)
    return found


def _draft(ref: str) -> Announcement:
    found = _locked(ref)
    if found.state != rules.DRAFT:
        raise AlreadySent
    return found


def _locked(ref: str) -> Announcement:
    found = db.session.scalar(
        select(Announcement)
        .where(Announcement.public_id == ref)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise AnnouncementNotFound
    return found
