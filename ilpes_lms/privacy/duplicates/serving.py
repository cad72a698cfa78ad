"""What duplicates add to an application that serves pages."""

from apiflask import APIFlask

from ilpes_lms.privacy.duplicates import pages, routes
from ilpes_lms.web import navigation
from ilpes_lms.web.api import add_api


def serve(app: APIFlask) -> None:
    """Open this part of the room."""
    app.register_blueprint(pages.pages)
    add_api(app, routes.api)
    navigation.name_place(app, "duplicates", "duplicates.duplicates")
