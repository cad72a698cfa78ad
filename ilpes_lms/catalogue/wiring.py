"""What this room adds to the application."""

from apiflask import APIFlask


def wire(app: APIFlask) -> None:
    """Open the room."""
