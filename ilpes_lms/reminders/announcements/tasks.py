"""Write what messages on their way still lack."""

from ilpes_lms.reminders.announcements import service


def write_rows() -> None:
    """Put the rows of all messages on their way into the outbox."""
    service.write_rows()
