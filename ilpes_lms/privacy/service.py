"""Forgetting a person, room by room: asked for, taken back, done, and done again after a restore."""

from collections.abc import Callable, Collection, Sequence

from sqlalchemy import delete

from ilpes_lms.audit import service as audit
from ilpes_lms.audit.chain import service as chain
from ilpes_lms.certificates import service as certificates
from ilpes_lms.core import clock
from ilpes_lms.core.database import db, inserting, transaction
from ilpes_lms.core.errors import NotFound, Stale
from ilpes_lms.core.redaction import redacted
from ilpes_lms.enrolment import service as enrolment
from ilpes_lms.notifications import service as notifications
from ilpes_lms.people import queries as people
from ilpes_lms.people import rules as people_rules
from ilpes_lms.people import service as people_service
from ilpes_lms.people.models import Person
from ilpes_lms.privacy import forgetters, ledger, queries, rules
from ilpes_lms.privacy.models import Erasure, ErasureRequest

ASKED = "privacy.erasure_asked"


def ask(*, person_id: int, account_id: int, password: str, caller: str | None = None) -> ErasureRequest:
    """Ask to be erased, by one's password; it is done after some days, and can be taken back until then.

    Asked twice, it is the first wish that counts. Raises PasswordWrong, TooManyAttempts, LastAdministrator.
    """
    people_service.prove(account_id=account_id, password=password, caller=caller)
    return _asked(person_id)


@transaction
def take_back(*, person_id: int) -> None:
    """Take the wish to be erased back; without one, nothing changes."""
    person = db.session.get_one(Person, person_id, with_for_update=True)
    if queries.erasure_asked(person_id) is not None:
        db.session.execute(delete(ErasureRequest).where(ErasureRequest.person_id == person_id))
        audit.record("person.erasure_taken_back", "person", person.public_id)


def forget(*, person_ref: str, reason: str) -> dict[str, int]:
    """Let every room forget a person, all of them or none; return how many records each went through.

    Files with the person's name are deleted before this returns, and after the rest is committed. The reason stays on
    record, without their name. Raises NotFound, LastAdministrator, ReasonMissing.
    """
    done = _forgotten(person_ref, people_rules.given_reason(reason))
    _clear_up()
    return done


def forget_due() -> int:
    """Forget those whose time to take it back is over; return how many those were."""
    return forget_those(queries.due_erasures(clock.now()), _is_due)


def forget_those(refs: Collection[str], still: Callable[[int], bool]) -> int:
    """Forget those of whom something is still true once their row is locked; return how many those were."""
    done = sum(_forgotten_if(ref, still) for ref in refs)
    _clear_up()
    return done


def replay() -> int:
    """Forget once more those who were erased and are here again, as after a restore; return how many those were."""
    erased = ledger.kept() | set(queries.erasures())
    again = [ref for ref in queries.refs_of_all() if ledger.digest_of(ref) in erased]
    for ref in again:
        _forgotten_once_more(ref)
    _clear_up()
    return len(again)


def forget_in_record(person_id: int) -> int:
    """Take a person out of the record of deeds, whose chain stays whole; what they did in an office stays theirs."""
    held_office = any(map(queries.held_office, people.records_of(person_id)))
    return chain.erase(queries.refs_in_record(person_id), deeds=not held_office)


@transaction
def _asked(person_id: int) -> ErasureRequest:
    person = db.session.get_one(Person, person_id, with_for_update=True)
    people_service.check_may_go(person_id)
    found = queries.erasure_asked(person_id)
    if found is not None:
        return found
    now = clock.now()
    found = ErasureRequest(person_id=person_id, asked_at=now, due_at=now + rules.TIME_TO_TAKE_IT_BACK)
    db.session.add(found)
    db.session.flush()
    audit.record("person.erasure_asked", "person", person.public_id)
    notifications.send(kind=ASKED, key=f"{ASKED}:{person.public_id}:{found.id}", values={}, person_id=person_id)
    return found


def _is_due(person_id: int) -> bool:
    # It may have been taken back since.
    found = queries.erasure_asked(person_id)
    return found is not None and found.due_at <= clock.now()


@transaction
def _forgotten_if(person_ref: str, still: Callable[[int], bool]) -> bool:
    # Read again under the locks: it may have been taken back since, or done by somebody else.
    records = _records_left(person_ref)
    if not records or not still(records[0]):
        return False
    people_service.check_may_go(records[0])
    return bool(_forget_records(records))


@transaction
def _forgotten_once_more(person_ref: str) -> None:
    _forget_records(_records_left(person_ref))


@transaction
def _forgotten(person_ref: str, reason: str) -> dict[str, int]:
    records = _locked_records(person_ref)
    people_service.check_may_go(records[0])
    why = redacted(reason, [word for number in records for word in people.traces_of(number).words])
    done = _forget_records(records)
    # After the rooms forgot: what was recorded of the person before is gone from the record.
    audit.record("person.erased", "erasure", ledger.digest_of(person_ref), reason=why)
    return done


def _forget_records(records: Sequence[int]) -> dict[str, int]:
    # One person, however many records they once were; the one that has all roles last.
    done = [_forget_record(people.person(number)) for number in reversed(records)]
    return {room: sum(one[room] for one in done) for room in forgetters.registered()}


def _records_left(person_ref: str) -> list[int]:
    """Lock all records of a person; return none if the person went meanwhile, as with a record merged with theirs."""
    try:
        return _locked_records(person_ref)
    except NotFound:
        return []


def _locked_records(person_ref: str) -> list[int]:
    """Lock all records of a person, in the order of merges (ADR 44); raises Stale if one was merged meanwhile."""
    known = people.records_of(people.person_by_ref(person_ref).id)
    enrolment.lock_activities_of(known)
    people_service.lock_persons(known)
    if people.records_of(known[0]) != known:
        raise Stale
    return known


def _forget_record(person: Person) -> dict[str, int]:
    person_ref = person.public_id
    audit.record("person.forgotten", "person", person_ref)
    db.session.execute(delete(ErasureRequest).where(ErasureRequest.person_id == person.id))
    row = {"digest": ledger.digest_of(person_ref), "at": clock.now()}
    db.session.execute(inserting(Erasure).values(row).on_conflict_do_nothing(index_elements=["digest"]))
    return {room: forgetter(person.id) for room, forgetter in forgetters.registered().items()}


def _clear_up() -> None:
    """Do what has to wait for the commit; whatever is interrupted is done the next time."""
    certificates.delete_files()
    enrolment.forget_files_let_go()
    _write_down(ledger.kept())


def _write_down(known: Collection[str]) -> None:
    for erased, at in queries.erasures().items():
        if erased not in known:
            ledger.keep(erased, at)
