"""What merging adds to an application that serves pages."""

from apiflask import APIFlask

from ilpes_lms.core.text import N_
from ilpes_lms.privacy.merging import pages, panels, routes
from ilpes_lms.web import access, navigation
from ilpes_lms.web.api import add_api


def serve(app: APIFlask) -> None:
    """Open this part of the room."""
    for role in ("administrator", "auditor"):
        access.grant(app, role, "merges.read")
    app.register_blueprint(pages.pages)
    add_api(app, routes.api)
    navigation.name_place(app, "merge_person", "merging.person")
    navigation.add_panel(app, "person", panels.person_panel)
    navigation.name_place(app, "merges", "merging.merges")
    navigation.name_place(app, "organizations", "merging.organizations")
    navigation.add_entry(app, "merging.merges", N_("Merges"), permission="merges.read", order=95)
