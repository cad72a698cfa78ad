"""What this room adds to the application."""

from apiflask import APIFlask

from ilpes_lms.core import jobs
from ilpes_lms.core.text import N_
from ilpes_lms.people import cli, deeds, letters, models, pages, routes, sign_in, tasks  # noqa: F401 - models: tables
from ilpes_lms.web import access, api, navigation


def wire(app: APIFlask) -> None:
    """Open the room."""
    letters.open_post(app)
    deeds.open_deeds(app)
    sign_in.open_sign_in(app)
    access.grant(app, "administrator", "people.manage")
    app.register_blueprint(pages.pages)
    api.add_api(app, routes.api)
    navigation.name_place(app, "sign_in", "people.sign_in")
    navigation.name_place(app, "sign_up", "people.sign_up")
    navigation.name_place(app, "profile", "people.profile")
    navigation.name_place(app, "sign_ins", "people.sign_ins")
    navigation.name_place(app, "people", "people.people")
    navigation.add_entry(app, "people.people", N_("People"), permission="people.manage", order=90)
    jobs.register(app, tasks.TIDY, tasks.tidy, every=tasks.EVERY_HOUR)
    app.cli.add_command(cli.people)
    app.cli.add_command(cli.tokens)
