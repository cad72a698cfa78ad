"""What this room adds to every process, whether it serves pages or not."""

from flask import Flask

from ilpes_lms.core import jobs
from ilpes_lms.core.text import N_
from ilpes_lms.statistics import cli, earlier, models, service, tasks  # noqa: F401 - models: tables
from ilpes_lms.statistics.releases import models as releases  # noqa: F401 - its tables
from ilpes_lms.statistics.releases import service as published
from ilpes_lms.statistics.rollups import wiring as rollups

_SWEEP_SECONDS = 60


def wire(app: Flask) -> None:
    """Open the room."""
    earlier.register(app, published.published_of)
    rollups.wire(app)
    jobs.register(app, service.JOB, tasks.compile_waiting, every=_SWEEP_SECONDS, label=N_("Compile statistics"))
    app.cli.add_command(cli.statistics)
