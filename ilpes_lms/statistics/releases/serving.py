"""What releases add to an application that serves pages."""

from apiflask import APIFlask

from ilpes_lms.statistics.releases import pages, panels, routes
from ilpes_lms.web import access, navigation
from ilpes_lms.web.api import add_api


def serve(app: APIFlask) -> None:
    """Open the pages of this part of the room."""
    for role in ("coordinator", "administrator"):
        access.grant(app, role, "statistics.publish")
    app.register_blueprint(pages.pages)
    add_api(app, routes.api)
    navigation.add_panel(app, "switch_record", panels.releases_of)
