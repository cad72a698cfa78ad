"""`ETag` and `If-Match`: two people who edit the same thing do not overwrite each other unseen."""

import re

from flask import Response, request
from werkzeug.exceptions import PreconditionRequired

_NUMBER = re.compile(r"[0-9]{1,9}")


def tagged(response: Response, version: int) -> Response:
    """Give a response the tag of the version it shows."""
    response.set_etag(str(version))
    return response


def seen_version_if_told() -> int | None:
    """Return the version that the caller says it saw, None if it says none; answers 428 when it is not usable."""
    return seen_version() if request.if_match else None


def seen_version() -> int:
    """Return the version that the caller says it saw; answers 428 when it says nothing usable."""
    tags = request.if_match.as_set()
    # An empty tag is read as none at all.
    if len(tags) != 1 or not _NUMBER.fullmatch(tag := next(iter(tags)) or ""):
        raise PreconditionRequired
    return int(tag)
