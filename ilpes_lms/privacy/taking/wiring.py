"""What taking one's data along adds to every process, whether it serves pages or not."""

from flask import Flask

from ilpes_lms.core import files, jobs
from ilpes_lms.core.text import N_
from ilpes_lms.privacy.retention import keeping
from ilpes_lms.privacy.retention.keeping import Keeping
from ilpes_lms.privacy.taking import queries, service, tasks

_EVERY = 60.0
_ARCHIVES = Keeping(
    kind="archives", label=N_("Files to take along"), due=queries.old, let_go=service.let_go,
    what=N_("The files with all of somebody’s data that they asked for."),
    since=N_("since they were ready"),
    why=N_("So that somebody has time to fetch theirs. Another can be asked for at any time."),
    days=7, least=1, most=30,
)  # fmt: skip


def wire(app: Flask) -> None:
    """Open this part of the room."""
    files.name_by(app, queries.ARCHIVES)
    files.when_forgetting(app, queries.is_needed)
    keeping.register(app, _ARCHIVES)
    jobs.register(
        app, service.JOB, tasks.make_waiting, every=_EVERY, label=N_("Put people’s own data into files for them")
    )
