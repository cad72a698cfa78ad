"""Which platform wrote a table, told from its columns, for people to recognize their file by."""

from ilpes_lms.attendance.reports.headers import Header

# The first whose columns are all there.
_NAMES: tuple[tuple[str, frozenset[str]], ...] = (
    ("Microsoft Teams (live event)", frozenset({"at_utc"})),
    ("Microsoft Teams", frozenset({"at"})),
    ("Microsoft Teams", frozenset({"first_joined"})),
    ("Webex", frozenset({"connection"})),
    ("Zoom (webinar)", frozenset({"attended"})),
    ("Zoom", frozenset({"waiting"})),
    ("Zoom", frozenset({"guest"})),
    ("Google Meet", frozenset({"first_name", "last_name"})),
    ("Microsoft Teams", frozenset({"role"})),
)


def name_of(header: Header) -> str:
    """Return the platform's name; Zoom is the one whose plain table has nothing of its own."""
    return next((name for name, columns in _NAMES if columns <= header.columns.keys()), "Zoom")
