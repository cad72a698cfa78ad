"""What attendance keeps of somebody who is erased: marks and outcomes of nobody, without what was said about them."""

from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, delete, or_, select, update

from ilpes_lms.attendance.models import (
    AttendanceImport,
    Disagreement,
    Mark,
    MarkChange,
    OutcomeAppeal,
    PlatformImport,
    PlatformRow,
    RememberedMatch,
    ReportedPerson,
)
from ilpes_lms.core import files
from ilpes_lms.core.database import after_commit, db, transaction
from ilpes_lms.core.redaction import NOBODY, redact
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.people import queries as people
from ilpes_lms.people.queries import Traces


@transaction
def forget(person_id: int) -> int:
    """Take a person out of marks, reports and exports; what was counted stays; return in how many activities.

    An export that is still kept as a file and names the person loses the file: it is sent again to be read anew.
    """
    traces = people.traces_of(person_id)
    own = list(db.session.scalars(select(Enrolment.id).where(Enrolment.person_id == person_id)))
    for model in (MarkChange, OutcomeAppeal, Disagreement):
        db.session.execute(delete(model).where(model.enrolment_id.in_(own)))
    db.session.execute(update(Mark).where(Mark.enrolment_id.in_(own)).values(note="", evidence={}))
    db.session.execute(update(Mark).where(Mark.marked_by == (traces.account_ref or "")).values(marked_by=""))
    known = or_(RememberedMatch.enrolment_id.in_(own), RememberedMatch.key.in_(_keys(traces)))
    db.session.execute(delete(RememberedMatch).where(known))
    _forget_in_reports(own, traces)
    _forget_in_exports(own, traces)
    return len(own)


def _forget_in_reports(own: list[int], traces: Traces) -> None:
    db.session.execute(
        update(ReportedPerson).where(_theirs(ReportedPerson, own, traces))
        .values(key="", name=NOBODY, original="", email="")
    )  # fmt: skip
    redact(AttendanceImport, ("faults",), traces.words)


def _forget_in_exports(own: list[int], traces: Traces) -> None:
    theirs = _theirs(PlatformRow, own, traces)
    named = select(PlatformImport).join(PlatformRow, PlatformRow.import_id == PlatformImport.id).where(theirs)
    keys = {found.file_key for found in db.session.scalars(named) if found.file_key}
    db.session.execute(update(PlatformImport).where(PlatformImport.file_key.in_(keys)).values(file_key=None))
    for key in sorted(keys):
        after_commit(partial(files.forget, key))
    db.session.execute(update(PlatformRow).where(theirs).values(key="", name=NOBODY, email="", items={}))
    redact(PlatformImport, ("summary",), traces.words)


def _theirs(model: type[Any], own: list[int], traces: Traces) -> ColumnElement[bool]:
    return or_(model.enrolment_id.in_(own), model.email.in_(traces.address_keys), model.key.in_(_keys(traces)))


def _keys(traces: Traces) -> tuple[str, ...]:
    return *traces.address_keys, *traces.name_keys
