"""What this room writes to people."""

from flask import Flask

from ilpes_lms.attendance.letters import appeals, behind, walk_ins


def register(app: Flask) -> None:
    """Make the room's messages known."""
    appeals.register(app)
    behind.register(app)
    walk_ins.register(app)
