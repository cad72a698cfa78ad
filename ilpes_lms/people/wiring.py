"""What this room adds to the application."""

from apiflask import APIFlask

from ilpes_lms.core import jobs
from ilpes_lms.people import letters, models, sign_in, tasks  # noqa: F401 - models: the tables must be known
from ilpes_lms.web import access


def wire(app: APIFlask) -> None:
    """Open the room."""
    letters.open_post(app)
    sign_in.open_sign_in(app)
    access.grant(app, "administrator", "people.manage")
    jobs.register(app, tasks.TIDY, tasks.tidy, every=tasks.EVERY_HOUR)
