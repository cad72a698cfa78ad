"""What this room adds to every process, whether it serves pages or not."""

from flask import Flask

from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.core import files, jobs
from ilpes_lms.core.text import N_
from ilpes_lms.enrolment import (  # noqa: F401 - models: tables
    announcements,
    cli,
    letters,
    models,
    queries,
    service,
    tasks,
    wording,
)
from ilpes_lms.enrolment.service import registrations
from ilpes_lms.people import deeds

_EVERY = 60
_EVERY_FEW = 600


def wire(app: Flask) -> None:
    """Open the room."""
    deeds.tell_who_comes(app, queries.invited_at)
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
    files.name_by(app, *queries.LETTERS_AND_LISTS)
    files.when_forgetting(app, queries.letter_is_needed)
    _register_jobs(app)


def _register_jobs(app: Flask) -> None:
    jobs.register(
        app,
        "enrolment.expire_offers",
        tasks.expire_offers,
        every=_EVERY,
        label=N_("Take back places that were not accepted in time"),
    )
    jobs.register(
        app,
        "enrolment.remind_invited",
        tasks.remind_invited,
        every=_EVERY_FEW,
        label=N_("Remind people of invitations they have not answered"),
    )
    jobs.register(
        app,
        "enrolment.lapse_holds",
        tasks.lapse_holds,
        every=_EVERY,
        label=N_("Let places go that were held for addresses nobody confirmed"),
    )
    jobs.register(app, "enrolment.promote", tasks.promote, every=_EVERY, label=N_("Give free places to those who wait"))
    jobs.register(app, "enrolment.import", tasks.work_on_lists, every=_EVERY / 2, label=N_("Take over lists of people"))


def _register_with_sign_ups(app: Flask) -> None:
    deed = deeds.Deed(
        letter="enrolment.registration", known_letter="enrolment.registration_known",
        prepare=registrations.prepare, lock=registrations.lock, do=registrations.admit,
        outcome=registrations.outcome_for, heading=wording.registration_heading, action=wording.registration_action,
        said=wording.registration_said,
    )  # fmt: skip
    deeds.register(app, registrations.DEED, deed)
