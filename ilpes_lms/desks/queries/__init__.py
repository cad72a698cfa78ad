"""What stands on each desk; the rooms below answer, and are asked together."""

from ilpes_lms.desks.queries.coordination import CoordinationDesk, Line, Needs, coordination_desk
from ilpes_lms.desks.queries.offers import Offers, offers
from ilpes_lms.desks.queries.participant import Desk, Meeting, Nominating, Standing, participant_desk
from ilpes_lms.desks.queries.running import Backlog, JobState, job_states, messages_by_state
from ilpes_lms.desks.queries.teaching import Attended, Taught, TeachingDesk, teaching_desk

__all__ = [
    "Attended",
    "Backlog",
    "CoordinationDesk",
    "Desk",
    "JobState",
    "Line",
    "Meeting",
    "Needs",
    "Nominating",
    "Offers",
    "Standing",
    "Taught",
    "TeachingDesk",
    "coordination_desk",
    "job_states",
    "messages_by_state",
    "offers",
    "participant_desk",
    "teaching_desk",
]
