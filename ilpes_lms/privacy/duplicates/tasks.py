"""What is done in the background about people who may be one."""

from ilpes_lms.privacy.duplicates import service


def look() -> None:
    """Compare all records."""
    service.look()
