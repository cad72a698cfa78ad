"""What merging adds to every process: which rooms move what, in the order in which they write."""

from flask import Flask

from ilpes_lms.attendance.service import merging as attendance
from ilpes_lms.calendars.service import merging as calendars
from ilpes_lms.catalogue.service import merging as catalogue
from ilpes_lms.certificates import merging as certificates
from ilpes_lms.enrolment.service import merging as enrolment
from ilpes_lms.notifications import merging as notifications
from ilpes_lms.people.service import merging as people
from ilpes_lms.privacy.merging import mergers
from ilpes_lms.privacy.merging.mergers import ORGANIZATIONS, PERSONS, Merger

_ENROLMENT = (enrolment.carry_out, enrolment.put_back, enrolment.comes_back)
_CATALOGUE = (catalogue.carry_out, catalogue.put_back, catalogue.comes_back)


def wire(app: Flask) -> None:
    """Let each room merge what it keeps."""
    mergers.open_mergers(app)
    mergers.register(app, PERSONS, "enrolment", Merger(enrolment.merge_persons, *_ENROLMENT))
    mergers.register(
        app, PERSONS, "attendance", Merger(attendance.merge_persons, attendance.carry_out, attendance.put_back)
    )
    mergers.register(app, PERSONS, "certificates", Merger(certificates.merge_persons))
    mergers.register(app, PERSONS, "calendars", Merger(calendars.merge_persons))
    mergers.register(app, PERSONS, "notifications", Merger(notifications.merge_persons))
    mergers.register(app, PERSONS, "catalogue", Merger(catalogue.merge_persons, *_CATALOGUE))
    # The record itself leads on at last, and is a person again first: whoever leads on can't be enrolled.
    mergers.register(app, PERSONS, "people", Merger(people.merge_persons, people.carry_out))
    mergers.register(app, ORGANIZATIONS, "enrolment", Merger(enrolment.merge_organizations, *_ENROLMENT))
    mergers.register(app, ORGANIZATIONS, "catalogue", Merger(catalogue.merge_organizations, *_CATALOGUE))
    mergers.register(app, ORGANIZATIONS, "people", Merger(people.merge_organizations, people.carry_out))
