"""What this room adds to the application."""

from apiflask import APIFlask

from ilpes_lms.core import jobs
from ilpes_lms.notifications import kinds, pages, tasks


def wire(app: APIFlask) -> None:
    """Open the room."""
    kinds.open_kinds(app)
    app.register_blueprint(pages.pages)
    jobs.register(app, "notifications.deliver", tasks.deliver, every=10)
