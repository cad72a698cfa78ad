"""Two publishers at the same moment, on PostgreSQL; and what protects the chain."""

import threading
from datetime import date
from typing import Any

import pytest
from apiflask import APIFlask

from ilpes_lms.core.database import db
from ilpes_lms.statistics.releases import queries, service
from ilpes_lms.statistics.releases.errors import FiguresMoved, NothingRevised
from ilpes_lms.statistics.releases.models import Release
from ilpes_lms.statistics.rules import Period
from tests.enrolment.test_races import at_once, in_context, on_postgresql
from tests.factories.releases import MARCH, release
from tests.factories.statistics import counted_activity
from tests.statistics.test_releases import correct

LONGER = (date(2023, 2, 1), date(2023, 4, 30))


def seen(start: date, end: date) -> dict[str, Any]:
    return {"start": start, "end": end, "seen": service.preview(start=start, end=end).seen}


def after_a_first_release(app: APIFlask) -> None:
    with app.app_context():
        counted_activity(women=3, men=4)
        release(date(2023, 3, 1), date(2023, 3, 25))


def asked(app: APIFlask, *periods: tuple[date, date], reason: str = "") -> list[Any]:
    with app.app_context():
        wanted = [seen(*period) for period in periods]
    return at_once([in_context(app, service.publish, **one, reason=reason) for one in wanted])


@on_postgresql
def test_two_who_publish_two_periods_at_once_stand_one_after_the_other(app: APIFlask) -> None:
    after_a_first_release(app)
    done = asked(app, MARCH, LONGER)
    assert [type(one) for one in done] == [Release, Release]
    with app.app_context():
        assert [one.number for one in queries.chain()] == [1, 2, 3]
        assert service.verify() == []


@on_postgresql
def test_of_two_who_revise_one_release_at_once_one_does(app: APIFlask) -> None:
    with app.app_context():
        activity = counted_activity(women=3, men=4)
        release()
        correct(activity, women=5)
    done = asked(app, MARCH, MARCH, reason="A list came late.")
    assert sorted(type(one).__name__ for one in done) == ["NothingRevised", "Release"]
    with app.app_context():
        assert [(one.number, one.revision) for one in queries.chain()] == [(1, 1), (2, 2)]
        assert service.verify() == []


@on_postgresql
def test_of_two_who_publish_the_first_of_all_at_once_the_chain_takes_one(app: APIFlask) -> None:
    with app.app_context():
        counted_activity(women=3, men=4)
    done = asked(app, MARCH, MARCH)
    assert sum(isinstance(one, Release) for one in done) == 1
    assert all(isinstance(one, Release | FiguresMoved | NothingRevised) for one in done)
    with app.app_context():
        assert service.verify() == []


@on_postgresql
def test_a_release_that_comes_between_two_looks_of_a_publisher_is_not_overlooked(
    app: APIFlask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context():
        counted_activity(women=3, men=4)
        wanted, latest_of, others = seen(*MARCH), queries.latest_of, []

    def and_then_another_publishes(period: Period) -> Release | None:
        found = latest_of(period)
        if not others:
            others.append(None)
            others.extend(at_once([in_context(app, service.publish, **wanted)]))
        return found

    monkeypatch.setattr(queries, "latest_of", and_then_another_publishes)
    [mine] = at_once([in_context(app, service.publish, **wanted)])
    assert isinstance(others[1], Release)
    assert isinstance(mine, NothingRevised)


@on_postgresql
def test_without_the_lock_one_of_two_is_turned_away_by_the_constraint(
    app: APIFlask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: both read the same newest release before either writes."""
    after_a_first_release(app)
    both_have_read = threading.Barrier(2)

    def unlocked() -> Release | None:
        last = db.session.scalar(queries.select(Release).order_by(Release.number.desc()).limit(1))
        both_have_read.wait(30)
        return last

    monkeypatch.setattr(queries, "last_of_chain", unlocked)
    done = asked(app, MARCH, LONGER)
    assert sorted(type(one).__name__ for one in done) == ["FiguresMoved", "Release"]
    with app.app_context():
        assert [one.number for one in queries.chain()] == [1, 2]
        assert service.verify() == []
