"""What this room adds to the application."""

from apiflask import APIFlask

from ilpes_lms.core import jobs
from ilpes_lms.statistics import cli, service, tasks
from ilpes_lms.web import access

_SWEEP_SECONDS = 60


def wire(app: APIFlask) -> None:
    """Open the room."""
    for role in ("statistics_reader", "coordinator", "administrator"):
        access.grant(app, role, "statistics.read")
    jobs.register(app, service.JOB, tasks.compile_waiting, every=_SWEEP_SECONDS)
    app.cli.add_command(cli.statistics)
