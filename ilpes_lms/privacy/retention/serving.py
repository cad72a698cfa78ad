"""What keeping things for a time adds to an application that serves pages."""

from apiflask import APIFlask

from ilpes_lms.privacy.retention import pages, routes
from ilpes_lms.web import access, navigation
from ilpes_lms.web.api import add_api


def serve(app: APIFlask) -> None:
    """Open this part of the room."""
    access.grant(app, "administrator", "privacy.retention")
    app.register_blueprint(pages.pages)
    add_api(app, routes.api)
    navigation.name_place(app, "retention", "retention.schedule")
