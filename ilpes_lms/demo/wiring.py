"""What this room adds to the application."""

from apiflask import APIFlask

from ilpes_lms.demo import cli


def wire(app: APIFlask) -> None:
    """Open the room."""
    app.cli.add_command(cli.demo)
