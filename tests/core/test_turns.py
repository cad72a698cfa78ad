"""A job is asked for once, however many ask and whatever it is doing."""

import threading
from datetime import timedelta

import time_machine
from apiflask import APIFlask
from sqlalchemy.exc import OperationalError

from ilpes_lms.core import clock, runs, turns
from ilpes_lms.core.database import db, inserting, writing
from ilpes_lms.core.turns import JobTurn

JOB = "test.job"


def turn() -> JobTurn:
    _run, found = runs.runs_and_turns()[JOB]
    assert found is not None
    return found


def ask() -> bool:
    with writing():
        return turns.ask(JOB)


def test_who_asks_while_it_waits_for_its_turn_is_told_no_news(context: APIFlask) -> None:
    assert (ask(), ask()) == (True, False)


def test_a_job_that_begins_has_heard_who_asked_and_is_not_asked_for_until_it_ends(context: APIFlask) -> None:
    ask()
    with runs.remembered(JOB):
        assert turn().asked_at is None
        assert turn().is_under_way(clock.now())
        assert not ask()
    db.session.expire_all()
    assert turn().begun_at is None
    assert ask()


def test_a_note_that_the_broker_lost_and_a_worker_that_died_keep_nobody_waiting_for_ever(context: APIFlask) -> None:
    ask()
    with time_machine.travel(clock.now() + timedelta(minutes=6)):
        assert ask()
    turns.begin(JOB, clock.now())
    with time_machine.travel(clock.now() + turns.LONGEST_JOB - timedelta(minutes=1)):
        assert not ask()
    with time_machine.travel(clock.now() + turns.LONGEST_JOB + timedelta(minutes=1)):
        assert not turn().is_under_way(clock.now())
        assert ask()


def test_a_run_that_ends_late_leaves_alone_that_another_is_under_way(context: APIFlask) -> None:
    first, second = clock.now() - timedelta(minutes=1), clock.now()
    turns.begin(JOB, first)
    turns.begin(JOB, second)
    turns.end(JOB, first)
    assert turn().begun_at == second


def test_work_is_done_although_nobody_can_note_that_it_began(context: APIFlask, monkeypatch) -> None:
    def lost(*_: object) -> None:
        raise OperationalError("INSERT", {}, Exception("away"))

    monkeypatch.setattr(turns, "begin", lost)
    with runs.remembered(JOB):
        pass
    assert runs.last_runs()[JOB].error == ""


def asked_by_four_at_once(app: APIFlask) -> int:
    barrier, news = threading.Barrier(4), []

    def press() -> None:
        with app.app_context():
            barrier.wait(10)
            news.append(ask())

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(news) == 4
    return sum(news)


def test_of_four_who_ask_at_once_one_is_told_that_it_was_news(app: APIFlask) -> None:
    assert asked_by_four_at_once(app) == 1


def test_without_the_condition_every_one_of_them_would_be(app: APIFlask, monkeypatch) -> None:
    """The negative control of the test before."""

    def asked(name: str) -> bool:
        row = inserting(JobTurn).values(name=name, asked_at=clock.now())
        always = row.on_conflict_do_update(index_elements=["name"], set_={"asked_at": clock.now()})
        with writing() as session:
            return session.connection().execute(always.returning(JobTurn.id)).first() is not None

    monkeypatch.setattr(turns, "ask", asked)
    assert asked_by_four_at_once(app) == 4
