"""What all pages of the room are registered on."""

from apiflask import APIBlueprint

from ilpes_lms.core.errors import NotFound
from ilpes_lms.web import access

pages = APIBlueprint("enrolment", "ilpes_lms.enrolment", template_folder="templates", enable_openapi=False)


def me() -> int:
    """Return the person who is signed in."""
    person_id = access.principal().person_id
    if person_id is None:
        raise NotFound
    return person_id
