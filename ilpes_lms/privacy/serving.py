"""What this room adds to an application that serves pages."""

from apiflask import APIFlask

from ilpes_lms.privacy import pages, routes
from ilpes_lms.privacy.duplicates import serving as duplicates
from ilpes_lms.privacy.merging import serving as merging
from ilpes_lms.privacy.retention import serving as retention
from ilpes_lms.privacy.taking import serving as taking
from ilpes_lms.web import navigation
from ilpes_lms.web.api import add_api


def serve(app: APIFlask) -> None:
    """Open the room's pages."""
    app.register_blueprint(pages.pages)
    add_api(app, routes.api)
    retention.serve(app)
    taking.serve(app)
    merging.serve(app)
    duplicates.serve(app)
    navigation.name_place(app, "my_data", "privacy.my_data")
    navigation.name_place(app, "erase", "privacy.erase")
    navigation.name_place(app, "erase_person", "privacy.erase_person")
