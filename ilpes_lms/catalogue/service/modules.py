"""Modules: parts of an activity with hours of their own, to which class sessions belong."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import select, update

from ilpes_lms.audit import service as audit
from ilpes_lms.catalogue.errors import TooManyModules, UnknownChoice
from ilpes_lms.catalogue.models import Activity, ClassSession, Module
from ilpes_lms.catalogue.queries.activities import module_in
from ilpes_lms.catalogue.rules.values import module_hours, module_titles
from ilpes_lms.catalogue.service.listeners import tell_replanned
from ilpes_lms.catalogue.service.places import lock_managed
from ilpes_lms.core import ordering
from ilpes_lms.core.database import db, transaction

ANYWHERE: frozenset[str] = frozenset()
MOST_MODULES = 50


@transaction
def add_module(
    *,
    activity_ref: str,
    titles: Mapping[str, str],
    hours: Decimal | None = None,
    class_sessions: Collection[str] = (),
    divisions: frozenset[str] = ANYWHERE,
) -> Module:
    """Add a module at the end; the class sessions named belong to it from now on, and to no other."""
    activity = lock_managed(activity_ref, divisions)
    if len(activity.modules) >= MOST_MODULES:
        raise TooManyModules(most=MOST_MODULES)
    module = Module(activity_id=activity.id, number=ordering.next_number(activity.modules))
    module.titles, module.hours = module_titles(titles), module_hours(hours)
    activity.modules.append(module)
    db.session.flush()
    _assign(activity, module, class_sessions)
    audit.record("module.added", "activity", activity.public_id)
    tell_replanned(activity)
    return module


@transaction
def change_module(
    *,
    activity_ref: str,
    module_ref: str,
    titles: Mapping[str, str],
    hours: Decimal | None = None,
    class_sessions: Collection[str] = (),
    divisions: frozenset[str] = ANYWHERE,
) -> Module:
    """Correct a module's title, hours and class sessions; those that are not named belong to it no more."""
    activity = lock_managed(activity_ref, divisions)
    module = module_in(activity, module_ref)
    module.titles, module.hours = module_titles(titles), module_hours(hours)
    db.session.flush()
    _assign(activity, module, class_sessions)
    audit.record("module.changed", "activity", activity.public_id, number=module.number)
    tell_replanned(activity)
    return module


@transaction
def move_module(
    *, activity_ref: str, module_ref: str, direction: ordering.Direction, divisions: frozenset[str] = ANYWHERE
) -> Activity:
    """Let a module change places with its neighbour."""
    activity = lock_managed(activity_ref, divisions)
    ordering.move(activity.modules, module_in(activity, module_ref), direction)
    db.session.expire(activity, ["modules"])
    tell_replanned(activity)
    return activity


@transaction
def remove_module(*, activity_ref: str, module_ref: str, divisions: frozenset[str] = ANYWHERE) -> Activity:
    """Take a module out; its class sessions stay and belong to none."""
    activity = lock_managed(activity_ref, divisions)
    module = module_in(activity, module_ref)
    _assign(activity, module, ())
    activity.modules.remove(module)
    db.session.delete(module)
    db.session.flush()
    audit.record("module.removed", "activity", activity.public_id)
    tell_replanned(activity)
    return activity


def copy_modules(model: Activity, copy: Activity, shift: timedelta) -> None:
    """Give an activity's copy the same modules, with the copies of their class sessions, which are so much later."""
    starts = {session.wall_start: session for session in _sessions(copy)}
    for module in model.modules:
        new = Module(activity_id=copy.id, number=module.number, titles=module.titles, hours=module.hours)
        db.session.add(new)
        db.session.flush()
        for session in _sessions(model):
            later = datetime.fromisoformat(session.wall_start) + shift
            if session.module_id == module.id and (twin := starts.get(later.isoformat(timespec="minutes"))):
                twin.module_id = new.id
    db.session.flush()


def _assign(activity: Activity, module: Module, refs: Collection[str]) -> None:
    of_activity = ClassSession.activity_id == activity.id
    named = set(db.session.scalars(select(ClassSession.id).where(of_activity, ClassSession.public_id.in_(refs))))
    if len(named) != len(set(refs)):
        raise UnknownChoice(field="class_sessions", value=", ".join(sorted(refs)))
    theirs = update(ClassSession).where(of_activity, ClassSession.module_id == module.id)
    db.session.execute(theirs.values(module_id=None))
    db.session.execute(update(ClassSession).where(ClassSession.id.in_(named)).values(module_id=module.id))


def _sessions(activity: Activity) -> list[ClassSession]:
    return list(db.session.scalars(select(ClassSession).where(ClassSession.activity_id == activity.id)))
