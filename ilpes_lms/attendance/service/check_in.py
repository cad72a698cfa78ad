"""Self check-in: a screen shows a code that rotates, a participant who is there sends it."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from ilpes_lms.attendance import queries, rules
from ilpes_lms.attendance.errors import CheckInClosed, CodeNotValid
from ilpes_lms.attendance.models import CheckInScreen, Disagreement, Mark
from ilpes_lms.attendance.service.deciding import decide
from ilpes_lms.attendance.service.outcomes import ensure_rule, lock_enrolments, marks_of
from ilpes_lms.audit import service as audit
from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.catalogue.models import ClassSession
from ilpes_lms.core import actor, clock
from ilpes_lms.core.database import db, transaction
from ilpes_lms.core.ids import digest, new_token
from ilpes_lms.people.service import attempts


@transaction
def open_check_in(*, class_session_ref: str) -> CheckInScreen:
    """Let a class session's participants check in until it ends; opened again, the codes go on as they were."""
    class_session = queries.class_session_with_activity(class_session_ref)
    catalogue.lock(class_session.activity_id)
    found = queries.check_in_screen(class_session.id)
    now = clock.now()
    if not rules.is_open(
        status=class_session.status, starts_at=class_session.starts_at, closes_at=class_session.ends_at, now=now
    ):
        raise CheckInClosed
    if found is None:
        found = CheckInScreen(class_session_id=class_session.id, secret=new_token())
        db.session.add(found)
    found.opened_by, found.opened_at, found.closes_at = actor.current(), now, class_session.ends_at
    db.session.flush()
    audit.record("attendance.check_in_opened", "class_session", class_session.public_id)
    return found


@transaction
def close_check_in(*, class_session_ref: str) -> None:
    """End a class session's check-in; the codes that were shown are useless at once."""
    class_session = queries.class_session_with_activity(class_session_ref)
    catalogue.lock(class_session.activity_id)
    found = queries.check_in_screen(class_session.id)
    if found is not None:
        found.closes_at, found.secret = clock.now(), new_token()
        audit.record("attendance.check_in_closed", "class_session", class_session.public_id)


def check_in(*, code: str, person_id: int, account_ref: str, device: str, address: str) -> Mark:
    """Mark a participant present, or late, by the code that is on the screen now; the same again changes nothing.

    The code tells which of the person's own class sessions it is. Wrong codes are counted against the account and
    the address. Raises CodeNotValid, TooManyAttempts.
    """
    counted = attempts.count("check_in", email=account_ref, caller=address)
    found = _mark(code, person_id, digest(device)[:16], digest(address)[:16])
    attempts.forgive(counted)
    return found


@transaction
def _mark(code: str, person_id: int, device: str, address: str) -> Mark:
    now = clock.now()
    class_session, enrolment_id = _meant(code, person_id, now)
    ensure_rule(class_session.activity)
    lock_enrolments([enrolment_id])
    marks = marks_of([enrolment_id])
    theirs = marks[enrolment_id]
    found = theirs.get(class_session.id)
    said = rules.mark_at(class_session.starts_at, now)
    if found is None:
        theirs[class_session.id] = found = _new(class_session, enrolment_id, said, _evidence(now, device, address))
        decide(class_session.activity, marks)
    elif found.source == "check_in":
        _note_another(found, now, device, address)
    elif found.mark not in rules.ATTENDED:
        _disagree(class_session, enrolment_id, said, now, _evidence(now, device, address))
    return found


def _meant(code: str, person_id: int, now: datetime) -> tuple[ClassSession, int]:
    for class_session, enrolment_id, screen in queries.open_check_ins(person_id, now):
        if rules.is_valid(screen.secret, code, now):
            return class_session, enrolment_id
    raise CodeNotValid(field="code")


def _new(class_session: ClassSession, enrolment_id: int, said: str, evidence: dict[str, Any]) -> Mark:
    shared = queries.checked_in_with(class_session.id, evidence["device"], evidence["address"])
    if shared:
        # Two people on one device may be one person's kindness to another; whoever teaches sees it and decides.
        evidence = {**evidence, "shared_device": shared}
    new = Mark(
        enrolment_id=enrolment_id, class_session_id=class_session.id, mark=said, source="check_in", evidence=evidence,
        marked_by=actor.current(), marked_at=clock.now(),
    )  # fmt: skip
    db.session.add(new)
    db.session.flush()
    return new


def _evidence(now: datetime, device: str, address: str) -> dict[str, Any]:
    return {"at": now.isoformat(), "device": device, "address": address}


def _note_another(found: Mark, now: datetime, device: str, address: str) -> None:
    if rules.differs(found.evidence, device, address):
        again = [*found.evidence.get("again", []), _evidence(now, device, address)]
        found.evidence = {**found.evidence, "again": again[-5:]}


def _disagree(
    class_session: ClassSession, enrolment_id: int, said: str, now: datetime, evidence: dict[str, Any]
) -> None:
    there = db.session.scalar(
        select(Disagreement).where(
            Disagreement.class_session_id == class_session.id,
            Disagreement.enrolment_id == enrolment_id,
            Disagreement.source == "check_in",
        )
    )
    if there is None:
        row = Disagreement(enrolment_id=enrolment_id, class_session_id=class_session.id, source="check_in", mark=said)
        row.evidence, row.at = evidence, now
        db.session.add(row)
        db.session.flush()
