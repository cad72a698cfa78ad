"""What the quality of data adds to an application that serves pages."""

from apiflask import APIFlask

from ilpes_lms.statistics.quality import pages, routes
from ilpes_lms.web import access
from ilpes_lms.web.api import add_api


def serve(app: APIFlask) -> None:
    """Open this part of the room."""
    for role in ("coordinator", "administrator"):
        access.grant(app, role, "statistics.mend")
    app.register_blueprint(pages.pages)
    add_api(app, routes.api)
