"""What this room adds to every process, whether it serves pages or not."""

from flask import Flask
from sqlalchemy import Select, select

from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core import jobs
from ilpes_lms.core.text import N_
from ilpes_lms.notifications import visibility
from ilpes_lms.reminders import messages, tasks
from ilpes_lms.reminders.announcements import wiring as announcements


def wire(app: Flask) -> None:
    """Open the room."""
    messages.register(app)
    visibility.register(app, _activities_of)
    jobs.register(app, "reminders.collect", tasks.collect, every=60, label=N_("Write down the reminders that are owed"))
    announcements.wire(app)


def _activities_of(divisions: frozenset[str]) -> Select[str]:
    return select(Activity.public_id).where(Activity.division.in_(sorted(divisions)))
