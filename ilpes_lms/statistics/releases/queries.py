"""Reads of what was published, and of what was logged since."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, case, func, literal, null, select, union_all
from sqlalchemy.orm import InstrumentedAttribute, aliased, contains_eager, joinedload, undefer

from ilpes_lms.audit.models import AuditEntry
from ilpes_lms.catalogue.models import Activity, HeadcountChange, RecordChange
from ilpes_lms.core.database import db
from ilpes_lms.core.pagination import Page, page_of
from ilpes_lms.enrolment.models import AttributeCorrection, Enrolment, EnrolmentChange
from ilpes_lms.people.models import Account
from ilpes_lms.statistics.queries import Rows
from ilpes_lms.statistics.releases.errors import NoSuchRelease
from ilpes_lms.statistics.releases.models import Release
from ilpes_lms.statistics.releases.rules import CORRECTED, COUNTED_FIELDS, foremost
from ilpes_lms.statistics.rules import Period

PAGE_SIZE = 20
PUBLISHED = "statistics.released"


@dataclass(frozen=True, slots=True)
class Logged:
    """A change of an activity that was logged: when, by which deed, by whom, and why if that was said.

    `actor` is an account, or a part of the system; None where people took a step of their own, whose names and
    reasons are nobody's business here.
    """

    activity_ref: str
    at: datetime
    deed: str
    actor: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class _Sought:
    """Of which activities, and between which moments; the end is now where it is not given."""

    refs: Collection[str]
    since: datetime
    until: datetime | None

    def among(self, ref: InstrumentedAttribute[str], at: InstrumentedAttribute[datetime]) -> list[ColumnElement[bool]]:
        return [ref.in_(self.refs), at > self.since, *([at <= self.until] if self.until else [])]


def release(release_ref: str) -> Release:
    """Return a release with what it holds; raises NoSuchRelease."""
    found = db.session.scalar(_whole().where(Release.public_id == release_ref))
    if found is None:
        raise NoSuchRelease
    return found


def releases(cursor: str | None = None, size: int = PAGE_SIZE) -> Page[Release]:
    """Return a page of the releases, newest first, without what they hold."""
    statement = select(Release).options(joinedload(Release.later))
    return page_of(statement, keys=[Release.number], cursor=cursor, size=size, descending=True)


def by_period(cursor: str | None = None, size: int = PAGE_SIZE) -> Page[Release]:
    """Return a page of the releases, the latest period first, without what they hold."""
    statement = select(Release).options(joinedload(Release.later))
    keys = [Release.ends_on, Release.starts_on, Release.number]
    return page_of(statement, keys=keys, cursor=cursor, size=size, descending=True)


def headline() -> Release | None:
    """Return the release that stands for the newest whole reporting year, or else for the longest period.

    Figures that only a document printed are not among them.
    """
    of_records = (Release.published_in.is_(None), ~_is_revised())
    standing = db.session.execute(select(Release.starts_on, Release.ends_on).where(*of_records))
    chosen = foremost(Period(start, end) for start, end in standing)
    return latest_of(chosen) if chosen else None


def standing_over(first: date, last: date) -> list[Release]:
    """Return the releases that stand of periods with a day of these, newest first, without what they hold."""
    overlapping = (Release.starts_on <= last, Release.ends_on >= first, ~_is_revised())
    return list(db.session.scalars(select(Release).where(*overlapping).order_by(Release.number.desc())))


def revised_by(release: Release) -> Release | None:
    """Return the release that another one revises, None of the first of a period."""
    if release.revises_id is None:
        return None
    whole = _whole().options(joinedload(Release.counts))
    return db.session.scalar(whole.where(Release.id == release.revises_id))


def latest_of(period: Period) -> Release | None:
    """Return the release of a period that none has revised."""
    of_period = (Release.starts_on == period.start, Release.ends_on == period.end)
    return db.session.scalar(_whole().where(*of_period).order_by(Release.revision.desc()).limit(1))


def standing_of(start: date | None, end: date | None) -> Release | None:
    """Return the release that stands of a period as somebody may have typed it, None where nothing does."""
    return latest_of(Period(start, end)) if start and end and start <= end else None


def last_of_chain() -> Release | None:
    """Return the newest release, locked, so that what follows it is one after the other."""
    newest = select(Release).order_by(Release.number.desc()).limit(1)
    while True:
        last = db.session.scalar(newest.with_for_update(of=Release))
        # Whoever waited for the lock of what was newest may find a newer one behind it.
        if last is None or last.number == db.session.scalar(select(func.max(Release.number))):
            return last


def chain() -> list[Release]:
    """Return all releases with what they hold, oldest first, as the database has them now."""
    whole = (undefer(Release.content), joinedload(Release.counts))
    statement = select(Release).options(*whole).order_by(Release.number)
    return list(db.session.scalars(statement, execution_options={"populate_existing": True}))


def crossed() -> list[Release]:
    """Return the releases that have tables across, with what these were made from, oldest first."""
    whole = (undefer(Release.content), contains_eager(Release.counts))
    return list(db.session.scalars(select(Release).join(Release.counts).options(*whole).order_by(Release.number)))


def last_digest() -> str:
    """Return the digest of the newest release, empty if there is none."""
    return db.session.scalar(select(Release.digest).order_by(Release.number.desc()).limit(1)) or ""


def announced() -> dict[int, str]:
    """Return the digests of releases by number, as the record of deeds has them."""
    told = db.session.scalars(select(AuditEntry.details).where(AuditEntry.verb == PUBLISHED))
    return {details["number"]: details["digest"] for details in told}


def logged(refs: Collection[str], since: datetime, until: datetime | None = None) -> list[Logged]:
    """Return what was logged of activities between two moments that can move a figure, oldest first. One statement."""
    if not refs:
        return []
    sought = _Sought(refs, since, until)
    told = union_all(*(source(sought) for source in (_headcounts, _switches, _steps, _corrections, _deeds)))
    found = [Logged(ref, at, deed, actor, reason or "") for ref, at, deed, actor, reason in db.session.execute(told)]
    return sorted(found, key=lambda change: change.at)


def _is_revised() -> ColumnElement[bool]:
    later = aliased(Release)
    return select(later.id).where(later.revises_id == Release.id).exists()


def _whole() -> Select[Release]:
    return select(Release).options(undefer(Release.content), joinedload(Release.later))


def _deeds(sought: _Sought) -> Rows:
    told = select(AuditEntry.object_id, AuditEntry.at, AuditEntry.verb, AuditEntry.actor, null())
    # Headcounts and switches of record have logs of their own, with reasons.
    told_apart = AuditEntry.verb.not_in(["activity.headcount", "activity.record"])
    of_activities = (AuditEntry.object_type == "activity", AuditEntry.verb.like("activity.%"), told_apart)
    return told.where(*of_activities, *sought.among(AuditEntry.object_id, AuditEntry.at))


def _headcounts(sought: _Sought) -> Rows:
    deed, change = literal("activity.headcount"), HeadcountChange
    told = select(Activity.public_id, change.at, deed, change.actor, change.reason)
    return told.join(Activity, Activity.id == change.activity_id).where(*sought.among(Activity.public_id, change.at))


def _switches(sought: _Sought) -> Rows:
    deed, change = literal("activity.record.") + RecordChange.after, RecordChange
    told = select(Activity.public_id, change.at, deed, change.actor, change.reason)
    return told.join(Activity, Activity.id == change.activity_id).where(*sought.among(Activity.public_id, change.at))


def _steps(sought: _Sought) -> Rows:
    change, deed = EnrolmentChange, literal("enrolment.") + EnrolmentChange.to_state
    # Only steps into and out of taking part move a figure.
    moves = (change.from_state == "confirmed") | (change.to_state == "confirmed")
    owner = (Account.person_id == Enrolment.person_id, Account.public_id == change.actor)
    own = select(Account.id).where(*owner).exists()
    actor, reason = case((own, null()), else_=change.actor), case((own, null()), else_=change.reason)
    told = select(Activity.public_id, change.at, deed, actor, reason)
    return _of_enrolments(told, change.enrolment_id).where(*sought.among(Activity.public_id, change.at), moves)


def _corrections(sought: _Sought) -> Rows:
    change, deed = AttributeCorrection, literal(CORRECTED) + AttributeCorrection.field
    told = select(Activity.public_id, change.at, deed, change.actor, change.reason)
    counted = change.field.in_(COUNTED_FIELDS)
    return _of_enrolments(told, change.enrolment_id).where(*sought.among(Activity.public_id, change.at), counted)


def _of_enrolments(told: Rows, enrolment_id: InstrumentedAttribute[int]) -> Rows:
    return told.join(Enrolment, Enrolment.id == enrolment_id).join(Activity, Activity.id == Enrolment.activity_id)
