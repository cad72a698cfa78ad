"""What this room adds to the application."""

from apiflask import APIFlask

from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.core import files, jobs
from ilpes_lms.core.text import N_
from ilpes_lms.enrolment import (  # noqa: F401 - models: tables
    announcements,
    cli,
    letters,
    models,
    pages,
    panels,
    queries,
    routes,
    service,
    tasks,
    wording,
)
from ilpes_lms.enrolment.service import registrations
from ilpes_lms.people import deeds
from ilpes_lms.web import access, navigation
from ilpes_lms.web.api import add_api

_EVERY = 60
_EVERY_FEW = 600


def wire(app: APIFlask) -> None:
    """Open the room."""
    app.register_blueprint(pages.pages)
    add_api(app, routes.api)
    for role in ("coordinator", "administrator"):
        access.grant(app, role, "enrolment.decide", "enrolment.review")
    access.grant(app, "co_coordinator", "enrolment.review", "enrolment.help")
    navigation.add_entry(app, "enrolment.reviews", N_("Applications to review"), permission="enrolment.help", order=55)
    navigation.name_place(app, "my_enrolments", "enrolment.my_enrolments")
    navigation.add_panel(app, "activity", panels.activity_panel, order=10)
    navigation.add_panel(app, "activity", panels.staff_panel, order=15)
    navigation.add_panel(app, "manage_activity", panels.manage_panel, order=20)
    navigation.add_panel(app, "cancel_activity", panels.cancel_question)
    letters.register(app)
    announcements.register(app)
    _register_with_sign_ups(app)
    catalogue.when_edited(app, service.settle_edited)
    catalogue.when_resized(app, service.check_capacity)
    catalogue.when_cloned(app, service.copy_questions)
    catalogue.when_cloned(app, service.copy_place_rules)
    app.cli.add_command(cli.enrolment)
    catalogue.when_cancelled(app, service.announce_cancellation)
    catalogue.when_moved(app, service.announce_new_dates)
    catalogue.when_rescheduled(app, service.announce_new_times)
    catalogue.when_called_off(app, service.announce_called_off)
    jobs.register(app, "enrolment.expire_offers", tasks.expire_offers, every=_EVERY)
    jobs.register(app, "enrolment.remind_invited", tasks.remind_invited, every=_EVERY_FEW)
    jobs.register(app, "enrolment.lapse_holds", tasks.lapse_holds, every=_EVERY)
    jobs.register(app, "enrolment.promote", tasks.promote, every=_EVERY)
    jobs.register(app, "enrolment.import", tasks.work_on_lists, every=_EVERY / 2)
    files.when_forgetting(app, queries.letter_is_needed)
    jobs.register(app, "enrolment.forget_unsent_letters", tasks.forget_unsent_letters, every=_EVERY * 60)
    jobs.register(app, "enrolment.forget_lists", tasks.forget_lists, every=_EVERY * 60)


def _register_with_sign_ups(app: APIFlask) -> None:
    deed = deeds.Deed(
        letter="enrolment.registration", known_letter="enrolment.registration_known",
        prepare=registrations.prepare, lock=registrations.lock, do=registrations.admit,
        outcome=registrations.outcome_for, heading=wording.registration_heading, action=wording.registration_action,
        said=wording.registration_said,
    )  # fmt: skip
    deeds.register(app, registrations.DEED, deed)
