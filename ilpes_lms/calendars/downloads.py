"""Calendar files and the feed as responses."""

from flask import Response, request

from ilpes_lms.calendars import queries
from ilpes_lms.calendars.errors import NoEntries
from ilpes_lms.calendars.formats import FILE_TYPE, page_of, whole
from ilpes_lms.catalogue import queries as catalogue
from ilpes_lms.core.ids import digest
from ilpes_lms.enrolment import queries as enrolment
from ilpes_lms.notifications import links
from ilpes_lms.people.models import Person
from ilpes_lms.web import i18n
from ilpes_lms.web.downloads import as_attachment


def enrolment_file(enrolment_ref: str, person_id: int) -> Response:
    """Return all that one's calendar shows of one activity; raises NotFound for what is not one's own."""
    enrolment.own(enrolment_ref, person_id)
    found = [(mine.slot, page_of(mine.enrolment_ref)) for mine in queries.slots_of_person(person_id, enrolment_ref)]
    if not found:
        raise NoEntries
    return as_attachment(_bytes(whole(found, language=i18n.current_language())), "ILPES.ics", FILE_TYPE)


def activity_file(activity_ref: str) -> Response:
    """Return what everyone may see of when an activity takes place."""
    activity = catalogue.published_activity(activity_ref)
    page = links.absolute(f"/activities/{activity.public_id}")
    found = [(slot, page) for slot in queries.public_slots(activity)]
    if not found:
        raise NoEntries
    return as_attachment(_bytes(whole(found, language=i18n.current_language())), "ILPES.ics", FILE_TYPE)


def feed_response(person: Person) -> Response:
    """Return a person's feed in their language, or that it is the one that the calendar has already."""
    found = queries.slots_of_person(person.id)
    known = " ".join(f"{mine.slot.fingerprint}:{mine.slot.sequence}" for mine in found)
    response = Response(content_type=f"{FILE_TYPE}; charset=utf-8")
    response.set_etag(digest(f"{person.language} {known}"))
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Content-Disposition"] = 'inline; filename="ILPES.ics"'
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    if request.if_none_match.contains(response.get_etag()[0] or ""):
        response.status_code = 304
        return response
    with i18n.in_language(person.language):
        slots = [(mine.slot, page_of(mine.enrolment_ref)) for mine in found]
        response.set_data(_bytes(whole(slots, language=person.language, name="ILPES", refreshed=True)))
    return response


def _bytes(text: str) -> bytes:
    return text.encode()
