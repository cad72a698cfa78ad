"""The worker's part: take lists in hand one after the other, check or apply them, forget what is old."""

from datetime import datetime
from typing import BinaryIO

from sqlalchemy import or_, select

from ilpes_lms.core import actor, clock
from ilpes_lms.core.database import db, transaction, writing
from ilpes_lms.core.errors import DomainError
from ilpes_lms.core.keeping import batch
from ilpes_lms.core.redaction import redact
from ilpes_lms.enrolment.models import ParticipantImport
from ilpes_lms.enrolment.queries import imports as queries
from ilpes_lms.enrolment.rules import imports as rules
from ilpes_lms.enrolment.service.imports import applying, checking, deeds, kept, leases
from ilpes_lms.enrolment.service.imports.checking import Tell
from ilpes_lms.enrolment.service.imports.leases import Claim, LeaseLost
from ilpes_lms.people.queries import Traces


def work_on_lists() -> int:
    """Check and import the lists that nobody works on; return how many were taken in hand."""
    claims = filter(None, map(leases.take, queries.lists_to_work_on(clock.now())))
    return sum(_work(claim, _to_nobody) for claim in claims)


def check_at_once(
    *, activity_ref: str, divisions: frozenset[str], source: BinaryIO, file_name: str, tell: Tell
) -> ParticipantImport:
    """Upload a list and check it in this process, which holds the claim before any worker sees the list."""
    with writing():
        imported = deeds.upload(activity_ref=activity_ref, divisions=divisions, source=source, file_name=file_name)
        claim = leases.take(imported.id)
    if claim:
        _work(claim, tell)
    return imported


def import_at_once(*, activity_ref: str, divisions: frozenset[str], import_ref: str, tell: Tell) -> ParticipantImport:
    """Import a checked list in this process."""
    with writing():
        imported = deeds.request_import(activity_ref=activity_ref, divisions=divisions, import_ref=import_ref)
        claim = leases.take(imported.id)
    if claim:
        _work(claim, tell)
    return imported


@transaction
def let_go(before: datetime) -> int:
    """Delete the files of some lists and reports that nobody has touched since a moment; return how many."""
    ids = batch(ParticipantImport, queries.untouched_since(before))
    for import_id in ids:
        _forget(import_id)
    return len(ids)


@transaction
def forget_person(traces: Traces) -> None:
    """Give up the lists that name somebody and are not imported yet; what was remarked about others goes too."""
    kept_ones = or_(ParticipantImport.file_key != "", ParticipantImport.report_key.is_not(None))
    found = select(ParticipantImport).where(kept_ones).order_by(ParticipantImport.id).with_for_update()
    for imported in db.session.scalars(found):
        if kept.names(imported, traces):
            if imported.state in rules.IN_WORK or imported.state == rules.READY:
                imported.state, imported.lease_until = rules.DISCARDED, None
            kept.forget(imported)
            kept.forget_report(imported)
    redact(ParticipantImport, ("findings", "failure", "file_name"), traces.words)


def _work(claim: Claim, tell: Tell) -> bool:
    imported = db.session.get_one(ParticipantImport, claim.import_id)
    with actor.acting(imported.applied_by or imported.created_by):
        try:
            _come_to_an_end(imported, claim, tell)
        except LeaseLost:
            return False
    return True


def _come_to_an_end(imported: ParticipantImport, claim: Claim, tell: Tell) -> None:
    act = applying.apply if imported.state == rules.APPLYING else checking.check
    try:
        act(imported, claim, tell)
    except DomainError as refused:
        _stop(claim, refused)


@transaction
def _stop(claim: Claim, why: DomainError) -> None:
    imported = leases.held(claim)
    leases.stop(imported, why)
    if "counts" not in imported.findings:
        # What could not be read through is of no further use.
        kept.forget(imported)


def _forget(import_id: int) -> None:
    imported = db.session.get_one(ParticipantImport, import_id, populate_existing=True)
    if imported.state == rules.READY:
        imported.state = rules.DISCARDED
    kept.forget(imported)
    kept.forget_report(imported)


def _to_nobody(_done: int, _total: int) -> None:
    """Tell nobody how far the work is: whoever wants to know reads it from the list's row."""
