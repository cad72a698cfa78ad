"""The running application's settings, for everything below its pages."""

from datetime import date

from flask import current_app

from ilpes_lms.config import Settings
from ilpes_lms.core import clock


def settings() -> Settings:
    """Return the settings that the application was made with."""
    found: Settings = current_app.config["SETTINGS"]
    return found


def institute_zone() -> str:
    """Return the time zone of the institute itself: where nobody and nothing has one of their own, its clocks count."""
    return settings().default_zone


def institute_day() -> date:
    """Return the calendar day it is at the institute, which ends hours after the day of UTC does."""
    return clock.today(institute_zone())
