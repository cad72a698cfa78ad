"""Upper rooms that must follow a change of an activity in the same transaction, for example when places are added."""

from collections.abc import Callable

from flask import Flask, current_app

from ilpes_lms.catalogue.models import Activity

_EXTENSION = "ilpes-catalogue-listeners"
_CLONING = "ilpes-catalogue-cloners"
Listener = Callable[[Activity], None]
Cloner = Callable[[Activity, Activity], None]


def open_listeners(app: Flask) -> None:
    """Give the application empty lists of listeners."""
    app.extensions[_EXTENSION] = []
    app.extensions[_CLONING] = []


def when_edited(app: Flask, listener: Listener) -> None:
    """Call a function with each activity that was edited or changed its status.

    It runs inside the transaction that changed the activity, whose row is locked.
    """
    app.extensions[_EXTENSION].append(listener)


def when_cloned(app: Flask, cloner: Cloner) -> None:
    """Call a function with each activity that was cloned and its copy, inside the transaction that made it."""
    app.extensions[_CLONING].append(cloner)


def tell_cloned(model: Activity, copy: Activity) -> None:
    """Let the listeners copy what they keep of an activity."""
    for cloner in current_app.extensions[_CLONING]:
        cloner(model, copy)


def tell_edited(activity: Activity) -> None:
    """Tell the listeners."""
    for listener in current_app.extensions[_EXTENSION]:
        listener(activity)
