"""What people at work leave half done or keep: a list of participants to look through, the published year compiled."""

import io

from sqlalchemy import select

from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core.database import db
from ilpes_lms.demo.service.files import read
from ilpes_lms.demo.service.offer import CONTACT
from ilpes_lms.enrolment import service as enrolment
from ilpes_lms.enrolment.models import ParticipantImport
from ilpes_lms.statistics import rules
from ilpes_lms.statistics import service as statistics
from ilpes_lms.statistics.models import Compilation

EVERYWHERE: frozenset[str] = frozenset()


def keep_published_year() -> None:
    """Compile the year of the last report and keep it, unless something is kept already."""
    if db.session.scalar(select(Compilation.id).limit(1)) is None:
        statistics.ask_compilation(start=rules.PUBLISHED.start, end=rules.PUBLISHED.end)
        statistics.compile_queued()


def check_a_list() -> None:
    """Check a list of participants with things to correct, and import nobody; unless there is a list already."""
    if db.session.scalar(select(ParticipantImport.id).limit(1)) is not None:
        return
    listed = read("programme", "list")
    # Those of other divisions are the ones that take lists.
    where = (Activity.contact == CONTACT, Activity.kind == "other_division", Activity.status == "published")
    activity_ref = db.session.scalars(select(Activity.public_id).where(*where).order_by(Activity.starts_on)).first()
    if activity_ref:
        lines = "\n".join(";".join(row) for row in listed["rows"])
        enrolment.imports.check_at_once(
            activity_ref=activity_ref, divisions=EVERYWHERE, source=io.BytesIO(lines.encode()),
            file_name=listed["name"], tell=lambda _done, _total: None,
        )  # fmt: skip
