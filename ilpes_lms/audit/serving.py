"""What this room adds to an application that serves pages."""

from apiflask import APIFlask

from ilpes_lms.audit import pages, routes, service
from ilpes_lms.core.text import N_
from ilpes_lms.web import access, navigation, witness
from ilpes_lms.web.api import add_api


def serve(app: APIFlask) -> None:
    """Open the room's pages."""
    for role in ("administrator", "auditor"):
        access.grant(app, role, "audit.read")
    app.register_blueprint(pages.pages)
    add_api(app, routes.api)
    navigation.add_entry(app, "audit.entries", N_("Audit record"), permission="audit.read", order=95)
    witness.record_with(app, service.record_seen)
