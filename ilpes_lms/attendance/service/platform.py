"""Exports of the learning platform: read, columns said, people decided about, applied, taken back."""

import hashlib
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, func, select

from ilpes_lms.attendance import queries, rules
from ilpes_lms.attendance.errors import NotOneToDecide
from ilpes_lms.attendance.models import PlatformImport, PlatformMapping, PlatformRecord, PlatformRow
from ilpes_lms.attendance.queries.keeping import exports_left
from ilpes_lms.attendance.rules import Columns, PlatformKnown
from ilpes_lms.attendance.service.deciding import decide
from ilpes_lms.attendance.service.outcomes import ensure_rule, in_parts, lock_enrolments, plain_marks_of
from ilpes_lms.attendance.service.platform_rows import Export, read_rows
from ilpes_lms.attendance.service.remembering import remember
from ilpes_lms.audit import service as audit
from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core import actor, clock, files, jobs
from ilpes_lms.core.database import after_commit, db, inserting, transaction
from ilpes_lms.core.errors import NotFound
from ilpes_lms.core.keeping import batch

EXPORTS_JOB = "attendance.apply_exports"
# Up to so many people an export is applied while its sender waits; beyond, by the worker in parts of this size.
EXPORTS_AT_ONCE = 500


@transaction
def preview_export(*, activity_ref: str, content: bytes) -> PlatformImport:
    """Read an export of an activity's course and keep what it says of whom; nothing else changes yet.

    What its columns mean is recognized, or as people said before. The same file again is the same import; one that was
    not applied, or was taken back, is read anew. Raises what is wrong with the file.
    """
    activity = _locked_activity(activity_ref)
    digest = hashlib.sha256(content).hexdigest()
    found = queries.export_of_file(activity.id, digest)
    if found is not None and found.state in rules.STANDING_IMPORTS:
        return found
    rules.check_not_being_taken_back(under_way=found is not None and found.is_being_taken_back)
    table = Export(content)
    columns = rules.with_people(_as_remembered(activity.id, table), [row.cells for row in table.rows])
    found = _new_or_renewed(found, activity, digest)
    found.file_key = files.keep(content)
    read_rows(found, table, columns)
    audit.record("attendance.export_read", "platform_import", found.public_id, rows=len(table.rows))
    return queries.export(found.public_id)


@transaction
def choose_columns(*, import_ref: str, columns: Columns) -> PlatformImport:
    """Say what the columns of an export mean; it is read anew, and the choice remembered for the activity."""
    found = _locked(import_ref)
    rules.check_may_choose_columns(found.state)
    if found.file_key is None:
        raise NotFound
    table = Export(files.fetch(found.file_key))
    present = rules.columns_from(found.summary["columns"])
    chosen = rules.checked_columns(_named(columns, present), table.labels)
    read_rows(found, table, chosen)
    _remember_columns(found.activity_id, chosen, table)
    audit.record("attendance.export_columns", "platform_import", found.public_id)
    return queries.export(import_ref)


@transaction
def decide_about_row(*, import_ref: str, row_ref: str, enrolment_ref: str | None) -> PlatformRow:
    """Say whom a row of an export is about, or (None) that it is nobody here; remembered for the activity.

    Where the export was applied, what is known of the person follows at once.
    """
    found = _locked(import_ref)
    rules.check_not_being_taken_back(under_way=found.is_being_taken_back)
    row = queries.export_row(found.id, row_ref)
    if row.standing == "matched" or not row.key:
        raise NotOneToDecide
    decided = queries.participant_named(enrolment_ref, found.activity_id) if enrolment_ref else None
    before, row.enrolment_id = row.enrolment_id, decided
    row.standing = "decided" if decided is not None else "left_out"
    remember(found.activity_id, row.key, decided)
    db.session.flush()
    if found.state == "applied":
        _follow(found.activity, {one for one in (before, decided) if one is not None})
    return row


@transaction
def apply_export(*, import_ref: str) -> PlatformImport:
    """Take over what an export says of the participants: a small one at once, a large one by the worker."""
    found = _locked(import_ref)
    rules.check_can_apply(found.state)
    if found.state == "previewed":
        rules.check_says_something(rules.columns_from(found.summary["columns"]))
        found.state, found.done, found.applied_at = "applying", 0, clock.now()
        _forget_file(found)
        db.session.flush()
        if len(queries.enrolments_in_export(found.id)) <= EXPORTS_AT_ONCE:
            _apply_part(found)
        else:
            jobs.wake(EXPORTS_JOB)
    return found


def apply_waiting_exports() -> int:
    """Go on with the exports that wait for the worker, to be applied or taken back; return how many parts were done.

    Each part is a transaction.
    """
    parts = 0
    while (ref := queries.export_under_way()) is not None:
        _do_next_part(ref)
        parts += 1
    return parts


@transaction
def undo_export(*, import_ref: str) -> PlatformImport:
    """Take a whole export back: what is known is again what the other exports say, and outcomes follow.

    A small one at once, a large one by the worker.
    """
    found = _locked(import_ref)
    rules.check_can_undo(found.state)
    found.state, found.undone_at = "undone", clock.now()
    found.done = len(queries.enrolments_in_export(found.id))
    db.session.flush()
    audit.record("attendance.export_undone", "platform_import", found.public_id)
    if found.done <= EXPORTS_AT_ONCE:
        _take_part_back(found)
    else:
        jobs.wake(EXPORTS_JOB)
    return found


@transaction
def let_go_of_exports(before: datetime) -> int:
    """Delete some of the exports from before a moment that nobody applied, or that were taken back; return how many."""
    ids = batch(PlatformImport, exports_left(before))
    for found in db.session.scalars(select(PlatformImport).where(PlatformImport.id.in_(ids))):
        _forget_file(found)
        db.session.execute(delete(PlatformRow).where(PlatformRow.import_id == found.id))
        db.session.delete(found)
    return len(ids)


@transaction
def _do_next_part(ref: str) -> None:
    found = _locked(ref)
    if found.state == "applying":
        _apply_part(found)
    elif found.is_being_taken_back:
        _take_part_back(found)


def _apply_part(found: PlatformImport) -> None:
    all_of_them = queries.enrolments_in_export(found.id)
    part = all_of_them[found.done : found.done + EXPORTS_AT_ONCE]
    _follow(found.activity, part)
    found.done += len(part)
    if found.done >= len(all_of_them):
        found.state = "applied"
        audit.record("attendance.export_applied", "platform_import", found.public_id, people=found.done)
    db.session.flush()


def _take_part_back(found: PlatformImport) -> None:
    first = max(0, found.done - EXPORTS_AT_ONCE)
    _follow(found.activity, queries.enrolments_in_export(found.id)[first : found.done])
    found.done = first
    db.session.flush()


def _follow(activity: Activity, enrolment_ids: Collection[int]) -> None:
    """Make what is known of some participants what the exports that stand say, and decide their outcomes."""
    ensure_rule(activity)
    confirmed = lock_enrolments(enrolment_ids)
    known = queries.known_from_exports(activity.id, confirmed)
    before = {one: queries.known_of(record) for one, record in queries.platform_records(confirmed).items()}
    _put({one: now for one, now in known.items() if before.get(one) != now})
    gone = sorted(before.keys() - known.keys())
    for some in in_parts(gone):
        db.session.execute(delete(PlatformRecord).where(PlatformRecord.enrolment_id.in_(some)))
    db.session.flush()
    decide(activity, plain_marks_of(confirmed))


def _put(changed: dict[int, PlatformKnown]) -> None:
    now = clock.now()
    rows = [
        {
            "enrolment_id": enrolment_id, "grade": one.grade, "tasks_done": one.tasks_done,
            "tasks_total": one.tasks_total, "last_access_at": one.last_access_at, "items": dict(one.items),
            "updated_at": now,
        }
        for enrolment_id, one in sorted(changed.items())
    ]  # fmt: skip
    if rows:
        new = inserting(PlatformRecord.metadata.tables[PlatformRecord.__tablename__])
        names = [name for name in rows[0] if name != "enrolment_id"]
        renewed = {name: new.excluded[name] for name in names}
        upsert = new.on_conflict_do_update(index_elements=["enrolment_id"], set_=renewed)
        db.session.connection().execute(upsert, rows)


def _as_remembered(activity_id: int, table: Export) -> Columns:
    stored = queries.mapping_of(activity_id, table.recognized.kind)
    return rules.with_remembered(table.recognized, stored.columns, table.labels) if stored else table.recognized


def _named(columns: Columns, present: Columns) -> Columns:
    # Who people are is chosen by the address; by which columns they are called is as recognized.
    return Columns(
        email=columns.email, name=present.name, grade=columns.grade, maximum=columns.maximum,
        last_access=columns.last_access, tasks=columns.tasks,
    )  # fmt: skip


def _remember_columns(activity_id: int, chosen: Columns, table: Export) -> None:
    kind = table.recognized.kind
    stored = queries.mapping_of(activity_id, kind)
    if stored is None:
        stored = PlatformMapping(activity_id=activity_id, kind=kind)
        db.session.add(stored)
    stored.columns = rules.to_remember(chosen, table.recognized.tasks)
    stored.set_by, stored.set_at = actor.current(), clock.now()


def _new_or_renewed(found: PlatformImport | None, activity: Activity, digest: str) -> PlatformImport:
    if found is None:
        found = PlatformImport(activity=activity, digest=digest, kind="grades", summary={})
        db.session.add(found)
    found.state, found.done = "previewed", 0
    found.created_by, found.created_at = actor.current(), clock.now()
    found.applied_at = found.undone_at = None
    return found


def _forget_file(found: PlatformImport) -> None:
    """Let the file go after the commit, unless another activity's export is the same one."""
    key, found.file_key = found.file_key, None
    db.session.flush()
    if key and not db.session.scalar(select(func.count()).where(PlatformImport.file_key == key)):
        after_commit(lambda: files.forget(key))


def _locked(import_ref: str) -> PlatformImport:
    # The activity's row, as everywhere: whoever decides, applies or undoes waits for whoever does.
    catalogue.lock(queries.export(import_ref).activity_id)
    return queries.export(import_ref)


def _locked_activity(activity_ref: str) -> Activity:
    activity_id = db.session.scalar(select(Activity.id).where(Activity.public_id == activity_ref))
    if activity_id is None:
        raise NotFound
    return catalogue.lock(activity_id)
