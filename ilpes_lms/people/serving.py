"""What this room adds to an application that serves pages."""

from apiflask import APIFlask

from ilpes_lms.core.text import N_
from ilpes_lms.people import pages, queries, routes, sign_in
from ilpes_lms.web import access, api, names, navigation, witness


def serve(app: APIFlask) -> None:
    """Open the room's pages."""
    sign_in.open_sign_in(app)
    access.grant(app, "administrator", "people.manage")
    witness.name_with(app, queries.refs_of)
    names.name_accounts_with(app, queries.names_of_accounts)
    access.come_first(app, *pages.COME_FIRST)
    app.register_blueprint(pages.pages)
    api.add_api(app, routes.api)
    navigation.name_place(app, "sign_in", "people.sign_in")
    navigation.name_place(app, "sign_up", "people.sign_up")
    navigation.name_place(app, "profile", "people.profile")
    navigation.name_place(app, "sign_ins", "people.sign_ins")
    navigation.name_place(app, "people", "people.people")
    navigation.add_entry(app, "people.people", N_("People"), permission="people.manage", order=90)
