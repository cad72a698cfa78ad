"""Enrolment's pages: one blueprint; the participant's, the coordinator's, the focal point's."""

from ilpes_lms.enrolment.pages import board, imports, invitations, nominations, participant  # noqa: F401 - they add views
from ilpes_lms.enrolment.pages.blueprint import pages

__all__ = ["pages"]
