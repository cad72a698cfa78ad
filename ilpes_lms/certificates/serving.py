"""What this room adds to an application that serves pages."""

from apiflask import APIFlask

from ilpes_lms.certificates import pages, panels, routes
from ilpes_lms.certificates.designing import pages as template_pages
from ilpes_lms.certificates.designing import routes as template_routes
from ilpes_lms.web import access, navigation
from ilpes_lms.web.api import add_api


def serve(app: APIFlask) -> None:
    """Open the room's pages."""
    app.register_blueprint(pages.pages)
    app.register_blueprint(template_pages.pages)
    add_api(app, routes.api)
    add_api(app, template_routes.api)
    for role in ("coordinator", "administrator"):
        access.grant(app, role, "certificates.issue")
    navigation.name_place(app, "verify", "certificates.verify")
    navigation.name_place(app, "my_certificates", "certificates.mine")
    navigation.name_place(app, "certificates", "certificates.activity")
    navigation.name_place(app, "certificate_templates", "certificate_templates.index")
    navigation.add_panel(app, "manage_activity", panels.manage_panel, order=50)
    navigation.add_panel(app, "my_enrolment", panels.enrolment_panel, order=50)
