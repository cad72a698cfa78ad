"""What this room adds to the application."""

from apiflask import APIFlask

from ilpes_lms.catalogue import queries
from ilpes_lms.catalogue.service.listeners import open_listeners
from ilpes_lms.web import access


def wire(app: APIFlask) -> None:
    """Open the room."""
    open_listeners(app)
    for role in ("coordinator", "administrator"):
        access.grant(app, role, "catalogue.manage")
    access.add_role_source(app, lambda person_id: {"instructor"} if queries.is_instructor(person_id) else set())
