"""A webinar takes people until its last class session ends: on the list, on its page and when someone registers."""

from datetime import UTC, date, datetime, time

import pytest
import time_machine
from apiflask import APIFlask
from flask.testing import FlaskClient

from ilpes_lms.catalogue import queries, service
from ilpes_lms.core.database import db
from ilpes_lms.enrolment import service as enrolment
from ilpes_lms.enrolment.errors import ApplicationsClosed
from tests.conftest import counted_statements
from tests.factories.catalogue import make_activity, make_class_session
from tests.factories.enrolment import make_someone

THE_DAY = date(2027, 4, 6)
# A class session of ninety minutes from 10:00 in Santiago.
BEFORE_ITS_END, AT_ITS_END = datetime(2027, 4, 6, 15, 29, tzinfo=UTC), datetime(2027, 4, 6, 15, 30, tzinfo=UTC)


@pytest.fixture
def ref(app: APIFlask) -> str:
    with app.app_context(), time_machine.travel(datetime(2027, 4, 1, tzinfo=UTC)):
        activity = make_activity(starts_on=THE_DAY, title="Prospectiva", zone="America/Santiago")
        make_class_session(activity, at=time(8))
        make_class_session(activity, at=time(10))
        return activity.public_id


def is_open(client: FlaskClient, ref: str, now: datetime) -> tuple[bool, bool]:
    """Return whether the list and the page of the activity say that one may apply."""
    with time_machine.travel(now, tick=False):
        listed = client.get("/activities?open=yes&lang=en").text
        page = client.get(f"/activities/{ref}?lang=en").text
    return "Prospectiva" in listed, "Open for registration" in page


def test_list_and_page_close_when_the_last_class_session_ends(client: FlaskClient, ref: str) -> None:
    assert is_open(client, ref, BEFORE_ITS_END) == (True, True)
    assert is_open(client, ref, AT_ITS_END) == (False, False)


def test_nobody_registers_after_the_last_class_session(app: APIFlask, ref: str) -> None:
    with app.app_context():
        with time_machine.travel(BEFORE_ITS_END, tick=False):
            assert enrolment.apply(activity_ref=ref, person_id=make_someone().id).state == "confirmed"
        with time_machine.travel(AT_ITS_END, tick=False), pytest.raises(ApplicationsClosed):
            enrolment.apply(activity_ref=ref, person_id=make_someone().id)


def test_a_cancelled_class_session_counts_no_more_and_the_kept_list_learns_of_it(
    app: APIFlask, client: FlaskClient, ref: str
) -> None:
    before = datetime(2027, 4, 6, 10, tzinfo=UTC)
    assert is_open(client, ref, before) == (True, True)
    with app.app_context(), time_machine.travel(before):
        stamp = queries.edition()
        first, last = queries.published_activity(ref).class_sessions
        service.cancel_class_session(class_session_ref=last.public_id)
        assert queries.published_activity(ref).sessions_end_at == first.ends_at
        assert queries.edition() != stamp
    assert is_open(client, ref, datetime(2027, 4, 6, 13, 30, tzinfo=UTC)) == (False, False)
    with app.app_context(), time_machine.travel(before):
        service.cancel_class_session(class_session_ref=first.public_id)
        assert queries.published_activity(ref).sessions_end_at is None
    assert is_open(client, ref, datetime(2027, 4, 6, 22, tzinfo=UTC)) == (True, True)


def test_a_copy_closes_by_its_own_class_sessions(app: APIFlask, ref: str) -> None:
    with app.app_context(), time_machine.travel(datetime(2027, 4, 1, tzinfo=UTC)):
        copy = service.clone(activity_ref=ref)
        ends = [session.ends_at for session in queries.class_sessions(copy.id)]
        assert copy.sessions_end_at == max(ends)
        db.session.rollback()


def test_the_list_asks_nothing_more_for_it(app: APIFlask, client: FlaskClient, ref: str) -> None:
    with counted_statements(app) as statements:
        assert client.get("/activities?q=prospectiva").status_code == 200
    assert not [statement for statement in statements if "class_sessions" in statement]
