"""What this room adds to the application."""

from apiflask import APIFlask

from ilpes_lms.core import jobs
from ilpes_lms.core.text import N_
from ilpes_lms.statistics import cli, models, pages, panels, routes, service, tasks  # noqa: F401 - models: tables
from ilpes_lms.web import access, navigation
from ilpes_lms.web.api import add_api

_SWEEP_SECONDS = 60


def wire(app: APIFlask) -> None:
    """Open the room."""
    for role in ("statistics_reader", "coordinator", "administrator"):
        access.grant(app, role, "statistics.read")
    app.register_blueprint(pages.pages)
    add_api(app, routes.api)
    navigation.add_entry(app, "statistics.published", N_("In figures"), order=40)
    navigation.add_entry(app, "statistics.overview", N_("Statistics"), permission="statistics.read", order=70)
    navigation.name_place(app, "statistics", "statistics.published")
    navigation.add_panel(app, "home", panels.last_published, order=80)
    jobs.register(app, service.JOB, tasks.compile_waiting, every=_SWEEP_SECONDS)
    app.cli.add_command(cli.statistics)
