"""Not too fast to one domain: who may leave now, and until when the others are put off."""

from datetime import datetime, timedelta

from sqlalchemy import select, update

from ilpes_lms.core import clock
from ilpes_lms.core.database import db, inserting, transaction
from ilpes_lms.core.settings import settings
from ilpes_lms.notifications import rules
from ilpes_lms.notifications.models import DomainPace


def put_off(address: str, *, has_waited: bool) -> datetime | None:
    """Count a letter to an address towards its domain's pace; return until when it is put off, None to let it go.

    Nobody sleeps: a letter that would be too fast goes back into the outbox until its turn.
    """
    domain = address.rpartition("@")[2].lower()
    pace = rules.pace_of(domain, rules.paces(settings().mail_pace))
    return None if pace is None else _step_up(domain, pace, has_waited=has_waited)


@transaction
def _step_up(domain: str, pace: timedelta, *, has_waited: bool) -> datetime | None:
    now = clock.now()
    fresh = inserting(DomainPace).values(domain=domain, free_at=now, tail_at=now)
    db.session.execute(fresh.on_conflict_do_nothing())
    mine = DomainPace.domain == domain
    row = db.session.execute(select(DomainPace.free_at, DomainPace.tail_at).where(mine).with_for_update()).one()
    line, until = rules.step_up(rules.Line(*row), now, pace, has_waited=has_waited)
    renewed = update(DomainPace).where(mine).values(free_at=line.free_at, tail_at=line.tail_at)
    db.session.execute(renewed.execution_options(synchronize_session=False))
    return until
