"""News of a whole activity, written to all whom it concerns in the transaction that makes it so."""

from ilpes_lms.catalogue.models import Activity
from ilpes_lms.enrolment import queries, rules
from ilpes_lms.enrolment.service.locking import is_over
from ilpes_lms.notifications import service as notifications
from ilpes_lms.notifications.service import Wish


def announce_cancellation(activity: Activity) -> None:
    """Tell everyone who has a place, waits for one or has applied that an activity is called off.

    Of what is over already nobody needs to be told.
    """
    if is_over(activity):
        return
    notifications.send_all(
        [
            Wish(
                kind="enrolment.activity_cancelled", key=f"enrolment.activity_cancelled:{ref}",
                values={"enrolment": ref}, person_id=person_id, activity_ref=activity.public_id,
            )
            for ref, person_id in queries.reached(activity.id, rules.LIVE)
        ]
    )  # fmt: skip
