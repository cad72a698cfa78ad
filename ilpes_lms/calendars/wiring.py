"""What this room adds to every process, whether it serves pages or not."""

from flask import Flask

from ilpes_lms.calendars import messages, models, tasks  # noqa: F401 - models: tables
from ilpes_lms.core import jobs
from ilpes_lms.core.text import N_


def wire(app: Flask) -> None:
    """Open the room."""
    messages.register(app)
    jobs.register(app, "calendars.collect", tasks.collect, every=60, label=N_("Tell calendars what changed"))
