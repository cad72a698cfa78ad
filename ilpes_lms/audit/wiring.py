"""What this room adds to the application."""

from apiflask import APIFlask

from ilpes_lms.audit import pages, routes
from ilpes_lms.web import access
from ilpes_lms.web.api import add_api


def wire(app: APIFlask) -> None:
    """Open the room."""
    access.grant(app, "administrator", "audit.read")
    app.register_blueprint(pages.pages)
    add_api(app, routes.api)
