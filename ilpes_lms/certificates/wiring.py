"""What this room adds to the application."""

from apiflask import APIFlask

from ilpes_lms.attendance import service as attendance
from ilpes_lms.certificates import cli, messages, models, pages, panels, queries, routes, tasks  # noqa: F401 - models
from ilpes_lms.core import files, jobs
from ilpes_lms.web import access, navigation
from ilpes_lms.web.api import add_api

_EVERY = 30


def wire(app: APIFlask) -> None:
    """Open the room."""
    app.register_blueprint(pages.pages)
    add_api(app, routes.api)
    for role in ("coordinator", "administrator"):
        access.grant(app, role, "certificates.issue")
    navigation.name_place(app, "verify", "certificates.verify")
    navigation.name_place(app, "my_certificates", "certificates.mine")
    navigation.name_place(app, "certificates", "certificates.activity")
    navigation.add_panel(app, "manage_activity", panels.manage_panel, order=50)
    navigation.add_panel(app, "my_enrolment", panels.enrolment_panel, order=50)
    messages.register(app)
    files.when_forgetting(app, queries.file_is_needed)
    app.cli.add_command(cli.certificates)
    attendance.keep_outcomes_of(app, queries.certified)
    jobs.register(app, "certificates.render", tasks.render, every=_EVERY)
