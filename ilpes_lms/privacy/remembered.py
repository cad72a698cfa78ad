"""What the web itself remembers of a person: the only table that no room owns."""

from typing import Any

from sqlalchemy import select

from ilpes_lms.core.database import db
from ilpes_lms.people import queries as people
from ilpes_lms.people.models import Account
from ilpes_lms.web import idempotency
from ilpes_lms.web.models import RememberedAnswer


def export_web(person_id: int) -> dict[str, Any]:
    """Return the requests of a person's programs that were remembered, so that they are not carried out twice."""
    own = select(Account.public_id).where(Account.person_id == person_id)
    statement = select(RememberedAnswer).where(RememberedAnswer.caller.in_(own)).order_by(RememberedAnswer.id)
    found = db.session.scalars(statement)
    return {"remembered_requests": [{"endpoint": r.endpoint, "key": r.key, "at": r.at} for r in found]}


def forget_web(person_id: int) -> int:
    """Delete the answers that were remembered for a person's programs, or that name them; return how many."""
    traces = people.traces_of(person_id)
    return idempotency.forget(traces.account_ref, traces.words)
