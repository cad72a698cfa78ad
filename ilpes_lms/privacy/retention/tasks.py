"""What this part of the room does in the background."""

from ilpes_lms.privacy.retention import service

LET_GO = "privacy.let_go"
EVERY_HOUR = 3600.0


def let_go() -> None:
    """Let go of what was kept long enough, once a night; each hour looks whether the night was missed."""
    service.let_go()
