"""Two records of one person become one, and two again: what they applied to, were invited to and judged.

Locks are taken in one order: activities by number, then the persons. Whoever enrols locks the activity first, too.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import select

from ilpes_lms.audit import service as audit
from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.catalogue.service import merging as catalogue_merging
from ilpes_lms.core import actor, clock, moving
from ilpes_lms.core.database import db, transaction
from ilpes_lms.core.moving import Move
from ilpes_lms.enrolment import queries, rules
from ilpes_lms.enrolment.models import (
    ApplicationDraft,
    ConflictOfInterest,
    Enrolment,
    EnrolmentChange,
    Invitation,
    NominationQuota,
    PlaceRule,
    Review,
)
from ilpes_lms.enrolment.rules import Rival, Standing
from ilpes_lms.enrolment.service import steps
from ilpes_lms.enrolment.service.locking import fresh, is_over
from ilpes_lms.people import service as people

_TABLE = Enrolment.__tablename__
_OCCASION = "merge"


class Pair(NamedTuple):
    """Two enrolments in one activity that are found to be one person's: which stays, and which is set aside."""

    activity: Activity
    stays: Enrolment
    aside: Enrolment


def lock_activities_of(person_ids: Collection[int]) -> None:
    """Lock the activities in which any of some persons is enrolled, by number, until the unit of work ends."""
    theirs = select(Enrolment.activity_id).where(Enrolment.person_id.in_(person_ids)).distinct()
    for activity_id in sorted(db.session.scalars(theirs)):
        catalogue.lock(activity_id)


def lock_activities_with(organization_ids: Collection[int]) -> None:
    """Lock the activities that are for people of any of some organizations, or give it places, by number."""
    found = catalogue_merging.activities_for(organization_ids)
    for model in (PlaceRule, NominationQuota):
        found |= set(db.session.scalars(select(model.activity_id).where(model.organization_id.in_(organization_ids))))
    for activity_id in sorted(found):
        catalogue.lock(activity_id)


def pairs(gone: int, stays: int, proofs: Mapping[int, int]) -> list[Pair]:
    """Return the activities in which both persons are enrolled, with which enrolment stays, by activity.

    `proofs` say of enrolments by number what rooms above know: that they were completed, or certified.
    """
    mine, other = _by_activity(gone), _by_activity(stays)
    return [_pair(mine[number], other[number], proofs) for number in sorted(mine.keys() & other.keys())]


def merge_persons(gone: int, stays: int, aside: Mapping[int, int]) -> list[Move]:
    """Plan what moves when a person is merged into another; `aside` are enrolments set aside, with those that stay."""
    own = [move for move in moving.pointing(Enrolment, "person_id", gone, stays) if move.row not in aside]
    exchanged = [move for move in moving.pointing(Enrolment, "person_id", stays, gone) if move.row in aside]
    return [
        *_set_aside(aside), *own, *exchanged, *_invitations(aside),
        *moving.pointing(ApplicationDraft, "person_id", gone, stays, unless_alike=("activity_id",)),
        *moving.pointing(Review, "reviewer_id", gone, stays, unless_alike=("enrolment_id",)),
        *moving.pointing(ConflictOfInterest, "reviewer_id", gone, stays, unless_alike=("enrolment_id",)),
    ]  # fmt: skip


def merge_organizations(gone: int, stays: int) -> list[Move]:
    """Plan what moves when an organization is merged into another; what enrolments say of it in words stays."""
    models = (Enrolment, PlaceRule, NominationQuota)
    return [move for model in models for move in moving.pointing(model, "organization_id", gone, stays)]


def activities_with_two_quotas(gone: int, stays: int) -> Sequence[Activity]:
    """Return the activities in which two organizations nominate, each under a link of its own."""
    of_stays = select(NominationQuota.activity_id).where(NominationQuota.organization_id == stays)
    both = select(NominationQuota.activity_id).where(
        NominationQuota.organization_id == gone, NominationQuota.activity_id.in_(of_stays)
    )
    return db.session.scalars(select(Activity).where(Activity.id.in_(both)).order_by(Activity.id)).all()


@transaction
def carry_out(moves: Sequence[Move]) -> None:
    """Write planned moves: set enrolments aside, let the others change persons, pass free places on.

    The caller holds the locks.
    """
    states = [move for move in moves if _is_state(move)]
    set_aside = fresh(Enrolment.id.in_([move.row for move in states])) if states else []
    held = {one.activity_id for one in set_aside if one.state in rules.HOLDING}
    for one in set_aside:
        standing = Standing(rules.set_aside(one.state))
        steps.take(one, standing, activity=one.activity, by=rules.MERGE, reason=rules.MERGED)
    _change_persons([move for move in moves if _is_person(move)])
    moving.carry_out(move for move in moves if not _is_state(move) and not _is_person(move))
    for activity in {one.activity_id: one.activity for one in set_aside}.values():
        steps.settle(activity, freed=int(activity.id in held), occasion=_OCCASION)
    db.session.flush()
    db.session.expire_all()


@transaction
def put_back(moves: Sequence[Move]) -> list[Move]:
    """Undo moves: let enrolments be those of whom they were, and bring back what was set aside where there is room.

    Returns the moves that stay as they are. The caller holds the locks.
    """
    back = set(comes_back(moves))
    _change_persons([_backwards(move) for move in moves if move in back and _is_person(move)])
    moving.put_back(move for move in moves if move in back and not _is_state(move) and not _is_person(move))
    db.session.expire_all()
    for move in moves:
        if move in back and _is_state(move):
            _bring_back(move)
    return [move for move in moves if move not in back]


def comes_back(moves: Sequence[Move]) -> list[Move]:
    """Return which moves can be undone now."""
    standing = moving.still_there(moves)
    return [move for move in standing if not _is_state(move) or _standing_of(move) is not None]


def _by_activity(person_id: int) -> dict[int, Enrolment]:
    return {one.activity_id: one for one in fresh(Enrolment.person_id == person_id)}


def _pair(one: Enrolment, other: Enrolment, proofs: Mapping[int, int]) -> Pair:
    first, second = (Rival(e.id, e.state, proofs.get(e.id, 0), e.applied_at) for e in (one, other))
    stays, aside = (one, other) if rules.prevailing(first, second) is first else (other, one)
    return Pair(stays.activity, stays, aside)


def _set_aside(aside: Mapping[int, int]) -> list[Move]:
    found = fresh(Enrolment.id.in_(aside)) if aside else []
    return [
        Move(_TABLE, one.id, "state", one.state, rules.set_aside(one.state)) for one in found if one.state in rules.LIVE
    ]


def _invitations(aside: Mapping[int, int]) -> list[Move]:
    """Let an invitation follow to the enrolment that stays; where that has one, the place goes back to who invited."""
    moves: list[Move] = []
    accepted = select(Invitation).where(Invitation.state == "accepted")
    for row, stays in aside.items():
        theirs = accepted.where(Invitation.enrolment_id == row).order_by(Invitation.id)
        invited = db.session.scalar(accepted.where(Invitation.enrolment_id == stays).limit(1)) is not None
        for one in db.session.scalars(theirs):
            change = ("state", "accepted", "withdrawn") if invited else ("enrolment_id", row, stays)
            moves.append(Move(Invitation.__tablename__, one.id, *change))
            invited = True
    return moves


def _change_persons(moves: Sequence[Move]) -> None:
    """Let enrolments change persons; where two of one activity change places, one waits with a stand-in meanwhile."""
    here = select(Enrolment.id, Enrolment.activity_id).where(Enrolment.id.in_([move.row for move in moves]))
    activities: dict[int, int] = {row[0]: row[1] for row in db.session.execute(here)}
    first = {activities[move.row]: move for move in moves}
    waiting = [move for move in moves if first[activities[move.row]] is not move]
    if not waiting:
        moving.carry_out(moves)
        return
    with people.stand_in() as nobody:
        moving.carry_out(move._replace(becomes=nobody) for move in waiting)
        moving.carry_out(move for move in moves if move not in waiting)
        moving.carry_out(move._replace(was=nobody) for move in waiting)


def _standing_of(move: Move) -> Standing | None:
    enrolment = db.session.get_one(Enrolment, move.row)
    return rules.restored(move.was, queries.places(enrolment.activity), over=is_over(enrolment.activity))


def _bring_back(move: Move) -> None:
    """Let an enrolment stand again as it did; what was said of the person at the time is not said anew."""
    enrolment, standing = db.session.get_one(Enrolment, move.row), _standing_of(move)
    if standing is None:
        return
    rules.check_step(enrolment.state, standing.state, rules.MERGE)
    change = EnrolmentChange(
        enrolment_id=enrolment.id, from_state=enrolment.state, to_state=standing.state, at=clock.now(),
        actor=actor.current(), reason=rules.UNMERGED,
    )  # fmt: skip
    db.session.add(change)
    audit.record(
        f"enrolment.{standing.state}", "enrolment", enrolment.public_id, activity=enrolment.activity.public_id,
        before=enrolment.state,
    )  # fmt: skip
    enrolment.state, enrolment.place_number = standing.state, standing.place_number
    enrolment.waiting_position = standing.waiting_position
    db.session.flush()
    steps.settle(enrolment.activity, occasion=_OCCASION)


def _is_state(move: Move) -> bool:
    return (move.table, move.column) == (_TABLE, "state")


def _is_person(move: Move) -> bool:
    return (move.table, move.column) == (_TABLE, "person_id")


def _backwards(move: Move) -> Move:
    return move._replace(was=move.becomes, becomes=move.was)
