"""What this room adds to an application that serves pages."""

from apiflask import APIFlask

from ilpes_lms.reminders import pages, panels, routes
from ilpes_lms.reminders.announcements import serving as announcements
from ilpes_lms.web import access, api, navigation


def serve(app: APIFlask) -> None:
    """Open the room's pages."""
    app.register_blueprint(pages.pages)
    api.add_api(app, routes.api)
    for role in ("coordinator", "administrator"):
        access.grant(app, role, "reminders.manage")
    navigation.add_panel(app, "manage_activity", panels.activity_reminders, order=75)
    navigation.name_place(app, "reminders", "reminders.everywhere")
    announcements.serve(app)
