"""The blueprint that all JSON of the room shares."""

from flask import request

from ilpes_lms.web.api import blueprint

api = blueprint("people")


def caller() -> str:
    """Return who calls, for counting attempts."""
    return request.remote_addr or ""
