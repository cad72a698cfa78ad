"""Reports of meeting platforms: previewed, people decided about, applied, taken back."""

import hashlib

from sqlalchemy import delete, insert

from ilpes_lms.attendance import queries, rules
from ilpes_lms.attendance.errors import LeastMinutesOutOfRange, NotOneToDecide
from ilpes_lms.attendance.models import AttendanceImport, Disagreement, ReportedPerson
from ilpes_lms.attendance.reports import PersonInReport, Span, people_of, read
from ilpes_lms.attendance.reports.reading import Place, Report
from ilpes_lms.attendance.service.following import follow
from ilpes_lms.attendance.service.marks import mark
from ilpes_lms.attendance.service.outcomes import in_parts
from ilpes_lms.attendance.service.remembering import remember
from ilpes_lms.attendance.service.walk_ins import let_go
from ilpes_lms.audit import service as audit
from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.catalogue.models import ClassSession
from ilpes_lms.core import actor, clock, jobs
from ilpes_lms.core.database import db, transaction

JOB = "attendance.apply_reports"
# Up to so many people a report is applied while its sender waits; beyond, by the worker in parts of this size.
AT_ONCE = 500
_LONGEST_MINUTES = 1440


@transaction
def preview_report(
    *, class_session_ref: str, content: bytes, zone: str | None = None, least_minutes: int | None = None
) -> AttendanceImport:
    """Read a report about a class session and keep who was there when; no mark changes yet.

    The same file again is the same import; one that was taken back begins anew. Raises what is wrong with the file.
    """
    class_session = queries.class_session_with_activity(class_session_ref)
    catalogue.lock(class_session.activity_id)
    place = _place(class_session, zone)
    least = _least(least_minutes, class_session)
    report = read(content, place)
    digest = hashlib.sha256(content).hexdigest()
    found = queries.import_of_file(class_session.id, digest)
    if found is not None and found.state in rules.STANDING_IMPORTS:
        return found
    found = _new_or_renewed(found, class_session, digest)
    found.platform, found.zone, found.least_minutes = report.platform, place.zone, least
    found.waited, found.absent = report.waited, report.absent
    found.faults = [{"row": f.row, "message": f.message, "found": f.found} for f in report.faults]
    db.session.flush()
    _write_people(found, report, place.session, class_session.activity_id)
    audit.record("attendance.report_read", "attendance_import", found.public_id, rows=len(report.stays))
    return queries.attendance_import(found.public_id)


@transaction
def decide_about(*, import_ref: str, person_ref: str, enrolment_ref: str | None) -> ReportedPerson:
    """Say whose presence a line of a report is, or (None) that it is nobody's here; remembered for the activity.

    Where the report was applied, the mark follows at once.
    """
    found = _locked(import_ref)
    reported = queries.person_in(found, person_ref)
    if reported.standing == "matched" or not reported.key:
        raise NotOneToDecide
    activity_id = found.class_session.activity_id
    decided = queries.participant_named(enrolment_ref, activity_id) if enrolment_ref else None
    before, reported.enrolment_id = reported.enrolment_id, decided
    reported.standing = "decided" if decided is not None else "left_out"
    remember(activity_id, reported.key, decided)
    db.session.flush()
    if found.state == "applied":
        follow(found.class_session, {one for one in (before, decided) if one is not None})
        if before is not None and before != decided:
            let_go(activity_id, [before])
    return reported


@transaction
def apply_report(*, import_ref: str) -> AttendanceImport:
    """Mark the participants that a report tells of: a small one at once, a large one by the worker."""
    found = _head_locked(import_ref)
    rules.check_can_apply(found.state)
    if found.state == "previewed":
        found.state, found.done = "applying", 0
        db.session.flush()
        if len(queries.enrolments_in(found.id)) <= AT_ONCE:
            _apply_part(found)
        else:
            jobs.wake(JOB)
    return found


def apply_waiting() -> int:
    """Go on with the reports that wait for the worker; return how many parts were done, each a transaction."""
    parts = 0
    while (ref := queries.import_to_apply()) is not None:
        _apply_next_part(ref)
        parts += 1
    return parts


@transaction
def undo_report(*, import_ref: str) -> AttendanceImport:
    """Take a whole import back: its marks go, and those of other reports of the class session come forth again.

    Marks that people set, before or since, stand. Participations that rested on the report alone end with it.
    """
    found = _head_locked(import_ref)
    rules.check_can_undo(found.state)
    found.state, found.undone_at = "undone", clock.now()
    db.session.flush()
    shown = queries.enrolments_in(found.id)
    for part in in_parts(shown):
        follow(found.class_session, part)
    let_go(found.class_session.activity_id, shown)
    audit.record("attendance.report_undone", "attendance_import", found.public_id)
    return found


@transaction
def settle_disagreement(*, disagreement_ref: str, class_session_ref: str, take: bool) -> Disagreement:
    """Let a mark become what a report or check-in says (`take`), or let it stand; both are a person's word."""
    found = queries.disagreement(disagreement_ref, class_session_ref)
    found.settled_at, found.settled_by = clock.now(), actor.current()
    if take:
        mark(
            class_session_ref=class_session_ref, enrolment_ref=found.enrolment.public_id, mark=found.mark,
            minutes=found.minutes,
        )  # fmt: skip
    audit.record("attendance.disagreement_settled", "enrolment", found.enrolment.public_id, taken=take)
    return found


@transaction
def _apply_next_part(ref: str) -> None:
    found = _head_locked(ref)
    if found.state == "applying":
        _apply_part(found)


def _apply_part(found: AttendanceImport) -> None:
    next_ones = queries.enrolments_in(found.id, skip=found.done, most=AT_ONCE + 1)
    part = next_ones[:AT_ONCE]
    follow(found.class_session, part)
    found.done += len(part)
    if len(part) == len(next_ones):
        found.state, found.applied_at = "applied", clock.now()
        audit.record("attendance.report_applied", "attendance_import", found.public_id, marks=found.done)
    db.session.flush()


def _locked(import_ref: str) -> AttendanceImport:
    _head_locked(import_ref)
    return queries.attendance_import(import_ref)


def _head_locked(import_ref: str) -> AttendanceImport:
    # The activity's row, as everywhere: whoever decides, applies or undoes waits for whoever does.
    catalogue.lock(queries.import_head(import_ref).class_session.activity_id)
    return queries.import_head(import_ref)


def _new_or_renewed(found: AttendanceImport | None, class_session: ClassSession, digest: str) -> AttendanceImport:
    if found is None:
        found = AttendanceImport(class_session_id=class_session.id, digest=digest)
        db.session.add(found)
    else:
        db.session.execute(delete(ReportedPerson).where(ReportedPerson.import_id == found.id))
    found.state, found.done = "previewed", 0
    found.created_by, found.created_at = actor.current(), clock.now()
    found.applied_at = found.undone_at = None
    return found


def _write_people(found: AttendanceImport, report: Report, session: Span, activity_id: int) -> None:
    people_there = people_of(report.stays)
    by_address = queries.enrolments_by_address({one.email for one in people_there if one.email}, activity_id)
    remembered = queries.remembered_matches(activity_id)
    rows = []
    for number, one in enumerate(people_there, start=1):
        standing = rules.standing_of(one.key, one.email, by_address=by_address, remembered=remembered)
        rows.append(_row(found.id, number, one, session, standing))
    table = ReportedPerson.metadata.tables[ReportedPerson.__tablename__]
    if rows:
        db.session.connection().execute(insert(table), rows)
    db.session.expire(found)


def _row(
    import_id: int, number: int, one: PersonInReport, session: Span, standing: rules.Standing
) -> dict[str, object]:
    spans = one.within(session)
    return {
        "import_id": import_id, "number": number, "key": one.key, "name": one.name[:400],
        "original": one.original[:400], "email": one.email[:254], "minutes": one.minutes(session),
        "spans": [{"start": span.start.isoformat(), "end": span.end.isoformat()} for span in spans],
        "standing": standing.standing, "enrolment_id": standing.enrolment_id,
    }  # fmt: skip


def _place(class_session: ClassSession, zone: str | None) -> Place:
    where = rules.checked_zone(zone or class_session.zone)
    day = clock.wall_time(class_session.starts_at, where).date()
    return Place(where, Span(class_session.starts_at, class_session.ends_at), day)


def _least(asked: int | None, class_session: ClassSession) -> int:
    length = int((class_session.ends_at - class_session.starts_at).total_seconds() // 60)
    least = asked if asked is not None else rules.usual_least_minutes(class_session.activity.kind, length)
    if not 1 <= least <= _LONGEST_MINUTES:
        raise LeastMinutesOutOfRange(field="least_minutes")
    return least
