"""What this room adds to the application."""

from apiflask import APIFlask

from ilpes_lms.privacy import exporters, pages, queries, remembered, routes
from ilpes_lms.web import navigation
from ilpes_lms.web.api import add_api


def wire(app: APIFlask) -> None:
    """Open the room."""
    exporters.open_exporters(app)
    exporters.register(app, "people", queries.export_people)
    exporters.register(app, "enrolment", queries.export_enrolment)
    exporters.register(app, "attendance", queries.export_attendance)
    exporters.register(app, "certificates", queries.export_certificates)
    exporters.register(app, "notifications", queries.export_notifications)
    exporters.register(app, "catalogue", queries.export_catalogue)
    exporters.register(app, "statistics", queries.export_statistics)
    exporters.register(app, "audit", queries.export_audit)
    exporters.register(app, "web", remembered.export_web)
    app.register_blueprint(pages.pages)
    add_api(app, routes.api)
    navigation.name_place(app, "my_data", "privacy.my_data")
