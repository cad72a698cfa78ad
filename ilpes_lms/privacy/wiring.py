"""What this room adds to every process, whether it serves pages or not."""

from typing import Any

from flask import Flask

from ilpes_lms.attendance import service as attendance
from ilpes_lms.calendars import service as calendars
from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.certificates import service as certificates
from ilpes_lms.core import jobs, restoring
from ilpes_lms.core.text import N_
from ilpes_lms.enrolment import service as enrolment
from ilpes_lms.notifications import erasing
from ilpes_lms.people import service as people
from ilpes_lms.privacy import (
    cli,
    exporters,
    forgetters,
    messages,
    models,  # noqa: F401 - its tables
    queries,
    remembered,
    service,
    tasks,
)
from ilpes_lms.privacy.duplicates import service as duplicates
from ilpes_lms.privacy.duplicates import wiring as duplicates_wiring
from ilpes_lms.privacy.merging import queries as merging_queries
from ilpes_lms.privacy.merging import service as merging
from ilpes_lms.privacy.merging import wiring as merging_wiring
from ilpes_lms.privacy.retention import service as kept
from ilpes_lms.privacy.retention import wiring as retention
from ilpes_lms.privacy.taking import service as archives
from ilpes_lms.privacy.taking import wiring as taking
from ilpes_lms.privacy.taking.queries import export_privacy
from ilpes_lms.reminders.announcements import service as announcements

_EVERY_HOUR = 3600.0


def wire(app: Flask) -> None:
    """Open the room."""
    exporters.open_exporters(app)
    exporters.register(app, "people", queries.export_people)
    exporters.register(app, "enrolment", queries.export_enrolment)
    exporters.register(app, "attendance", queries.export_attendance)
    exporters.register(app, "certificates", queries.export_certificates)
    exporters.register(app, "notifications", queries.export_notifications)
    exporters.register(app, "calendars", queries.export_calendars)
    exporters.register(app, "catalogue", queries.export_catalogue)
    exporters.register(app, "statistics", queries.export_statistics)
    exporters.register(app, "audit", queries.export_audit)
    exporters.register(app, "web", remembered.export_web)
    exporters.register(app, "privacy", _export_own)
    forgetters.open_forgetters(app)
    # Places are given back first, which writes to people; the messages go after that.
    forgetters.register(app, "enrolment", enrolment.forget)
    forgetters.register(app, "attendance", attendance.forget)
    forgetters.register(app, "certificates", certificates.forget)
    forgetters.register(app, "calendars", calendars.forget)
    forgetters.register(app, "reminders", announcements.forget)
    forgetters.register(app, "notifications", erasing.forget)
    forgetters.register(app, "web", remembered.forget_web)
    forgetters.register(app, "privacy", _forget_own)
    # What the others recorded of it goes too, while it is still known whose account and which offices those were.
    forgetters.register(app, "audit", service.forget_in_record)
    forgetters.register(app, "catalogue", catalogue.forget)
    forgetters.register(app, "merges", merging.forget)
    forgetters.register(app, "duplicates", duplicates.forget)
    forgetters.register(app, "people", people.forget)
    merging_wiring.wire(app)
    duplicates_wiring.wire(app)
    messages.register(app)
    retention.wire(app)
    taking.wire(app)
    restoring.when_restored(app, "erasures", service.replay)
    jobs.register(app, tasks.ERASE, tasks.erase, every=_EVERY_HOUR, label=N_("Erase people who asked for it"))
    app.cli.add_command(cli.privacy)


def _export_own(person_id: int) -> dict[str, Any]:
    return export_privacy(person_id) | merging_queries.export_merges(person_id)


def _forget_own(person_id: int) -> int:
    return archives.forget(person_id) + kept.forget(person_id)
