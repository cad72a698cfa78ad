"""Take one's own data along: asked for, made by a worker step by step, kept for some days, deleted."""

import tempfile
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import structlog
from sqlalchemy import delete, select

from ilpes_lms.audit import service as audit
from ilpes_lms.core import clock, files, jobs
from ilpes_lms.core.database import after_commit, db, transaction
from ilpes_lms.core.keeping import batch
from ilpes_lms.notifications import service as notifications
from ilpes_lms.people.models import Person
from ilpes_lms.privacy import formats
from ilpes_lms.privacy.taking import queries, rules
from ilpes_lms.privacy.taking.models import DataArchive

log = structlog.get_logger(__name__)
JOB, MADE = "privacy.take_along", "privacy.archive_ready"


class LeaseLost(Exception):
    """Somebody else makes the archive by now, or nobody wants it any more."""


@dataclass
class _Claim:
    """The right to make an archive; the moment itself tells one claim from another."""

    ref: str
    person_id: int
    lease: datetime


@transaction
def ask(*, person_id: int) -> DataArchive:
    """Ask for one's own data as a file; while one is under way, that is the one."""
    person = _locked_person(person_id)
    found = queries.newest(person_id)
    if found is not None and found.state in rules.UNDER_WAY:
        return found
    found = DataArchive(person_id=person_id, asked_at=clock.now(), attempts=0)
    db.session.add(found)
    db.session.flush()
    audit.record("person.archive_asked", "person", person.public_id)
    jobs.wake(JOB, found.public_id)
    return found


def make_waiting(archive_ref: str | None = None) -> int:
    """Make one archive, or all that nobody makes; return how many were finished. One that fails stops no other."""
    return sum(_made(ref) for ref in ([archive_ref] if archive_ref else queries.waiting()))


@transaction
def let_go(before: datetime) -> int:
    """Delete some of the archives finished or given up before a moment; return how many."""
    ids = batch(DataArchive, queries.old(before))
    _delete(ids)
    return len(ids)


@transaction
def forget(person_id: int) -> int:
    """Delete the archives of somebody who is erased, also one that is being made; return how many."""
    ids = list(db.session.scalars(select(DataArchive.id).where(DataArchive.person_id == person_id)))
    _delete(ids)
    return len(ids)


def _locked_person(person_id: int) -> Person:
    return db.session.get_one(Person, person_id, with_for_update=True)


def _delete(ids: list[int]) -> None:
    keys = list(db.session.scalars(select(DataArchive.file_key).where(DataArchive.id.in_(ids))))
    db.session.execute(delete(DataArchive).where(DataArchive.id.in_(ids)))
    for key in filter(None, keys):
        after_commit(partial(_delete_file, key))


def _delete_file(key: str) -> None:
    files.forget_unless_needed(key)


def _made(ref: str) -> bool:
    claim = _take(ref)
    if claim is None:
        return False
    try:
        return _make(claim)
    except LeaseLost:
        return False
    except Exception as error:
        db.session.rollback()
        # Its lease runs out, and the next sweep tries again, until it is given up.
        log.exception("archive_not_made", error=type(error).__name__)
        return False


def _make(claim: _Claim) -> bool:
    with tempfile.TemporaryFile() as out:
        for done, total in formats.write_archive(out, claim.person_id):
            _advance(claim, done, total)
        size = out.seek(0, 2)
        key = files.keep_stream(out)
    try:
        _finish(claim, key, size)
    except LeaseLost:
        files.forget_unless_needed(key)
        raise
    return True


@transaction
def _take(ref: str) -> _Claim | None:
    found = _locked(ref, skip_locked=True)
    now = clock.now()
    if found is None or found.state not in rules.UNDER_WAY or (found.lease_until or now) > now:
        return None
    if found.attempts >= rules.MOST_ATTEMPTS:
        found.state, found.lease_until, found.ended_at = rules.FAILED, None, now
        return None
    found.state, found.attempts, found.lease_until = rules.MAKING, found.attempts + 1, now + rules.LEASE
    return _Claim(ref, found.person_id, found.lease_until)


@transaction
def _advance(claim: _Claim, done: int, total: int) -> None:
    found = _held(claim)
    found.done, found.total, found.lease_until = done, total, clock.now() + rules.LEASE
    claim.lease = found.lease_until


@transaction
def _finish(claim: _Claim, key: str, size: int) -> None:
    found = _held(claim)
    earlier = select(DataArchive.id).where(DataArchive.person_id == claim.person_id, DataArchive.id != found.id)
    _delete(list(db.session.scalars(earlier)))
    found.state, found.file_key, found.size = rules.READY, key, size
    found.lease_until, found.ended_at = None, clock.now()
    notifications.send(kind=MADE, key=f"{MADE}:{claim.ref}", values={"archive": claim.ref}, person_id=claim.person_id)


def _held(claim: _Claim) -> DataArchive:
    found = _locked(claim.ref)
    if found is None or found.lease_until != claim.lease:
        raise LeaseLost
    return found


def _locked(ref: str, *, skip_locked: bool = False) -> DataArchive | None:
    wanted = select(DataArchive).where(DataArchive.public_id == ref).with_for_update(skip_locked=skip_locked)
    return db.session.scalar(wanted.execution_options(populate_existing=True))
