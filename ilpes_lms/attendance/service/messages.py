"""What whoever teaches writes to those who are falling behind: by the outbox, once a person and deed."""

from collections.abc import Collection

from sqlalchemy import select

from ilpes_lms.attendance import queries, rules
from ilpes_lms.attendance.errors import RecipientsChanged
from ilpes_lms.attendance.queries import Behind
from ilpes_lms.audit import service as audit
from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core.database import db, transaction
from ilpes_lms.core.errors import NotFound
from ilpes_lms.notifications import service as notifications
from ilpes_lms.notifications.service import Wish
from ilpes_lms.people import queries as people

KIND = "attendance.behind"


@transaction
def write_to_behind(
    *, activity_ref: str, enrolment_refs: Collection[str], text: str, deed: str, by_person: int | None = None
) -> int:
    """Write to some of those who are falling behind; return how many new messages that made.

    The same deed again reaches nobody twice. Raises RecipientsChanged when one of them is not behind (any more).
    """
    rules.check_message(text, len(enrolment_refs))
    activity_id = db.session.scalar(select(Activity.id).where(Activity.public_id == activity_ref))
    if activity_id is None:
        raise NotFound
    catalogue.lock(activity_id)
    sender = people.person(by_person).public_id if by_person else None
    chosen = chosen_among(queries.falling_behind([activity_id]).get(activity_id, []), enrolment_refs)
    wishes = [
        Wish(
            kind=KIND, key=f"{KIND}:{deed}:{each.enrolment.public_id}", person_id=each.enrolment.person_id,
            activity_ref=activity_ref, values={"enrolment": each.enrolment.public_id, "text": text, "by": sender},
        )
        for each in chosen
    ]  # fmt: skip
    sent = notifications.send_all(wishes)
    if sent:
        audit.record("attendance.message", "activity", activity_ref, people=sent)
    return sent


def chosen_among(behind: Collection[Behind], enrolment_refs: Collection[str]) -> list[Behind]:
    """Return those of the people who are falling behind that were chosen; raises RecipientsChanged."""
    refs = set(enrolment_refs)
    chosen = [each for each in behind if each.enrolment.public_id in refs]
    if len(chosen) != len(refs):
        raise RecipientsChanged(field="people")
    return chosen
