"""Two records of one person or organization become one: who teaches, and for whom activities are."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import Select, Text, cast, select

from ilpes_lms.catalogue.models import Activity, Assignment
from ilpes_lms.catalogue.service.editions import new_edition
from ilpes_lms.catalogue.service.places import lock
from ilpes_lms.core import moving
from ilpes_lms.core.database import db, transaction
from ilpes_lms.core.moving import Move
from ilpes_lms.people.models import Organization

_ELIGIBLE = "eligible_organizations"


def merge_persons(gone: int, stays: int, _aside: Mapping[int, int]) -> list[Move]:
    """Plan what moves: what somebody teaches or coordinates."""
    return moving.pointing(Assignment, "person_id", gone, stays, unless_alike=("activity_id", "role"))


def merge_organizations(gone: int, stays: int) -> list[Move]:
    """Plan what moves: an activity that is for people of one organization is for those of the other."""
    before, after = _ref(gone), _ref(stays)
    return [
        Move(Activity.__tablename__, activity.id, _ELIGIBLE, before, after)
        for activity in db.session.scalars(_for_people_of(before))
        if after not in activity.eligible_organizations
    ]


def activities_for(organization_ids: Collection[int]) -> set[int]:
    """Return the numbers of the activities that are for people of one of some organizations."""
    return {activity.id for one in organization_ids for activity in db.session.scalars(_for_people_of(_ref(one)))}


@transaction
def carry_out(moves: Sequence[Move]) -> None:
    """Write planned moves; a list of organizations has one of them replaced."""
    for move in moves:
        if move.column == _ELIGIBLE:
            _replace(move)
    moving.carry_out(move for move in moves if move.column != _ELIGIBLE)


@transaction
def put_back(moves: Sequence[Move]) -> list[Move]:
    """Undo moves; return those that stay as they are."""
    back = set(comes_back(moves))
    for move in moves:
        if move in back and move.column == _ELIGIBLE:
            _replace(move._replace(was=move.becomes, becomes=move.was))
    moving.put_back(move for move in moves if move in back and move.column != _ELIGIBLE)
    return [move for move in moves if move not in back]


def comes_back(moves: Sequence[Move]) -> list[Move]:
    """Return which moves can be undone now."""
    lists = [move for move in moves if move.column == _ELIGIBLE]
    still = [move for move in lists if move.becomes in db.session.get_one(Activity, move.row).eligible_organizations]
    return [*still, *moving.still_there(move for move in moves if move.column != _ELIGIBLE)]


def _ref(organization_id: int) -> str:
    return db.session.get_one(Organization, organization_id).public_id


def _for_people_of(organization_ref: str) -> Select[Activity]:
    named = cast(Activity.eligible_organizations, Text).contains(f'"{organization_ref}"', autoescape=True)
    return select(Activity).where(named).order_by(Activity.id)


def _replace(move: Move) -> None:
    activity = lock(move.row)
    activity.eligible_organizations = [
        move.becomes if one == move.was else one for one in activity.eligible_organizations
    ]
    activity.version += 1
    new_edition()
    db.session.flush()
