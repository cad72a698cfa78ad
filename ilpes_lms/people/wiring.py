"""What this room adds to every process, whether it serves pages or not."""

from flask import Flask

from ilpes_lms.people import cli, deeds, letters, models  # noqa: F401 - models: tables


def wire(app: Flask) -> None:
    """Open the room."""
    letters.open_post(app)
    deeds.open_deeds(app)
    app.cli.add_command(cli.people)
    app.cli.add_command(cli.tokens)
