"""What roll-ups add to the application."""

from flask import Flask

from ilpes_lms.core import jobs
from ilpes_lms.core.text import N_
from ilpes_lms.statistics.rollups import models, service, tasks  # noqa: F401 - models: tables

# What is not refreshed yet is read from the record, so nobody waits for this.
_REFRESH_SECONDS = 20
_CHECK_SECONDS = 24 * 3600


def wire(app: Flask) -> None:
    """Open this part of the room."""
    jobs.register(app, service.JOB, tasks.refresh, every=_REFRESH_SECONDS, label=N_("Refresh statistics"))
    jobs.register(app, service.CHECK_JOB, tasks.check, every=_CHECK_SECONDS, label=N_("Check statistics"))
