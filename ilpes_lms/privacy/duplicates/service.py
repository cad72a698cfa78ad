"""People who may be one: looked for by a job, and said to be two by administrators."""

from sqlalchemy import delete, insert, or_

from ilpes_lms.audit import service as audit
from ilpes_lms.core import actor, clock, jobs
from ilpes_lms.core.database import db, transaction
from ilpes_lms.core.ids import public_id
from ilpes_lms.privacy.duplicates import queries, rules
from ilpes_lms.privacy.duplicates.models import TwinPair
from ilpes_lms.privacy.duplicates.rules import Likeness, Pair

LOOK = "privacy.look_for_duplicates"


def look() -> int:
    """Compare all records, and write down the pairs that are found; return how many those are.

    What was decided about a pair stays; a pair for which nothing speaks any more goes.
    """
    # Comparing takes its time and needs no lock.
    found = rules.pairs_of(queries.records)
    _write(found)
    return len(found)


@transaction
def look_again() -> None:
    """Ask for the comparison now; the worker does it."""
    jobs.wake(LOOK)


@transaction
def dismiss(*, pair_ref: str) -> TwinPair:
    """Say that two people are two, so that they are not proposed again; said twice, the first time counts."""
    pair = queries.pair(pair_ref)
    if pair.dismissed_at is None:
        pair.dismissed_at, pair.dismissed_by = clock.now(), actor.current()
        audit.record("person.not_the_same", "person", pair.first.public_id, other=pair.second.public_id)
    return pair


def forget(person_id: int) -> int:
    """Delete the pairs of a person; return how many there were."""
    theirs = or_(TwinPair.first_id == person_id, TwinPair.second_id == person_id)
    number: int = db.session.execute(delete(TwinPair).where(theirs)).rowcount  # type: ignore[attr-defined]
    return number


@transaction
def _write(found: dict[Pair, Likeness]) -> None:
    known = {(pair.first_id, pair.second_id): pair for pair in queries.known_pairs()}
    for key, pair in known.items():
        likeness = found.get(key)
        if likeness:
            pair.evidence, pair.strength = _told(likeness), likeness.strength
        elif pair.dismissed_at is None:
            db.session.delete(pair)
    new = {key: likeness for key, likeness in found.items() if key not in known}
    if new:
        db.session.execute(insert(TwinPair), [_row(key, likeness) for key, likeness in new.items()])


def _row(key: Pair, likeness: Likeness) -> dict[str, object]:
    return {
        "public_id": public_id(), "first_id": key[0], "second_id": key[1], "evidence": _told(likeness),
        "strength": likeness.strength, "found_at": clock.now(), "dismissed_by": "",
    }  # fmt: skip


def _told(likeness: Likeness) -> dict[str, list[str]]:
    return {"same": list(likeness.same), "different": list(likeness.different)}
