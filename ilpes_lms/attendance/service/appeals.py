"""Participants ask that an outcome be looked at again; whoever teaches answers."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from ilpes_lms.attendance import queries, rules
from ilpes_lms.attendance.errors import AppealOpen
from ilpes_lms.attendance.models import OutcomeAppeal
from ilpes_lms.audit import service as audit
from ilpes_lms.core import actor, clock
from ilpes_lms.core.database import db, savepoint, transaction, violates
from ilpes_lms.core.errors import Conflict, NotFound
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.notifications import service as notifications

APPEAL_LETTER = "attendance.appeal_answered"
# SQLite names the column, which is that of another constraint too: that one's breach would be a second one at once.
_ONE_OPEN = ("uq_outcome_appeals_open", "outcome_appeals.enrolment_id")


@transaction
def ask_for_correction(*, enrolment_ref: str, person_id: int | None, text: str) -> OutcomeAppeal:
    """Ask that one's own outcome be looked at again, saying what is wrong; one at a time."""
    enrolment = queries.own_enrolment(enrolment_ref, person_id)
    said = rules.appeal_text(text, field="text")
    if refusal := why_not_to_ask(enrolment, queries.appeals_of(enrolment.id)):
        raise refusal
    asked = OutcomeAppeal(enrolment_id=enrolment.id, text=said, state=rules.APPEAL_OPEN, asked_at=clock.now())
    try:
        with savepoint() as inner:
            inner.add(asked)
            inner.flush()
    except IntegrityError as error:
        if violates(error, *_ONE_OPEN):
            raise AppealOpen from error
        raise
    audit.record("attendance.correction_asked", "enrolment", enrolment.public_id)
    return asked


def why_not_to_ask(enrolment: Enrolment, asked: Sequence[OutcomeAppeal]) -> Conflict | None:
    """Return what speaks against asking now, with what was asked before, so that nobody writes in vain."""
    activity = enrolment.activity
    try:
        states = [one.state for one in asked]
        rules.check_may_appeal(states=states, starts_on=activity.starts_on, today=clock.today(activity.zone))
    except Conflict as refusal:
        return refusal
    return None


@transaction
def answer_correction(*, appeal_ref: str, state: str, text: str) -> OutcomeAppeal:
    """Say whether it was corrected or stays as it was, and why; the participant gets a letter.

    What is corrected is the evidence (marks, exports) or the rule: the outcome follows those alone.
    """
    locked = select(OutcomeAppeal.id).where(OutcomeAppeal.public_id == appeal_ref).with_for_update()
    if db.session.scalar(locked) is None or (found := queries.appeal(appeal_ref)) is None:
        raise NotFound
    rules.check_answer(found.state, state)
    found.answer = rules.appeal_text(text, field="answer")
    found.state, found.answered_at, found.answered_by = state, clock.now(), actor.current()
    enrolment = found.enrolment
    audit.record("attendance.correction_answered", "enrolment", enrolment.public_id, state=state)
    notifications.send(
        kind=APPEAL_LETTER, key=f"{APPEAL_LETTER}:{found.public_id}", values={"appeal": found.public_id},
        person_id=enrolment.person_id, activity_ref=enrolment.activity.public_id,
    )  # fmt: skip
    return found
