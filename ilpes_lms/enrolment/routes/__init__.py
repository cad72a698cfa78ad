"""Enrolment as JSON: what the pages can do, through the same service."""

from ilpes_lms.enrolment.routes import (  # noqa: F401 - they add their routes
    applications,
    board,
    corrections,
    imports,
    invitations,
    nominations,
    participant,
    places,
    questions,
    quotas,
    registrations,
    reviews,
)
from ilpes_lms.enrolment.routes.blueprint import api

__all__ = ["api"]
