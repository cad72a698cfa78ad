"""What messages to the people of an activity add to an application that serves pages."""

from apiflask import APIFlask

from ilpes_lms.reminders.announcements import pages, panels, routes
from ilpes_lms.web import access, api, navigation


def serve(app: APIFlask) -> None:
    """Open the pages of this part of the room."""
    app.register_blueprint(pages.pages)
    api.add_api(app, routes.api)
    for role in ("coordinator", "administrator", "instructor"):
        access.grant(app, role, "announcements.send")
    for page in ("manage_activity", "taught_activity"):
        navigation.add_panel(app, page, panels.activity_announcements, order=78)
    navigation.name_place(app, "announcements", "announcements.announcements")
    navigation.name_place(app, "write_announcement", "announcements.write")
