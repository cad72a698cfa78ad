"""What duplicates add to every process."""

from flask import Flask

from ilpes_lms.core import jobs
from ilpes_lms.core.text import N_
from ilpes_lms.privacy.duplicates import service, tasks

_EVERY_DAY = 86_400.0


def wire(app: Flask) -> None:
    """Let the worker compare records."""
    jobs.register(app, service.LOOK, tasks.look, every=_EVERY_DAY, label=N_("Look for people who may be one person"))
