"""What this room adds to an application that serves pages."""

from apiflask import APIFlask

from ilpes_lms.catalogue import queries, routes
from ilpes_lms.catalogue.pages import pages
from ilpes_lms.core.text import N_
from ilpes_lms.web import access, navigation
from ilpes_lms.web.api import add_api


def serve(app: APIFlask) -> None:
    """Open the room's pages."""
    for role in ("coordinator", "administrator"):
        access.grant(app, role, "catalogue.manage", "catalogue.schedule")
    access.grant(app, "instructor", "catalogue.schedule")
    access.add_role_source(app, queries.roles_by_assignment)
    app.register_blueprint(pages)
    add_api(app, routes.api)
    navigation.add_entry(app, "catalogue.activities", N_("Courses and webinars"), order=20)
    navigation.add_entry(app, "catalogue.managed", N_("Manage activities"), permission="catalogue.manage", order=60)
    navigation.name_place(app, "catalogue", "catalogue.activities")
