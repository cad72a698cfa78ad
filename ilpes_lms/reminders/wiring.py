"""What this room adds to the application."""

from apiflask import APIFlask
from sqlalchemy import Select, select

from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core import jobs
from ilpes_lms.notifications import visibility
from ilpes_lms.reminders import messages, pages, panels, routes, tasks
from ilpes_lms.web import access, api, navigation


def wire(app: APIFlask) -> None:
    """Open the room."""
    app.register_blueprint(pages.pages)
    api.add_api(app, routes.api)
    for role in ("coordinator", "administrator"):
        access.grant(app, role, "reminders.manage")
    navigation.add_panel(app, "manage_activity", panels.activity_reminders, order=75)
    messages.register(app)
    visibility.register(app, _activities_of)
    jobs.register(app, "reminders.collect", tasks.collect, every=60)


def _activities_of(divisions: frozenset[str]) -> Select[str]:
    return select(Activity.public_id).where(Activity.division.in_(sorted(divisions)))
