"""What this room adds to the application."""

from apiflask import APIFlask

from ilpes_lms.attendance import letters, models, pages, panels, routes, service, tasks  # noqa: F401 - models: tables
from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.core import jobs
from ilpes_lms.web import access, navigation
from ilpes_lms.web.api import add_api

_EVERY = 60


def wire(app: APIFlask) -> None:
    """Open the room."""
    app.register_blueprint(pages.pages)
    add_api(app, routes.api)
    access.grant(app, "instructor", "attendance.mark")
    for role in ("coordinator", "administrator"):
        access.grant(app, role, "attendance.mark", "attendance.rule", "attendance.walk_ins")
    navigation.name_place(app, "roster", "attendance.roster")
    navigation.name_place(app, "attendance", "attendance.activity")
    navigation.name_place(app, "behind", "attendance.behind")
    navigation.name_place(app, "my_attendance", "attendance.own")
    navigation.add_panel(app, "manage_activity", panels.manage_panel, order=40)
    navigation.add_panel(app, "my_enrolment", panels.enrolment_panel, order=40)
    letters.register(app)
    catalogue.when_replanned(app, service.follow_plan)
    jobs.register(app, service.RECOMPUTE_JOB, tasks.recompute, every=_EVERY)
    jobs.register(app, service.JOB, tasks.apply_reports, every=_EVERY)
    jobs.register(app, service.EXPORTS_JOB, tasks.apply_exports, every=_EVERY)
    jobs.register(app, "attendance.forget_exports", tasks.forget_exports, every=_EVERY * 60)
