"""What this room adds to an application that serves pages."""

from apiflask import APIFlask

from ilpes_lms.core.text import N_
from ilpes_lms.statistics import pages, panels, routes
from ilpes_lms.statistics.dashboard import serving as dashboard
from ilpes_lms.statistics.publications import serving as publications
from ilpes_lms.statistics.quality import serving as quality
from ilpes_lms.statistics.releases import serving as releases
from ilpes_lms.web import access, navigation
from ilpes_lms.web.api import add_api


def serve(app: APIFlask) -> None:
    """Open the room's pages."""
    for role in ("statistics_reader", "coordinator", "administrator"):
        access.grant(app, role, "statistics.read")
    app.register_blueprint(pages.pages)
    add_api(app, routes.api)
    dashboard.serve(app)
    releases.serve(app)
    publications.serve(app)
    quality.serve(app)
    navigation.add_entry(app, "releases.published", N_("In figures"), order=40)
    navigation.add_entry(app, "dashboard.overview", N_("Statistics"), permission="statistics.read", order=70)
    navigation.name_place(app, "statistics", "releases.published")
    navigation.add_panel(app, "home", panels.last_published, order=80)
