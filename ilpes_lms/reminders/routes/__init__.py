"""Reminders, as JSON."""

from ilpes_lms.reminders.routes import activities, defaults, everywhere
from ilpes_lms.reminders.routes.blueprint import api

__all__ = ["activities", "api", "defaults", "everywhere"]
