"""Files to take along, as answers."""

from flask import Response


def download(content: bytes, content_type: str, name: str) -> Response:
    """Return bytes as a file that a browser saves under a name of letters, digits and dashes."""
    disposition = f'attachment; filename="{name}"'
    return Response(content, content_type=content_type, headers={"Content-Disposition": disposition})
