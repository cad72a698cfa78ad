"""Send many messages again."""

from ilpes_lms.notifications.retrying import service


def go_on() -> None:
    """Queue again what somebody asked for."""
    service.go_on()
