"""A letter drawn within a page: a document with a look of its own, which can do nothing and load nothing."""

from flask import Response

_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"


def drawn(content: str, *, html: bool = True, status: int = 200) -> Response:
    """Return a document for a frame of our own pages; what is no HTML stands there as plain text."""
    response = Response(content, status, content_type=f"text/{'html' if html else 'plain'}; charset=utf-8")
    response.headers["Content-Security-Policy"] = _POLICY
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    response.headers["Cache-Control"] = "private, no-store"
    return response
