"""Activities: made, edited, taken through their states, cloned."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Unpack

from sqlalchemy import select

from ilpes_lms.audit import service as audit
from ilpes_lms.catalogue import rules
from ilpes_lms.catalogue.errors import CapacityBelowConfirmed, NotYourDivision, UnknownChoice
from ilpes_lms.catalogue.models import Activity, ClassSession, Course
from ilpes_lms.catalogue.service.class_sessions import (
    cancel_coming,
    check_none_left_behind,
    copy_class_sessions,
    move_coming,
)
from ilpes_lms.catalogue.service.editions import new_edition
from ilpes_lms.catalogue.service.listeners import (
    Rescheduled,
    check_resized,
    tell_cancelled,
    tell_cloned,
    tell_edited,
    tell_moved,
    tell_replanned,
)
from ilpes_lms.catalogue.service.materials import copy_materials
from ilpes_lms.catalogue.service.modules import copy_modules
from ilpes_lms.catalogue.service.places import lock_managed
from ilpes_lms.catalogue.service.values import (
    Changes,
    Details,
    defaults,
    keep_search_key,
    put_partners,
    tidy,
    values_of,
)
from ilpes_lms.core import clock
from ilpes_lms.core.database import db, transaction
from ilpes_lms.core.errors import Stale

ANYWHERE: frozenset[str] = frozenset()
_YEAR_IN_WEEKS = timedelta(weeks=52)
# Whatever belongs to one running only is not taken over by its clone.
_NOT_CLONED = (
    "dates_as_published", "record", "position", "notes", "applications_open_at", "applications_close_at",
    "waiting_until",
)  # fmt: skip


@transaction
def create_activity(
    *,
    kind: str,
    titles: Mapping[str, str],
    starts_on: date,
    ends_on: date | None = None,
    divisions: frozenset[str] = ANYWHERE,
    **details: Unpack[Details],
) -> Activity:
    """Add an activity as a draft; it ends on the day it starts unless an end is given."""
    if kind not in rules.KINDS:
        raise UnknownChoice(field="kind", value=kind)
    given: dict[str, Any] = {**details, "titles": titles, "starts_on": starts_on, "ends_on": ends_on or starts_on}
    partners = given.pop("partners", ())
    values = defaults(kind) | tidy(given)
    _check({**values, "kind": kind}, divisions)
    activity = Activity(kind=kind, status="draft", created_at=clock.now(), **values)
    db.session.add(activity)
    put_partners(activity, partners)
    keep_search_key(activity)
    db.session.flush()
    audit.record("activity.created", "activity", activity.public_id, kind=kind)
    return activity


@transaction
def edit_activity(
    *,
    activity_ref: str,
    version: int,
    divisions: frozenset[str] = ANYWHERE,
    move_class_sessions: bool = False,
    **changes: Unpack[Changes],
) -> Activity:
    """Change an activity's settings; raises Stale when `version` is not the one that stands.

    Class sessions to come move along with the first day if asked to; none may be left outside new dates.
    """
    activity = lock_managed(activity_ref, divisions)
    if activity.version != version:
        raise Stale
    before = activity.dates
    given: dict[str, Any] = dict(changes)
    partners = given.pop("partners", None)
    changed = tidy(given)
    _check({**values_of(activity), **changed, "kind": activity.kind}, divisions)
    if "capacity" in changed:
        _check_capacity(activity, changed["capacity"])
    for field, value in changed.items():
        setattr(activity, field, value)
    if partners is not None:
        put_partners(activity, partners)
    keep_search_key(activity)
    along = _follow_dates(activity, before, move=move_class_sessions) if activity.dates != before else []
    _finish(activity, "edited", fields=sorted(changed))
    if activity.dates != before:
        tell_moved(activity, before, along)
    if "hours" in changed:
        tell_replanned(activity)
    return activity


@transaction
def take_step(*, activity_ref: str, step: str, divisions: frozenset[str] = ANYWHERE) -> Activity:
    """Take an activity through one step of its life: publish, close, reopen, archive, cancel."""
    activity = lock_managed(activity_ref, divisions)
    activity.status = rules.next_status(activity.status, step)
    if step == "publish":
        activity.published_at = clock.now()
    if step == "cancel":
        cancel_coming(activity)
    _finish(activity, step)
    if step == "cancel":
        tell_cancelled(activity)
    return activity


def publish(*, activity_ref: str, divisions: frozenset[str] = ANYWHERE) -> Activity:
    """Show a draft in the public catalogue."""
    return take_step(activity_ref=activity_ref, step="publish", divisions=divisions)


def close(*, activity_ref: str, divisions: frozenset[str] = ANYWHERE) -> Activity:
    """End a published activity; it stays visible and takes nobody any more."""
    return take_step(activity_ref=activity_ref, step="close", divisions=divisions)


def reopen(*, activity_ref: str, divisions: frozenset[str] = ANYWHERE) -> Activity:
    """Take back a close."""
    return take_step(activity_ref=activity_ref, step="reopen", divisions=divisions)


def archive(*, activity_ref: str, divisions: frozenset[str] = ANYWHERE) -> Activity:
    """Put a closed activity away for good; it stays visible among past ones."""
    return take_step(activity_ref=activity_ref, step="archive", divisions=divisions)


def cancel(*, activity_ref: str, divisions: frozenset[str] = ANYWHERE) -> Activity:
    """Call an activity off with its class sessions to come; who has its address still learns so."""
    return take_step(activity_ref=activity_ref, step="cancel", divisions=divisions)


@transaction
def clone(*, activity_ref: str, starts_on: date | None = None, divisions: frozenset[str] = ANYWHERE) -> Activity:
    """Make a new draft of an activity, its class sessions moved along; by default 52 weeks later.

    Materials and whatever upper rooms keep of its settings are copied too.

    Weeks, not a year: a Tuesday course stays a Tuesday course, at the same time of day there.
    """
    model = lock_managed(activity_ref, divisions)
    shift = starts_on - model.starts_on if starts_on else _YEAR_IN_WEEKS
    values = {field: value for field, value in values_of(model).items() if field not in _NOT_CLONED}
    values |= {"starts_on": model.starts_on + shift, "ends_on": model.ends_on + shift}
    values["partners"] = [(partner.name, partner.role) for partner in model.partners]
    copy = create_activity(kind=model.kind, divisions=divisions, **values)
    sessions = select(ClassSession).where(ClassSession.activity_id == model.id, ClassSession.status == "scheduled")
    copy_class_sessions(db.session.scalars(sessions.order_by(ClassSession.starts_at)).all(), copy, shift)
    copy_materials(model.materials, copy)
    copy_modules(model, copy, shift)
    tell_cloned(model, copy)
    return copy


def _check(values: Mapping[str, Any], divisions: frozenset[str]) -> None:
    rules.check_values(values)
    if divisions and values.get("division") not in divisions:
        raise NotYourDivision(field="division")
    course_id = values.get("course_id")
    if course_id is not None and db.session.get(Course, course_id) is None:
        raise UnknownChoice(field="course_id", value=course_id)


def _check_capacity(activity: Activity, capacity: int | None) -> None:
    """Refuse a number of places that would throw somebody out, or that an upper room has promised otherwise."""
    if capacity is not None and capacity < activity.confirmed_count:
        raise CapacityBelowConfirmed(field="capacity", confirmed=activity.confirmed_count)
    if capacity != activity.capacity:
        check_resized(activity, capacity)


def _follow_dates(activity: Activity, before: rules.Dates, *, move: bool) -> list[Rescheduled]:
    """Return the class sessions that moved along."""
    shift = activity.starts_on - before.starts_on
    along = move_coming(activity, shift) if move and shift else []
    check_none_left_behind(activity)
    return along


def _finish(activity: Activity, deed: str, **details: Any) -> None:
    activity.version += 1
    db.session.flush()
    new_edition()
    audit.record(f"activity.{deed}", "activity", activity.public_id, **details)
    tell_edited(activity)
