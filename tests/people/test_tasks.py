"""The background work of the room."""

from datetime import timedelta

import time_machine
from sqlalchemy import func, select

from ilpes_lms.core import clock
from ilpes_lms.core.database import db
from ilpes_lms.core.jobs import jobs_of
from ilpes_lms.people import rules, service, tasks
from ilpes_lms.people.models import Attempt


def test_tidying_is_swept_every_hour_and_does_no_harm_twice(app):
    job = jobs_of(app).registered[tasks.TIDY]
    assert job.every == 3600
    with app.app_context():
        service.request_reset(email="nobody@example.org")
        with time_machine.travel(clock.now() + rules.LONGEST_MEMORY + timedelta(hours=1)):
            job.function()
            job.function()
        assert db.session.scalar(select(func.count()).select_from(Attempt)) == 0
