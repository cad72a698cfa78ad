"""Upper rooms that must follow a change of an activity in the same transaction, for example when places are added."""

from collections.abc import Callable

from flask import Flask, current_app

from ilpes_lms.catalogue.models import Activity

_EXTENSION = "ilpes-catalogue-listeners"
Listener = Callable[[Activity], None]


def open_listeners(app: Flask) -> None:
    """Give the application an empty list of listeners."""
    app.extensions[_EXTENSION] = []


def when_edited(app: Flask, listener: Listener) -> None:
    """Call a function with each activity that was edited or changed its status.

    It runs inside the transaction that changed the activity, whose row is locked.
    """
    app.extensions[_EXTENSION].append(listener)


def tell_edited(activity: Activity) -> None:
    """Tell the listeners."""
    for listener in current_app.extensions[_EXTENSION]:
        listener(activity)
