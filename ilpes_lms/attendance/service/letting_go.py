"""What attendance lets go of after some time: what nobody applied, and who was no participant."""

from datetime import datetime

from sqlalchemy import delete, update

from ilpes_lms.attendance.models import AttendanceImport, PlatformRow, RememberedMatch, ReportedPerson
from ilpes_lms.attendance.queries import keeping
from ilpes_lms.core.database import db, transaction
from ilpes_lms.core.keeping import batch, delete_batch
from ilpes_lms.core.redaction import NOBODY


@transaction
def let_go_of_reports(before: datetime) -> int:
    """Delete some of the reports from before a moment that nobody applied; return how many."""
    ids = batch(AttendanceImport, keeping.reports_left(before))
    db.session.execute(delete(ReportedPerson).where(ReportedPerson.import_id.in_(ids)))
    db.session.execute(delete(AttendanceImport).where(AttendanceImport.id.in_(ids)))
    return len(ids)


@transaction
def let_go_of_strangers(before: datetime) -> int:
    """Take the names of some who were no participants out of reports from before a moment; return how many.

    How many there were, and for how long, stays.
    """
    reported = batch(ReportedPerson, keeping.strangers_in_reports(before))
    unnamed = {"key": "", "name": NOBODY, "email": ""}
    db.session.execute(update(ReportedPerson).where(ReportedPerson.id.in_(reported)).values(original="", **unnamed))
    exported = batch(PlatformRow, keeping.strangers_in_exports(before))
    db.session.execute(update(PlatformRow).where(PlatformRow.id.in_(exported)).values(items={}, **unnamed))
    return len(reported) + len(exported) + delete_batch(RememberedMatch, keeping.strangers_remembered(before))
