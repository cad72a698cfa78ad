"""What calendars keep of somebody who is erased: nothing."""

from sqlalchemy import delete, select

from ilpes_lms.calendars.models import CalendarBook, CalendarEntry, CalendarFeed
from ilpes_lms.core.database import db, transaction
from ilpes_lms.enrolment.models import Enrolment


@transaction
def forget(person_id: int) -> int:
    """Delete a person's feed and what their calendar was told; return of how many activities that was."""
    own = select(Enrolment.id).where(Enrolment.person_id == person_id)
    books = list(db.session.scalars(select(CalendarBook.id).where(CalendarBook.enrolment_id.in_(own))))
    db.session.execute(delete(CalendarEntry).where(CalendarEntry.book_id.in_(books)))
    db.session.execute(delete(CalendarBook).where(CalendarBook.id.in_(books)))
    db.session.execute(delete(CalendarFeed).where(CalendarFeed.person_id == person_id))
    return len(books)
