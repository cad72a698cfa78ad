"""Two records become one, and two again: looked at first, agreed to by a digest of it, done in one transaction.

Locks are taken in one order, by number within each: activities, then the persons or organizations. What was seen is
compared under them, so that whoever enrolled in between is not passed over.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import delete, or_, select

from ilpes_lms.attendance.service import merging as attendance
from ilpes_lms.audit import service as audit
from ilpes_lms.core import actor, clock
from ilpes_lms.core.database import db, transaction
from ilpes_lms.core.errors import DomainError
from ilpes_lms.core.moving import Move
from ilpes_lms.enrolment import service as enrolment
from ilpes_lms.enrolment.rules import CERTIFIED
from ilpes_lms.enrolment.service import Pair
from ilpes_lms.people import queries as people_queries
from ilpes_lms.people import rules as people_rules
from ilpes_lms.people import service as people
from ilpes_lms.people.models import Organization, Person
from ilpes_lms.privacy.merging import errors, mergers, queries, rules
from ilpes_lms.privacy.merging.mergers import ORGANIZATIONS, PERSONS
from ilpes_lms.privacy.merging.models import Merge, MergeMove

_OBJECTS = {PERSONS: "person", ORGANIZATIONS: "organization"}
Record = Person | Organization


@dataclass(frozen=True, slots=True)
class Collision:
    """Two enrolments in one activity, and at how many class sessions their marks differ."""

    pair: Pair
    marks_apart: int


@dataclass(frozen=True, slots=True)
class Preview:
    """What merging one record into another would move, how collisions are decided, and what stands against it.

    `seen` names exactly this: the deed asks for it.
    """

    kind: str
    gone: Record
    stays: Record
    moves: Mapping[str, list[Move]]
    obstacles: Sequence[DomainError]
    collisions: Sequence[Collision] = field(default=())

    @property
    def seen(self) -> str:
        return rules.seen(self.moves, self.gone.public_id, self.stays.public_id)


@dataclass(frozen=True, slots=True)
class UndoPreview:
    """What undoing a merge would move back, what stays where it is because it changed since, and what is against it."""

    merge: Merge
    back: Mapping[str, list[Move]]
    left: Mapping[str, list[Move]]
    obstacles: Sequence[DomainError]

    @property
    def seen(self) -> str:
        return rules.seen(self.back, self.merge.public_id)


def preview_persons(*, gone_ref: str, into: str, by_person: int | None = None) -> Preview:
    """Return what merging a person into the one that a code or an address means would do; raises NobodyMeant."""
    return _persons(people_queries.person_by_ref(gone_ref), queries.person_meant(into), by_person)


def preview_organizations(*, gone_ref: str, into: str) -> Preview:
    """Return what merging an organization into the one that a code or a name means would do."""
    return _organizations(people_queries.organization_by_ref(gone_ref), queries.organization_meant(into))


@transaction
def merge_persons(*, gone_ref: str, into: str, seen: str, reason: str, by_person: int | None = None) -> Merge:
    """Merge a person into another one, as it was seen in the preview.

    Raises what stands against it, MergeUnexplained, and MergeMoved when the records say otherwise by now.
    """
    ends = people_queries.person_by_ref(gone_ref).id, queries.person_meant(into).id
    _lock_persons(ends)
    found = _persons(people_queries.person(ends[0]), people_queries.person(ends[1]), by_person)
    return _merged(found, seen, reason)


@transaction
def merge_organizations(*, gone_ref: str, into: str, seen: str, reason: str) -> Merge:
    """Merge an organization into another one, as it was seen in the preview; raises as `merge_persons` does."""
    ends = people_queries.organization_by_ref(gone_ref).id, queries.organization_meant(into).id
    gone, stays = _lock_organizations(ends)
    return _merged(_organizations(gone, stays), seen, reason)


def preview_undo(merge_ref: str) -> UndoPreview:
    """Return what undoing a merge would do now; raises MergeUnknown."""
    return _undo_of(queries.merge(merge_ref))


@transaction
def undo(*, merge_ref: str, seen: str, reason: str) -> UndoPreview:
    """Undo a merge as it was seen in the preview: rows go back, but for those that changed since.

    Whatever came after the merge stays with the record that stayed. Raises what stands against it, MergeUnexplained,
    and MergeMoved.
    """
    merge = queries.merge(merge_ref)
    if merge.kind == PERSONS:
        _lock_persons((merge.gone_person_id or 0, merge.stays_person_id or 0))
    else:
        _lock_organizations((merge.gone_organization_id or 0, merge.stays_organization_id or 0))
    db.session.refresh(merge)
    found = _undo_of(merge)
    why = _agreed(found, seen, reason)
    # Who was merged is a person again first: nobody else can be enrolled.
    for room, merger in reversed(mergers.registered(merge.kind).items()):
        merger.put_back(found.back.get(room, []))
    merge.undone_at, merge.undone_by, merge.undone_reason = clock.now(), actor.current(), why
    gone, stays = ends_of(merge)
    audit.record(
        f"{_OBJECTS[merge.kind]}.unmerged", _OBJECTS[merge.kind], gone.public_id, out_of=stays.public_id,
        merge=merge.public_id, back=_number(found.back), left=_number(found.left),
    )  # fmt: skip
    return found


def ends_of(merge: Merge) -> tuple[Record, Record]:
    """Return what was merged, and what it was merged into."""
    persons = (merge.gone_person, merge.stays_person)
    gone, stays = persons if merge.kind == PERSONS else (merge.gone_organization, merge.stays_organization)
    if gone is None or stays is None:
        raise LookupError("a constraint holds that a merge has two ends")
    return gone, stays


def forget(person_id: int) -> int:
    """Delete what is written down of merges of a person, which can't be undone any more; return how many there were."""
    theirs = select(Merge.id).where(or_(Merge.gone_person_id == person_id, Merge.stays_person_id == person_id))
    ids = list(db.session.scalars(theirs))
    db.session.execute(delete(MergeMove).where(MergeMove.merge_id.in_(ids)))
    db.session.execute(delete(Merge).where(Merge.id.in_(ids)))
    return len(ids)


def _persons(gone: Person, stays: Person, by_person: int | None) -> Preview:
    ends = gone.id, stays.id
    proofs = queries.proofs(ends)
    pairs = enrolment.pairs(*ends, proofs) if gone.id != stays.id else []
    aside = {pair.aside.id: pair.stays.id for pair in pairs}
    moves = {room: one.plan(*ends, aside) for room, one in mergers.registered(PERSONS).items()}
    collisions = [Collision(pair, attendance.marks_apart(pair.aside.id, pair.stays.id)) for pair in pairs]
    certified = [pair for pair in pairs if proofs.get(pair.aside.id) == proofs.get(pair.stays.id) == CERTIFIED]
    twice = [errors.TwoCertificates(activity=one.activity.titles) for one in certified]
    return Preview(PERSONS, gone, stays, moves, [*_against_persons(gone, stays, by_person), *twice], collisions)


def _organizations(gone: Organization, stays: Organization) -> Preview:
    moves = {room: one.plan(gone.id, stays.id) for room, one in mergers.registered(ORGANIZATIONS).items()}
    obstacles: list[DomainError] = []
    if gone.id == stays.id:
        obstacles.append(errors.SameRecord())
    elif gone.merged_into_id or stays.merged_into_id:
        obstacles.append(errors.RecordMerged())
    else:
        both = enrolment.activities_with_two_quotas(gone.id, stays.id)
        obstacles += [errors.TwoQuotas(activity=activity.titles) for activity in both]
    return Preview(ORGANIZATIONS, gone, stays, moves, obstacles)


def _against_persons(gone: Person, stays: Person, by_person: int | None) -> list[DomainError]:
    if gone.id == stays.id:
        return [errors.SameRecord()]
    accounts = people_queries.accounts_of([gone.id, stays.id]).values()
    against: dict[type[DomainError], object] = {
        errors.RecordErased: gone.forgotten_at or stays.forgotten_at,
        errors.RecordMerged: gone.merged_into_id or stays.merged_into_id,
        errors.OwnRecord: by_person in (gone.id, stays.id),
        errors.ErasureIsAsked: queries.asked_for_erasure((gone.id, stays.id)),
        errors.AccountShut: any(account.disabled_at for account in accounts),
    }
    return [refusal() for refusal, true in against.items() if true]


def _lock_persons(ends: tuple[int, int]) -> None:
    enrolment.lock_activities_of(ends)
    people.lock_persons(ends)


def _lock_organizations(ends: tuple[int, int]) -> tuple[Organization, Organization]:
    enrolment.lock_activities_with(ends)
    locked = {one.id: one for one in people.lock_organizations(ends)}
    return locked[ends[0]], locked[ends[1]]


def _merged(found: Preview, seen: str, reason: str) -> Merge:
    why = _agreed(found, seen, reason)
    merge = Merge(reason=why, by=actor.current(), at=clock.now())
    if isinstance(found.gone, Person):
        merge.gone_person_id, merge.stays_person_id = found.gone.id, found.stays.id
    else:
        merge.gone_organization_id, merge.stays_organization_id = found.gone.id, found.stays.id
    db.session.add(merge)
    db.session.flush()
    merge_id, merge_ref = merge.id, merge.public_id
    gone, stays = found.gone.public_id, found.stays.public_id
    for room, merger in mergers.registered(found.kind).items():
        merger.carry_out(found.moves[room])
        db.session.add_all(_written(merge_id, room, move) for move in found.moves[room])
    audit.record(
        f"{_OBJECTS[found.kind]}.merged", _OBJECTS[found.kind], gone, into=stays, merge=merge_ref,
        moved=_number(found.moves), set_aside=len(found.collisions),
    )  # fmt: skip
    db.session.flush()
    db.session.expire_all()
    return queries.merge(merge_ref)


def _agreed(found: Preview | UndoPreview, seen: str, reason: str) -> str:
    """Refuse what can't be done, or was not seen as it is; return the reason as it is kept."""
    for obstacle in found.obstacles:
        raise obstacle
    why = people_rules.lines(reason, longest=rules.LONGEST_REASON, field="reason")
    if not why:
        raise errors.MergeUnexplained(field="reason")
    if seen != found.seen:
        raise errors.MergeMoved
    return why


def _undo_of(merge: Merge) -> UndoPreview:
    moves, registered = queries.moves_of(merge.id), mergers.registered(merge.kind)
    back = {room: registered[room].comes_back(some) for room, some in moves.items()}
    left = {room: _without(some, back[room]) for room, some in moves.items()}
    obstacles: list[DomainError] = []
    if merge.undone_at:
        obstacles.append(errors.MergeUndone())
    elif queries.has_later(merge):
        obstacles.append(errors.LaterMergeFirst())
    return UndoPreview(merge, back, left, obstacles)


def _written(merge_id: int, room: str, move: Move) -> MergeMove:
    return MergeMove(
        merge_id=merge_id, room=room, table_name=move.table, row_id=move.row, column_name=move.column, was=move.was,
        became=move.becomes,
    )  # fmt: skip


def _without(moves: Sequence[Move], others: Sequence[Move]) -> list[Move]:
    taken = set(others)
    return [move for move in moves if move not in taken]


def _number(moves: Mapping[str, Sequence[Move]]) -> int:
    return sum(map(len, moves.values()))
