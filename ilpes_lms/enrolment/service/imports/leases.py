"""Who works on a list: a claim by a short lease, renewed with each part of the work.

Whoever dies loses the lease to the next; what they had committed stands, and `done` says how far that is.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from ilpes_lms.core import clock
from ilpes_lms.core.database import db, transaction
from ilpes_lms.core.errors import DomainError
from ilpes_lms.enrolment.errors import ListStuck
from ilpes_lms.enrolment.models import ParticipantImport
from ilpes_lms.enrolment.rules import imports as rules

LEASE = timedelta(seconds=60)


class LeaseLost(Exception):
    """Someone else works on the list by now."""


@dataclass
class Claim:
    """The right to work on a list; the moment itself tells one claim from another."""

    import_id: int
    lease: datetime


@transaction
def take(import_id: int) -> Claim | None:
    """Claim a list that nobody works on; None if somebody does, or nothing is to be done.

    A list at which workers have died again and again is given up: something in it kills them.
    """
    imported = _locked(import_id, skip_locked=True)
    now = clock.now()
    if imported is None or imported.state not in rules.IN_WORK or (imported.lease_until or now) > now:
        return None
    if imported.attempts >= rules.MOST_ATTEMPTS:
        stop(imported, ListStuck())
        return None
    imported.state = rules.CHECKING if imported.state == rules.UPLOADED else imported.state
    imported.attempts += 1
    imported.lease_until = now + LEASE
    return Claim(import_id, imported.lease_until)


def advance(claim: Claim, change: Callable[[ParticipantImport], None]) -> None:
    """Write how far the work is, and renew the claim; raises LeaseLost."""
    claim.lease = _advanced(claim, change)


@transaction
def end(claim: Claim, change: Callable[[ParticipantImport], None]) -> None:
    """Write how the work ended, and give the list back; raises LeaseLost."""
    imported = held(claim)
    change(imported)
    imported.lease_until, imported.attempts, imported.updated_at = None, 0, clock.now()


def held(claim: Claim) -> ParticipantImport:
    """Return the claimed list, locked; raises LeaseLost."""
    imported = _locked(claim.import_id)
    if imported is None or imported.lease_until != claim.lease:
        raise LeaseLost
    return imported


def renewed(imported: ParticipantImport) -> datetime:
    """Renew the lease of a list that came forward, and return its end, true once the open unit is committed."""
    now = clock.now()
    imported.attempts, imported.updated_at = 0, now
    imported.lease_until = now + LEASE
    return imported.lease_until


def stop(imported: ParticipantImport, why: DomainError) -> None:
    """Mark a list as stopped, with the reason that its page shows."""
    imported.state, imported.lease_until, imported.attempts = rules.FAILED, None, 0
    imported.failure = why.message
    imported.findings = {**imported.findings, "failure": why.params}
    imported.updated_at = clock.now()


@transaction
def _advanced(claim: Claim, change: Callable[[ParticipantImport], None]) -> datetime:
    imported = held(claim)
    change(imported)
    return renewed(imported)


def _locked(import_id: int, *, skip_locked: bool = False) -> ParticipantImport | None:
    return db.session.scalar(
        select(ParticipantImport)
        .where(ParticipantImport.id == import_id)
        .with_for_update(skip_locked=skip_locked)
        .execution_options(populate_existing=True)
    )
