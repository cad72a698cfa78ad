"""What this room adds to every process, whether it serves pages or not."""

from flask import Flask

from ilpes_lms.attendance import letters, models, queries, service, tasks  # noqa: F401 - models: tables
from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.core import files, jobs
from ilpes_lms.core.text import N_

_EVERY = 60


def wire(app: Flask) -> None:
    """Open the room."""
    letters.register(app)
    files.name_by(app, queries.EXPORTS)
    catalogue.when_replanned(app, service.follow_plan)
    jobs.register(app, service.RECOMPUTE_JOB, tasks.recompute, every=_EVERY, label=N_("Decide outcomes again"))
    jobs.register(app, service.JOB, tasks.apply_reports, every=_EVERY, label=N_("Take over attendance reports"))
    jobs.register(
        app,
        service.EXPORTS_JOB,
        tasks.apply_exports,
        every=_EVERY,
        label=N_("Take over exports of the learning platform"),
    )
