from collections.abc import Callable

from ilpes_lms.certificates import service, tasks
from ilpes_lms.core.jobs import jobs_of
from tests.factories.certificates import certificates, make_completed
from tests.factories.notifications import deliver_all, mailbox, text_of
from tests.factories.people import person


def test_the_job_is_registered_and_swept(app) -> None:
    job = jobs_of(app).registered["certificates.render"]
    assert job.function is tasks.render
    assert job.every == 30


def test_the_job_makes_what_was_asked_for_and_applied_twice_changes_nothing(app, run_jobs: Callable[[], int]) -> None:
    with app.app_context():
        service.issue(activity_ref=make_completed(participants=3).activity.public_id)
    assert run_jobs() >= 3
    with app.app_context():
        before = [(c.state, c.file_key, c.issued_at) for c in certificates()]
        assert {state for state, _key, _at in before} == {"issued"}
        for code in [c.code for c in certificates()]:
            tasks.render(code)
        tasks.render()
        assert [(c.state, c.file_key, c.issued_at) for c in certificates()] == before


def test_the_sweep_makes_what_a_lost_note_left(app, notes) -> None:
    with app.app_context():
        service.issue(activity_ref=make_completed(participants=2).activity.public_id)
        notes.clear()
        tasks.render()
        assert {c.state for c in certificates()} == {"issued"}


def test_the_holder_is_told_once_and_not_after_a_revocation(app) -> None:
    from tests.factories.attendance import complete, make_taught
    from tests.factories.enrolment import enrol

    with app.app_context():
        taught = make_taught(sessions=1, participants=0, title="Curso de prospectiva")
        enrol(taught.activity, person("told@example.org", language="en"))
        enrol(taught.activity, person("untold@example.org"))
        complete(taught)
        service.issue(activity_ref=taught.activity.public_id)
        tasks.render()
        service.revoke(code=certificates()[1].code, reason="why")
        code = certificates()[0].code
    deliver_all(app)
    deliver_all(app)
    letters = [text_of(m) for m in mailbox(app, "told@example.org") if "certificate" in m["Subject"]]
    assert len(letters) == 1
    assert f"{app.config['BASE_URL']}/verify/{code}" in letters[0]
    assert not [m for m in mailbox(app, "untold@example.org") if "certificado está" in m["Subject"]]
