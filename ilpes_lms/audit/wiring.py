"""What this room adds to every process, whether it serves pages or not."""

from flask import Flask

from ilpes_lms.audit.chain import wiring as chain


def wire(app: Flask) -> None:
    """Open the room."""
    chain.wire(app)
