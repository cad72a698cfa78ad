"""What this room adds to every process, whether it serves pages or not."""

from flask import Flask

from ilpes_lms.attendance import service as attendance
from ilpes_lms.certificates import (
    cli,
    messages,
    models,  # noqa: F401 - its tables
    queries,
    tasks,
    template_queries,
)
from ilpes_lms.core import files, jobs
from ilpes_lms.core.text import N_

_EVERY, _EVERY_HOUR = 30, 3600


def wire(app: Flask) -> None:
    """Open the room."""
    messages.register(app)
    files.name_by(app, queries.FILES, template_queries.IMAGES)
    files.when_forgetting(app, queries.file_is_needed)
    files.when_forgetting(app, template_queries.image_is_needed)
    app.cli.add_command(cli.certificates)
    attendance.keep_outcomes_of(app, queries.certified)
    jobs.register(app, "certificates.render", tasks.render, every=_EVERY, label=N_("Make certificates"))
    jobs.register(
        app,
        "certificates.delete_files",
        tasks.delete_files,
        every=_EVERY_HOUR,
        label=N_("Delete certificate files of people who were erased"),
    )
