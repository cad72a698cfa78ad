"""Attendance reports of the meeting platforms, read into who was there when; plain values in and out."""

from ilpes_lms.attendance.reports.attendees import Attendee, attendees_of
from ilpes_lms.attendance.reports.intervals import Span, minutes_within
from ilpes_lms.attendance.reports.reading import Fault, Report, Stay, read

__all__ = ["Attendee", "Fault", "Report", "Span", "Stay", "attendees_of", "minutes_within", "read"]
