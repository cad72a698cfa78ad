"""What a coordinator does with a list: upload it, have it imported, discard it."""

from pathlib import PurePath
from typing import Any, BinaryIO

from sqlalchemy import select

from ilpes_lms.audit import service as audit
from ilpes_lms.catalogue import queries as catalogue_queries
from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core import actor, clock, files, jobs
from ilpes_lms.core.database import db, transaction
from ilpes_lms.core.errors import DomainError, NotFound
from ilpes_lms.enrolment import queries as standings
from ilpes_lms.enrolment.errors import (
    ActivityNotOnRecordByPeople,
    ListGone,
    ListNotDiscardable,
    ListNotReady,
    ListNotTaken,
)
from ilpes_lms.enrolment.models import ParticipantImport
from ilpes_lms.enrolment.rules import imports as rules
from ilpes_lms.enrolment.service.imports import kept
from ilpes_lms.people import rules as people_rules

JOB = "enrolment.import"
_TAKEN = ("published", "closed")
_LONGEST_NAME = 200


def upload(*, activity_ref: str, divisions: frozenset[str], source: BinaryIO, file_name: str) -> ParticipantImport:
    """Keep a list and have it checked; nobody is enrolled before its import is asked for.

    Raises what is wrong with the file as a whole: no table, too large, columns missing.
    """
    _check_takes_lists(catalogue_queries.managed_outline(activity_ref, divisions))
    columns = kept.columns_of(source)
    findings: dict[str, Any] = {"columns": columns.known, "unused": columns.unknown}
    return _add(activity_ref, divisions, files.keep_stream(source), _name(file_name), findings)


@transaction
def request_import(
    *, activity_ref: str, divisions: frozenset[str], import_ref: str, tell: bool = False
) -> ParticipantImport:
    """Have a checked list imported, or one that stopped on the way gone on with; with `tell`, write to the people.

    Raises ListExceedsPlaces before anybody is written.
    """
    activity = catalogue.lock_managed(activity_ref, divisions)
    _check_takes_lists(activity)
    imported = _locked(activity, import_ref)
    if not rules.may_import(imported.state, checked="counts" in imported.findings):
        raise ListNotReady
    if not imported.file_key:
        raise ListGone
    if imported.state == rules.READY:
        rules.check_places(imported.findings["counts"].get("places", 0), standings.places(activity).left)
        imported.tell = tell
        # Who stays out is found again, with everybody else, under the lock.
        imported.findings = {**imported.findings, "kept_out": []}
    imported.state, imported.failure, imported.lease_until = rules.APPLYING, "", None
    imported.applied_by, imported.updated_at = actor.current(), clock.now()
    _record("list_accepted", imported, activity, tell=imported.tell)
    jobs.wake(JOB)
    return imported


@transaction
def discard(*, activity_ref: str, divisions: frozenset[str], import_ref: str) -> ParticipantImport:
    """Give up a list before its import has begun; its file is deleted."""
    activity = catalogue.lock_managed(activity_ref, divisions)
    imported = _locked(activity, import_ref)
    if not rules.may_discard(imported.state, begun=imported.applied_by is not None):
        raise ListNotDiscardable
    imported.state, imported.lease_until, imported.updated_at = rules.DISCARDED, None, clock.now()
    kept.forget(imported)
    kept.forget_report(imported)
    _record("list_discarded", imported, activity)
    return imported


def refusal(activity: Activity) -> DomainError | None:
    """Return why an activity takes no lists: it is known by headcount, not published yet, or not any more."""
    if activity.record != "people":
        return ActivityNotOnRecordByPeople()
    return None if activity.status in _TAKEN else ListNotTaken()


def _check_takes_lists(activity: Activity) -> None:
    if refused := refusal(activity):
        raise refused


@transaction
def _add(
    activity_ref: str, divisions: frozenset[str], file_key: str, file_name: str, findings: dict[str, Any]
) -> ParticipantImport:
    activity, now = catalogue.lock_managed(activity_ref, divisions), clock.now()
    imported = ParticipantImport(
        activity=activity, created_by=actor.current(), file_key=file_key, file_name=file_name, state=rules.UPLOADED,
        findings=findings, created_at=now, updated_at=now,
    )  # fmt: skip
    db.session.add(imported)
    db.session.flush()
    _record("list_uploaded", imported, activity)
    jobs.wake(JOB)
    return imported


def _locked(activity: Activity, import_ref: str) -> ParticipantImport:
    found = db.session.scalar(
        select(ParticipantImport)
        .where(ParticipantImport.public_id == import_ref, ParticipantImport.activity_id == activity.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound
    return found


def _record(deed: str, imported: ParticipantImport, activity: Activity, **details: object) -> None:
    audit.record(f"enrolment.{deed}", "participant_import", imported.public_id, activity=activity.public_id, **details)


def _name(file_name: str) -> str:
    """Return what a file was called, for people to recognise it; it is never used as a path."""
    last = PurePath(file_name.replace("\\", "/")).name
    return people_rules.one_line(last[:_LONGEST_NAME], longest=_LONGEST_NAME)
