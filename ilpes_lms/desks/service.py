"""What an administrator asks of the system itself."""

from ilpes_lms.audit import service as audit
from ilpes_lms.core import jobs, turns
from ilpes_lms.core.database import transaction
from ilpes_lms.desks.errors import JobNotFound


@transaction
def run_now(*, name: str) -> bool:
    """Ask for a job that runs by itself to run now; tell whether that was news.

    It is none while the job waits for its turn or is under way. Should the broker lose the note, the job runs when
    its own time comes. Raises JobNotFound.
    """
    if name not in {job.name for job in jobs.sweeps()}:
        raise JobNotFound
    if not turns.ask(name):
        return False
    audit.record("job.asked", "job", name)
    jobs.wake(name)
    return True
