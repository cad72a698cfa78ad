"""Letters to one domain leave at its pace: those too many go back into the outbox, and nobody sleeps or starves."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from apiflask import APIFlask
from hypothesis import given
from hypothesis import strategies as st

from ilpes_lms.app import create_app
from ilpes_lms.config import UnsafeSettings
from ilpes_lms.core import clock
from ilpes_lms.notifications import notes, rules, service
from ilpes_lms.notifications.rules import Line
from tests.factories.notifications import deliver_all, greet, mailbox, messages

NOW = datetime(2027, 4, 6, 12, tzinfo=UTC)


@pytest.fixture
def slowly(app: APIFlask) -> Iterator[None]:
    """At most sixty letters a minute to example.org."""
    settings = app.config["SETTINGS"]
    app.config["SETTINGS"] = replace(settings, mail_pace="example.org=60")
    yield
    app.config["SETTINGS"] = settings


def test_too_many_to_one_domain_are_put_off_without_counting_as_tried_and_others_go(
    app: APIFlask, slowly: None
) -> None:
    with app.app_context():
        for number in range(20):
            greet(str(number), to=f"reader{number}@example.org")
        greet("other", to="reader@example.net")
    with time_machine.travel(clock.now(), tick=False):
        deliver_all(app)
        now = clock.now()
    found = messages(app)
    waiting = [m for m in found if m.state == "queued"]
    assert len(waiting) == 14
    assert {(m.attempts, m.note) for m in waiting} == {(0, notes.PUT_OFF)}
    assert [m.due_at - now for m in waiting] == [timedelta(seconds=n) for n in range(1, 15)]
    assert found[-1].state == "sent"


def test_those_put_off_leave_in_their_turn_before_newcomers(app: APIFlask, slowly: None) -> None:
    with app.app_context():
        for number in range(10):
            greet(f"early {number}", to="reader@example.org")
    start = clock.now() + timedelta(seconds=1)
    with time_machine.travel(start, tick=False):
        deliver_all(app)
    with app.app_context():
        greet("late", to="reader@example.org")
    for second in range(1, 12):
        with time_machine.travel(start + timedelta(seconds=second), tick=False):
            deliver_all(app)
    found = {m.key: m for m in messages(app)}
    assert {m.state for m in found.values()} == {"sent"}
    assert found["late"].sent_at == max(m.sent_at for m in found.values() if m.sent_at)
    assert len(mailbox(app)) == 11


@pytest.mark.parametrize("text", ["gmail.com", "gmail.com=0", "gmail.com=fast", "=60", "gmail.com=60,*=5"])
def test_the_application_does_not_start_with_a_pace_that_is_none(app: APIFlask, text: str) -> None:
    with pytest.raises(UnsafeSettings):
        create_app(replace(app.config["SETTINGS"], mail_pace=text))


def test_a_domain_without_a_pace_of_its_own_has_that_of_all_or_none() -> None:
    known = rules.paces("Gmail.com=60 *=300")
    assert rules.pace_of("gmail.COM", known) == timedelta(seconds=1)
    assert rules.pace_of("example.org", known) == timedelta(seconds=0.2)
    assert rules.pace_of("example.org", rules.paces("gmail.com=60")) is None


@given(st.lists(st.integers(0, 40), max_size=80), st.integers(1, 10))
def test_whatever_comes_when_no_more_leave_than_may_and_all_do(gaps: list[int], seconds: int) -> None:
    """Letters ask in time, those put off again when their moment comes; in no stretch do more leave than may."""
    pace, line, now = timedelta(seconds=seconds), Line(NOW, NOW), NOW
    asking: list[tuple[datetime, bool]] = []
    for gap in gaps:
        now += timedelta(seconds=gap / 10)
        asking.append((now, False))
    left: list[datetime] = []
    rounds = 0
    while asking:
        asking.sort()
        at, has_waited = asking.pop(0)
        line, until = rules.step_up(line, at, pace, has_waited=has_waited)
        if until is None:
            left.append(at)
        else:
            assert until > at
            asking.append((until, True))
        rounds += 1
        assert rounds < 20 * (len(gaps) + 1), "somebody is put off for ever"
    assert len(left) == len(gaps)
    for first in range(len(left)):
        for last in range(first, len(left)):
            allowed = (left[last] - left[first]) / pace + timedelta(seconds=5) / pace + 1
            assert last - first + 1 <= allowed + 1


def test_what_somebody_waits_for_does_not_stand_in_the_line_of_its_domain(app: APIFlask, slowly: None) -> None:
    with app.app_context():
        for number in range(20):
            greet(str(number), to="reader@example.org")
    start = clock.now() + timedelta(seconds=1)
    with time_machine.travel(start, tick=False):
        deliver_all(app)
    with app.app_context(), time_machine.travel(start, tick=False):
        service.send(kind="test.awaited", key="awaited", values={"title": "you"}, address="reader@example.org")
    with time_machine.travel(start + timedelta(seconds=1), tick=False):
        deliver_all(app)
    assert messages(app)[-1].state == "sent"
    assert [message.state for message in messages(app)].count("queued") == 14
