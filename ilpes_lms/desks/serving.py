"""What this room adds to an application that serves pages."""

from apiflask import APIFlask

from ilpes_lms.core.text import N_
from ilpes_lms.desks import landing, pages, routes
from ilpes_lms.web import access, navigation
from ilpes_lms.web.api import add_api


def serve(app: APIFlask) -> None:
    """Open the room's pages."""
    access.grant(app, "instructor", "desks.teach")
    access.grant(app, "coordinator", "desks.teach", "desks.coordinate")
    access.grant(app, "administrator", "desks.teach", "desks.coordinate", "desks.admin")
    app.register_blueprint(pages.pages)
    add_api(app, routes.api)
    navigation.name_place(app, "home", "desks.home")
    navigation.name_place(app, "my", "desks.my")
    navigation.name_place(app, "administration", "desks.admin")
    navigation.begin_at(app, landing.desk_of)
    navigation.add_entry(app, "desks.my", N_("My page"), permission="signed_in", order=10)
    navigation.add_entry(app, "desks.teach", N_("Teaching"), permission="desks.teach", order=50)
    navigation.add_entry(app, "desks.coordinate", N_("Coordination"), permission="desks.coordinate", order=55)
    navigation.add_entry(app, "desks.admin", N_("Administration"), permission="desks.admin", order=85)
