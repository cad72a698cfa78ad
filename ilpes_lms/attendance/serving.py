"""What this room adds to an application that serves pages."""

from apiflask import APIFlask

from ilpes_lms.attendance import pages, panels, routes
from ilpes_lms.web import access, navigation
from ilpes_lms.web.api import add_api


def serve(app: APIFlask) -> None:
    """Open the room's pages."""
    app.register_blueprint(pages.pages)
    add_api(app, routes.api)
    access.grant(app, "instructor", "attendance.mark")
    for role in ("coordinator", "administrator"):
        access.grant(app, role, "attendance.mark", "attendance.rule", "attendance.walk_ins")
    navigation.name_place(app, "roster", "attendance.roster")
    navigation.name_place(app, "attendance", "attendance.activity")
    navigation.name_place(app, "behind", "attendance.behind")
    navigation.name_place(app, "my_attendance", "attendance.own")
    navigation.add_panel(app, "manage_activity", panels.manage_panel, order=40)
    navigation.add_panel(app, "my_enrolment", panels.enrolment_panel, order=40)
