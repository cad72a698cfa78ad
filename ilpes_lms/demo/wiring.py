"""What this room adds to every process, whether it serves pages or not."""

from flask import Flask

from ilpes_lms.demo import cli


def wire(app: Flask) -> None:
    """Open the room."""
    app.cli.add_command(cli.demo)
