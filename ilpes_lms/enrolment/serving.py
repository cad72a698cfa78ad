"""What this room adds to an application that serves pages."""

from apiflask import APIFlask

from ilpes_lms.core.text import N_
from ilpes_lms.enrolment import figures, pages, panels, routes
from ilpes_lms.web import access, metrics, navigation
from ilpes_lms.web.api import add_api


def serve(app: APIFlask) -> None:
    """Open the room's pages."""
    app.register_blueprint(pages.pages)
    add_api(app, routes.api)
    for role in ("coordinator", "administrator"):
        access.grant(app, role, "enrolment.decide", "enrolment.review")
    access.grant(app, "co_coordinator", "enrolment.review", "enrolment.help")
    navigation.add_entry(app, "enrolment.reviews", N_("Applications to review"), permission="enrolment.help", order=55)
    navigation.name_place(app, "my_enrolments", "enrolment.my_enrolments")
    navigation.add_panel(app, "activity", panels.activity_panel, order=10)
    navigation.add_panel(app, "activity", panels.staff_panel, order=15)
    navigation.add_panel(app, "manage_activity", panels.manage_panel, order=20)
    navigation.add_panel(app, "cancel_activity", panels.cancel_question)
    for gauge in figures.GAUGES:
        metrics.add(app, gauge)
