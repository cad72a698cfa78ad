"""What this room adds to an application that serves pages."""

from apiflask import APIFlask

from ilpes_lms.calendars import pages, panels, routes
from ilpes_lms.web import api, navigation


def serve(app: APIFlask) -> None:
    """Open the room's pages."""
    app.register_blueprint(pages.pages)
    api.add_api(app, routes.api)
    navigation.name_place(app, "my_calendar", "calendars.mine")
    navigation.add_panel(app, "my_enrolment", panels.enrolment_panel, order=20)
    navigation.add_panel(app, "activity", panels.activity_panel, order=60)
