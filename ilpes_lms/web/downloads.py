"""Files that people sent, given out again: never shown in the page's own name, never guessed at by the browser."""

from io import BytesIO

from flask import Response, send_file


def as_attachment(content: bytes, name: str, content_type: str = "application/pdf") -> Response:
    """Return bytes as a download under a name, which is quoted as headers need it."""
    response = send_file(BytesIO(content), content_type, as_attachment=True, download_name=name, max_age=0)
    if ";" in content_type:
        # Of a text it would say the charset once more.
        response.content_type = content_type
    response.headers["Cache-Control"] = "private, no-store"
    # Should a browser show it all the same, it may run nothing and load nothing.
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
