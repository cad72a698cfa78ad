"""What keeping things for a time adds to every process, whether it serves pages or not."""

from flask import Flask

from ilpes_lms.core import jobs
from ilpes_lms.core.text import N_
from ilpes_lms.privacy.retention import cli, keeping, kinds, tasks


def wire(app: Flask) -> None:
    """Open this part of the room."""
    keeping.open_keeping(app)
    keeping.register(app, *kinds.ALL)
    jobs.register(
        app, tasks.LET_GO, tasks.let_go, every=tasks.EVERY_HOUR,
        label=N_("Let go, once a night, of what was kept long enough"),
    )  # fmt: skip
    app.cli.add_command(cli.retention)
