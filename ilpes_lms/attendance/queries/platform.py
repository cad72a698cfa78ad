"""Questions about exports of the learning platform, and what is known from them."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, or_, select
from sqlalchemy.orm import joinedload

from ilpes_lms.attendance import rules
from ilpes_lms.attendance.models import PlatformImport, PlatformMapping, PlatformRecord, PlatformRow
from ilpes_lms.attendance.rules import PlatformKnown
from ilpes_lms.core.database import db
from ilpes_lms.core.errors import NotFound
from ilpes_lms.enrolment.models import Enrolment

# The keys of the exports themselves, where they are still kept.
EXPORTS = select(PlatformImport.file_key)
_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class RecordChange:
    """What an export changes about one participant: what was known, and what will be."""

    enrolment_id: int
    before: PlatformKnown | None
    after: PlatformKnown


def platform_records(enrolment_ids: Collection[int]) -> dict[int, PlatformRecord]:
    """Return what the learning platform's last exports say of some enrolments, read afresh."""
    return {
        row.enrolment_id: row
        for some in _parts(enrolment_ids)
        for row in db.session.scalars(
            select(PlatformRecord)
            .where(PlatformRecord.enrolment_id.in_(some))
            .execution_options(populate_existing=True)
        )
    }


def platform_record(enrolment_id: int) -> PlatformRecord | None:
    """Return what the learning platform's last exports say of one enrolment, None where no export names it."""
    return db.session.scalar(select(PlatformRecord).where(PlatformRecord.enrolment_id == enrolment_id))


def export_of_file(activity_id: int, digest: str) -> PlatformImport | None:
    """Return what became of a file that was read for an activity before."""
    statement = select(PlatformImport).where(PlatformImport.activity_id == activity_id, PlatformImport.digest == digest)
    return db.session.scalar(statement.execution_options(populate_existing=True))


def export(ref: str) -> PlatformImport:
    """Return an export with its activity, read afresh; raises NotFound."""
    statement = (
        select(PlatformImport)
        .options(joinedload(PlatformImport.activity, innerjoin=True))
        .where(PlatformImport.public_id == ref)
        .execution_options(populate_existing=True)
    )
    found = db.session.scalar(statement)
    if found is None:
        raise NotFound
    return found


def export_in(ref: str, activity_id: int) -> PlatformImport:
    """Return an export of one activity; one of another does not exist."""
    found = export(ref)
    if found.activity_id != activity_id:
        raise NotFound
    return found


def exports_of(activity_id: int) -> list[PlatformImport]:
    """Return an activity's exports, the newest first."""
    statement = select(PlatformImport).where(PlatformImport.activity_id == activity_id)
    return list(db.session.scalars(statement.order_by(PlatformImport.id.desc())))


def export_under_way() -> str | None:
    """Return an export that the worker should go on to apply or to take back, None where there is none."""
    taken_back = and_(PlatformImport.state == "undone", PlatformImport.done > 0)
    statement = select(PlatformImport.public_id).where(or_(PlatformImport.state == "applying", taken_back))
    return db.session.scalar(statement.order_by(PlatformImport.id).limit(1))


def mapping_of(activity_id: int, kind: str) -> PlatformMapping | None:
    """Return what people said columns of such exports mean, None where nobody did."""
    return db.session.scalar(
        select(PlatformMapping).where(PlatformMapping.activity_id == activity_id, PlatformMapping.kind == kind)
    )


def export_row(import_id: int, row_ref: str) -> PlatformRow:
    """Return a row of an export; raises NotFound."""
    found = db.session.scalar(
        select(PlatformRow).where(PlatformRow.import_id == import_id, PlatformRow.public_id == row_ref)
    )
    if found is None:
        raise NotFound
    return found


def export_rows(import_id: int, *, standing: str | None = None, most: int | None = None) -> list[PlatformRow]:
    """Return rows of an export in their order."""
    statement = select(PlatformRow).where(PlatformRow.import_id == import_id).order_by(PlatformRow.number)
    if standing:
        statement = statement.where(PlatformRow.standing == standing)
    return list(db.session.scalars(statement.limit(most)))


def standings_in_export(import_id: int) -> Counter[str]:
    """Count the rows of an export by how they stand."""
    statement = select(PlatformRow.standing, func.count()).where(PlatformRow.import_id == import_id)
    return Counter(dict(iter(db.session.execute(statement.group_by(PlatformRow.standing)))))


def enrolments_in_export(import_id: int) -> list[int]:
    """Return the enrolments that an export tells of, in their order."""
    statement = select(PlatformRow.enrolment_id).distinct().where(PlatformRow.import_id == import_id)
    return sorted(one for one in db.session.scalars(statement) if one is not None)


def known_from_exports(
    activity_id: int, enrolment_ids: Collection[int], *, as_if: PlatformImport | None = None
) -> dict[int, PlatformKnown]:
    """Return what the exports that stand say of some participants; `as_if` another one were applied last."""
    standing = select(PlatformImport).where(
        PlatformImport.activity_id == activity_id, PlatformImport.state.in_(rules.STANDING_IMPORTS)
    )
    exports = list(db.session.scalars(standing.order_by(PlatformImport.applied_at, PlatformImport.id)))
    ordered = [one for one in exports if as_if is None or one.id != as_if.id] + ([as_if] if as_if else [])
    columns = {one.id: (place, one.summary["columns"]) for place, one in enumerate(ordered)}
    found: dict[int, list[tuple[int, int, dict[str, Any], Row[Any]]]] = defaultdict(list)
    for some in _parts(enrolment_ids) if columns else ():
        for row in db.session.execute(_rows_of(PlatformRow.import_id.in_(columns), some)):
            place, meanings = columns[row.import_id]
            found[row.enrolment_id].append((place, row.number, meanings, row))
    known = {one: rules.known_from(_in_order(said)) for one, said in found.items()}
    return {enrolment_id: one for enrolment_id, one in known.items() if one is not None}


def export_changes(found: PlatformImport) -> list[RecordChange]:
    """Return what applying an export changes or leaves as it is, participant by participant."""
    there = select(Enrolment.id).where(Enrolment.activity_id == found.activity_id, Enrolment.state == "confirmed")
    still = set(db.session.scalars(there))
    ids = [one for one in enrolments_in_export(found.id) if one in still]
    after = known_from_exports(found.activity_id, ids, as_if=found)
    before = {one: known_of(record) for one, record in platform_records(ids).items()}
    return [RecordChange(one, before.get(one), after[one]) for one in ids if one in after]


def effects_on_records(changes: list[RecordChange]) -> Counter[str]:
    """Count what an export does to what is known: add, renew, same."""
    return Counter(rules.record_effect(one.before, one.after) for one in changes)


def known_of(record: PlatformRecord) -> PlatformKnown:
    """Return a record as plain values."""
    return PlatformKnown(
        record.grade, record.tasks_done, record.tasks_total, record.last_access_at, record.items
    )  # fmt: skip


def _in_order(said: list[tuple[int, int, dict[str, Any], Row[Any]]]) -> list[tuple[dict[str, Any], Row[Any]]]:
    return [(meanings, row) for _place, _number, meanings, row in sorted(said, key=lambda one: one[:2])]


def _rows_of(where: ColumnElement[bool], enrolment_ids: list[int]) -> Any:
    return select(
        PlatformRow.import_id, PlatformRow.number, PlatformRow.enrolment_id, PlatformRow.grade,
        PlatformRow.tasks_done, PlatformRow.tasks_total, PlatformRow.last_access_at, PlatformRow.items,
        PlatformRow.unread,
    ).where(where, PlatformRow.enrolment_id.in_(enrolment_ids))  # fmt: skip


def _parts(ids: Collection[int]) -> Iterable[list[int]]:
    ordered = sorted(ids)
    return (ordered[start : start + _AT_ONCE] for start in range(0, len(ordered), _AT_ONCE))
