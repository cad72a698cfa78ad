"""What this room adds to every process, whether it serves pages or not."""

from flask import Flask

from ilpes_lms.catalogue.service.listeners import open_listeners


def wire(app: Flask) -> None:
    """Open the room."""
    open_listeners(app)
