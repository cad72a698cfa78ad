"""The worker's job, as it is woken and as it is swept."""

from datetime import date

from ilpes_lms.core.jobs import jobs_of
from ilpes_lms.statistics import queries, service, tasks


def test_the_job_is_registered_as_a_sweep(app) -> None:
    job = jobs_of(app).registered["statistics.compile"]
    assert job.function is tasks.compile_waiting
    assert job.every


def test_the_job_applied_twice_does_its_work_once(app, run_jobs) -> None:
    with app.app_context():
        ref = service.ask_compilation(start=date(2023, 3, 1), end=date(2023, 3, 31)).public_id
    assert run_jobs() == 1
    with app.app_context():
        done_at = queries.compilation(ref).done_at
        tasks.compile_waiting(ref)
        tasks.compile_waiting()
    with app.app_context():
        assert queries.compilation(ref).done_at == done_at
