"""A roster page by page: thousands stand on one as safely as a dozen, and are found by name."""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select, tuple_

from ilpes_lms.attendance.queries.rosters import RosterRow, Viewer, counts, rows_at, rows_of, visible_class_session
from ilpes_lms.catalogue.models import ClassSession
from ilpes_lms.core.database import db
from ilpes_lms.core.text import fold
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.people.models import Person

# So many lines stay below 300 kB, and nearly all activities are one page, which a phone has whole without a line.
PAGE_SIZE = 500


@dataclass(frozen=True, slots=True)
class RosterPage:
    """One of the pages of a class session's roster, or of those on it whose name has all of some words.

    `counts` are of everyone, whatever the page shows; `found` is how many the pages show together.
    """

    class_session: ClassSession
    rows: list[RosterRow]
    counts: Counter[str]
    found: int
    number: int
    words: str

    @property
    def last(self) -> int:
        return _pages(self.found)

    @property
    def first(self) -> int:
        """Return which of all that were found begins the page."""
        return PAGE_SIZE * (self.number - 1) + 1

    @property
    def has_all(self) -> bool:
        """Tell whether nobody stands elsewhere."""
        return len(self.rows) == self.counts.total()


def roster_page(
    class_session_ref: str, viewer: Viewer, *, words: str = "", number: int = 1, at: str | None = None
) -> RosterPage:
    """Return a page of a roster by its number, or the one on which somebody (`at`, an enrolment) stands.

    Raises NotFound where the viewer may not see the class session; a number too high is the last page.
    """
    class_session = visible_class_session(class_session_ref, viewer)
    named, counted = _named(words), counts(class_session)
    found = _number_of(class_session, *named) if named else counted.total()
    last = _pages(found)
    before = _before(at) if at and last > 1 else None
    if before is not None:
        number = _number_of(class_session, before, *named) // PAGE_SIZE + 1
    number = min(max(number, 1), last)
    page = rows_at(class_session).where(*named).limit(PAGE_SIZE).offset(PAGE_SIZE * (number - 1))
    return RosterPage(class_session, rows_of(page), counted, found, number, words)


def _pages(found: int) -> int:
    return max(1, -(-found // PAGE_SIZE))


def _named(words: str) -> list[ColumnElement[bool]]:
    return [Person.name_key.contains(word, autoescape=True) for word in fold(words).split()]


def _number_of(class_session: ClassSession, *wanted: ColumnElement[bool]) -> int:
    statement = select(func.count()).select_from(Enrolment).join(Enrolment.person).where(*wanted)
    here = statement.where(Enrolment.activity_id == class_session.activity_id, Enrolment.state == "confirmed")
    return db.session.scalar(here) or 0


def _before(enrolment_ref: str) -> ColumnElement[bool] | None:
    """Return the condition that somebody stands before the one of an enrolment, None where there is no such one."""
    named = select(Person.name_key, Enrolment.id).join(Enrolment.person).where(Enrolment.public_id == enrolment_ref)
    theirs = db.session.execute(named).first()
    return tuple_(Person.name_key, Enrolment.id) < tuple_(*theirs) if theirs else None
