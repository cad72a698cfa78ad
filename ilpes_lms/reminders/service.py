"""Write down what is owed; switch a rule on or off for an activity."""

from datetime import datetime

from sqlalchemy import select

from ilpes_lms.audit import service as audit
from ilpes_lms.catalogue import queries as catalogue_queries
from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.core import clock
from ilpes_lms.core.database import db, transaction
from ilpes_lms.notifications import service as notifications
from ilpes_lms.notifications.service import Wish
from ilpes_lms.reminders import queries, rules
from ilpes_lms.reminders.errors import UnknownRule
from ilpes_lms.reminders.models import ReminderSwitch

# Few enough that nobody who writes at the same time waits long.
_AT_ONCE = 500


def collect_due(now: datetime | None = None) -> int:
    """Put every reminder that is owed into the outbox, once each; return how many were new.

    Two sweeps at once, a sweep that comes late and one that stopped half way do no harm: a reminder's key is its
    rule, the enrolment and the day it is about.
    """
    owed = queries.owed(now or clock.now())
    return sum(notifications.send_all(_wishes(owed[i : i + _AT_ONCE])) for i in range(0, len(owed), _AT_ONCE))


@transaction
def switch(*, activity_ref: str, rule: str, enabled: bool, divisions: frozenset[str] = frozenset()) -> ReminderSwitch:
    """Let a rule hold, or not, for one activity; what is queued already asks again before it is sent."""
    if rule not in rules.RULES:
        raise UnknownRule(field="rule")
    activity = catalogue.lock(catalogue_queries.managed_activity(activity_ref, divisions).id)
    found = db.session.scalar(
        select(ReminderSwitch).where(ReminderSwitch.activity_id == activity.id, ReminderSwitch.rule == rule)
    )
    if found is None:
        found = ReminderSwitch(activity_id=activity.id, rule=rule)
        db.session.add(found)
    found.enabled, found.set_at = enabled, clock.now()
    audit.record("reminders.switch", "activity", activity.public_id, rule=rule, enabled=enabled)
    return found


def _wishes(owed: list[queries.Owed]) -> list[Wish]:
    return [
        Wish(
            kind=queries.kind_of(one.rule), key=one.key, person_id=one.person_id, activity_ref=one.activity_ref,
            values={"enrolment": one.enrolment_ref, "day": one.day},
        )
        for one in owed
    ]  # fmt: skip
