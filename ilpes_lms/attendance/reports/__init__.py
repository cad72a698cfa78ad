"""Attendance reports of the meeting platforms, read into who was there when; plain values in and out."""

from ilpes_lms.attendance.reports.intervals import Span, minutes_within
from ilpes_lms.attendance.reports.people import PersonInReport, people_of
from ilpes_lms.attendance.reports.reading import Fault, Report, Stay, is_report, read

__all__ = ["Fault", "PersonInReport", "Report", "Span", "Stay", "is_report", "minutes_within", "people_of", "read"]
