"""Enrolment as JSON: what the pages can do, through the same service."""

from ilpes_lms.enrolment.routes import board, imports, invitations, nominations, participant  # noqa: F401 - they add their routes
from ilpes_lms.enrolment.routes.blueprint import api

__all__ = ["api"]
