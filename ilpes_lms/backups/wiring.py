"""What this room adds to every process: two commands."""

from flask import Flask

from ilpes_lms.backups import cli


def wire(app: Flask) -> None:
    """Open the room."""
    app.cli.add_command(cli.backup)
    app.cli.add_command(cli.restore)
