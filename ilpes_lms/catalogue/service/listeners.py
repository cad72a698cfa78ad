"""Upper rooms that must follow a change of an activity in the same transaction, for example when places are added."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from flask import Flask, current_app

from ilpes_lms.catalogue.models import Activity, ClassSession
from ilpes_lms.catalogue.rules import Dates

_EXTENSION = "ilpes-catalogue-listeners"
Listener = Callable[[Activity], None]
Cloner = Callable[[Activity, Activity], None]
# With how many places it is to have, None for without limit.
CapacityChecker = Callable[[Activity, int | None], None]


@dataclass(frozen=True, slots=True)
class When:
    """When a class session takes place, and by which clocks."""

    starts_at: datetime
    ends_at: datetime
    zone: str


@dataclass(frozen=True, slots=True)
class Rescheduled:
    """A class session with other times, and when it took place before."""

    session: ClassSession
    before: When


def when_of(session: ClassSession) -> When:
    """Return when a class session takes place."""
    return When(session.starts_at, session.ends_at, session.zone)


# With the dates it had before, and the class sessions that moved along.
DatesListener = Callable[[Activity, Dates, Sequence[Rescheduled]], None]
RescheduledListener = Callable[[Rescheduled], None]
CalledOffListener = Callable[[ClassSession], None]


@dataclass
class Listeners:
    """Who is told of what."""

    edited: list[Listener] = field(default_factory=list)
    cancelled: list[Listener] = field(default_factory=list)
    cloned: list[Cloner] = field(default_factory=list)
    moved: list[DatesListener] = field(default_factory=list)
    resized: list[CapacityChecker] = field(default_factory=list)
    rescheduled: list[RescheduledListener] = field(default_factory=list)
    called_off: list[CalledOffListener] = field(default_factory=list)
    replanned: list[Listener] = field(default_factory=list)


def open_listeners(app: Flask) -> None:
    """Give the application empty lists of listeners."""
    app.extensions[_EXTENSION] = Listeners()


def when_edited(app: Flask, listener: Listener) -> None:
    """Call a function with each activity that was edited or changed its status.

    It runs inside the transaction that changed the activity, whose row is locked.
    """
    _of(app).edited.append(listener)


def when_cancelled(app: Flask, listener: Listener) -> None:
    """Call a function with each activity that was called off, inside the transaction that does so."""
    _of(app).cancelled.append(listener)


def when_cloned(app: Flask, cloner: Cloner) -> None:
    """Call a function with each activity that was cloned and its copy, inside the transaction that made it."""
    _of(app).cloned.append(cloner)


def tell_cloned(model: Activity, copy: Activity) -> None:
    """Let the listeners copy what they keep of an activity."""
    for cloner in _of(current_app).cloned:
        cloner(model, copy)


def when_moved(app: Flask, listener: DatesListener) -> None:
    """Call a function with each activity that got other dates, inside the transaction that gave it them."""
    _of(app).moved.append(listener)


def when_resized(app: Flask, checker: CapacityChecker) -> None:
    """Ask a function about each new number of places before it stands; it refuses by raising, naming `capacity`."""
    _of(app).resized.append(checker)


def check_resized(activity: Activity, capacity: int | None) -> None:
    """Let the listeners refuse a number of places."""
    for checker in _of(current_app).resized:
        checker(activity, capacity)


def when_rescheduled(app: Flask, listener: RescheduledListener) -> None:
    """Call a function with each class session that somebody gave other times, inside the transaction that does so.

    Those that move along with their activity's dates are not told of one by one.
    """
    _of(app).rescheduled.append(listener)


def when_called_off(app: Flask, listener: CalledOffListener) -> None:
    """Call a function with each class session that somebody called off alone, inside the transaction that does so."""
    _of(app).called_off.append(listener)


def tell_rescheduled(moved: Rescheduled) -> None:
    """Tell the listeners."""
    for listener in _of(current_app).rescheduled:
        listener(moved)


def tell_called_off(session: ClassSession) -> None:
    """Tell the listeners."""
    for listener in _of(current_app).called_off:
        listener(session)


def when_replanned(app: Flask, listener: Listener) -> None:
    """Call a function with each activity whose modules or hours may be others now.

    It runs inside the transaction that changed them, in which the activity's row is locked.
    """
    _of(app).replanned.append(listener)


def tell_replanned(activity: Activity) -> None:
    """Tell the listeners."""
    for listener in _of(current_app).replanned:
        listener(activity)


def tell_edited(activity: Activity) -> None:
    """Tell the listeners."""
    for listener in _of(current_app).edited:
        listener(activity)


def tell_cancelled(activity: Activity) -> None:
    """Tell the listeners."""
    for listener in _of(current_app).cancelled:
        listener(activity)


def tell_moved(activity: Activity, before: Dates, along: Sequence[Rescheduled]) -> None:
    """Tell the listeners."""
    for listener in _of(current_app).moved:
        listener(activity, before, along)


def _of(app: Flask) -> Listeners:
    listeners: Listeners = app.extensions[_EXTENSION]
    return listeners
