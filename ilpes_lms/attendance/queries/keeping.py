"""What attendance keeps for a time only, and is due before a moment."""

from datetime import datetime

from sqlalchemy import CompoundSelect, Select, and_, select, union_all

from ilpes_lms.attendance.models import AttendanceImport, PlatformImport, PlatformRow, RememberedMatch, ReportedPerson
from ilpes_lms.core.redaction import NOBODY


def exports_left(before: datetime) -> Select[int, datetime]:
    """Find the exports that were uploaded before a moment and never applied, or taken back."""
    under_way = and_(PlatformImport.state == "undone", PlatformImport.done > 0)
    return select(PlatformImport.id, PlatformImport.created_at.label("since")).where(
        PlatformImport.state.in_(("previewed", "undone")), PlatformImport.created_at < before, ~under_way
    )


def reports_left(before: datetime) -> Select[int, datetime]:
    """Find the reports of meetings that were uploaded before a moment and never applied."""
    return select(AttendanceImport.id, AttendanceImport.created_at.label("since")).where(
        AttendanceImport.state == "previewed", AttendanceImport.created_at < before
    )


def strangers_in_reports(before: datetime) -> Select[int, datetime]:
    """Find who stands in reports from before a moment, and is no participant."""
    found = select(ReportedPerson.id, AttendanceImport.created_at.label("since"))
    return found.join(AttendanceImport, AttendanceImport.id == ReportedPerson.import_id).where(
        ReportedPerson.enrolment_id.is_(None), ReportedPerson.name != NOBODY, AttendanceImport.created_at < before
    )


def strangers_in_exports(before: datetime) -> Select[int, datetime]:
    """Find who stands in exports from before a moment, and is no participant."""
    found = select(PlatformRow.id, PlatformImport.created_at.label("since"))
    return found.join(PlatformImport, PlatformImport.id == PlatformRow.import_id).where(
        PlatformRow.enrolment_id.is_(None), PlatformRow.name != NOBODY, PlatformImport.created_at < before
    )


def strangers_remembered(before: datetime) -> Select[int, datetime]:
    """Find the names that somebody said before a moment are nobody's here."""
    return select(RememberedMatch.id, RememberedMatch.decided_at.label("since")).where(
        RememberedMatch.enrolment_id.is_(None), RememberedMatch.decided_at < before
    )


def strangers(before: datetime) -> CompoundSelect[int, datetime]:
    """Find all of them."""
    return union_all(strangers_in_reports(before), strangers_in_exports(before), strangers_remembered(before))
