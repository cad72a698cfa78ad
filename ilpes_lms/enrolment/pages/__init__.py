"""Enrolment's pages: one blueprint; the participant's, the coordinator's, the focal point's."""

from ilpes_lms.enrolment.pages import (  # noqa: F401 - they add views
    answers,
    application,
    board,
    corrections,
    decisions,
    imports,
    invitations,
    needs,
    nominations,
    participant,
    places,
    proposal,
    questions,
    quotas,
    registrations,
    reviews,
)
from ilpes_lms.enrolment.pages.blueprint import pages

__all__ = ["pages"]
