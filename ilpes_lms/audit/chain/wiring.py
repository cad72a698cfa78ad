"""What the chain of the record adds to the application."""

from flask import Flask

from ilpes_lms.audit.chain import cli, models, tasks  # noqa: F401 - models: tables
from ilpes_lms.core import jobs
from ilpes_lms.core.text import N_


def wire(app: Flask) -> None:
    """Open this part of the room."""
    jobs.register(app, tasks.CHAIN, tasks.chain, every=tasks.SOON, label=N_("Chain the audit record"))
    jobs.register(
        app, tasks.ANCHOR, tasks.anchor, every=tasks.EVERY_HOUR,
        label=N_("Write the end of the audit record down outside the database"),
    )  # fmt: skip
    app.cli.add_command(cli.audit)
