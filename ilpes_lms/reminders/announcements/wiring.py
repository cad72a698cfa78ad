"""What messages to the people of an activity add to every process, whether it serves pages or not."""

from flask import Flask

from ilpes_lms.core import jobs
from ilpes_lms.core.text import N_
from ilpes_lms.reminders.announcements import letters, service, tasks


def wire(app: Flask) -> None:
    """Open this part of the room."""
    letters.register(app)
    jobs.register(app, service.JOB, tasks.write_rows, every=60, label=N_("Write messages to the people of activities"))
