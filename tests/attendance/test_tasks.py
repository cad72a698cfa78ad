from ilpes_lms.attendance import queries, tasks
from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.core.jobs import jobs_of
from tests.factories.attendance import make_taught, mark
from tests.factories.catalogue import make_class_session


def test_the_sweep_is_registered(app) -> None:
    job = jobs_of(app).registered["attendance.recompute"]
    assert job.function is tasks.recompute
    assert job.every


def test_the_sweep_follows_class_sessions_that_were_added_or_cancelled_and_may_run_twice(context) -> None:
    taught = make_taught(sessions=1)
    mark(taught.sessions[0], taught.enrolments[0])
    extra = make_class_session(taught.activity, starts_in=1)
    assert queries.outdated() == [taught.activity.id]
    for _ in range(2):
        tasks.recompute()
        assert queries.standings(taught.activity.id) == {"open": 1}
        assert queries.outdated() == []
    catalogue.cancel_class_session(class_session_ref=extra.public_id)
    for _ in range(2):
        tasks.recompute()
        assert queries.standings(taught.activity.id) == {"completed": 1}
