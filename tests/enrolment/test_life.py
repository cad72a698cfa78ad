"""Any order of deeds: what must hold of places, counts and positions holds after each of them."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from apiflask import APIFlask
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select, update

from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core import actor, clock
from ilpes_lms.core.database import db, writing
from ilpes_lms.core.errors import Conflict, Gone, Invalid
from ilpes_lms.enrolment import rules, service
from ilpes_lms.enrolment.models import Enrolment, EnrolmentChange
from ilpes_lms.notifications.models import Message
from tests.factories.catalogue import make_activity
from tests.factories.enrolment import make_someone

PEOPLE = 6
who = st.integers(0, PEOPLE - 1)


@contextmanager
def may_be_refused() -> Iterator[None]:
    """A refusal is an answer; that nothing changed by it, the invariants see."""
    try:
        yield
    except (Conflict, Gone, Invalid):
        db.session.rollback()


class Life(RuleBasedStateMachine):
    """One activity and six people who apply, leave, answer offers, while a committee decides and time passes."""

    app: APIFlask

    @initialize(kind=st.sampled_from(["webinar", "international_open"]), capacity=st.integers(1, 3))
    def begin(self, kind: str, capacity: int) -> None:
        self.context = self.app.app_context()
        self.context.push()
        self.activity = make_activity(kind=kind, capacity=capacity).public_id
        self.people = [make_someone().id for _ in range(PEOPLE)]
        self.lowered_below = 0
        self.apply(list(range(PEOPLE - 1)))

    def teardown(self) -> None:
        if hasattr(self, "context"):
            db.session.rollback()
            self.context.pop()

    def rows(self) -> list[Enrolment]:
        db.session.commit()
        activity = select(Activity.id).where(Activity.public_id == self.activity).scalar_subquery()
        statement = select(Enrolment).where(Enrolment.activity_id == activity)
        return list(db.session.scalars(statement.execution_options(populate_existing=True)))

    def of(self, number: int) -> Enrolment | None:
        return next((row for row in self.rows() if row.person_id == self.people[number]), None)

    def as_owner(self, number: int, verb: Any) -> None:
        mine = self.of(number)
        if mine is not None:
            with may_be_refused():
                verb(enrolment_ref=mine.public_id, person_id=mine.person_id)

    @rule(numbers=st.lists(who, min_size=1, max_size=PEOPLE))
    def apply(self, numbers: list[int]) -> None:
        for number in numbers:
            before = self.of(number)
            standing = before.state if before else None
            with may_be_refused():
                service.apply(activity_ref=self.activity, person_id=self.people[number], motivation="Planning")
                assert standing in rules.AGAIN

    @rule(number=who)
    def withdraw(self, number: int) -> None:
        self.as_owner(number, service.withdraw)

    @precondition(lambda self: any(row.state == "offered" for row in self.rows()))
    @rule(number=who, verb=st.sampled_from([service.accept_offer, service.decline_offer]))
    def answer(self, number: int, verb: Any) -> None:
        self.as_owner(number, verb)

    @rule(numbers=st.sets(who, min_size=1), decision=st.sampled_from(sorted(rules.DECISIONS)))
    def decide(self, numbers: set[int], decision: str) -> None:
        refs = [row.public_id for number in sorted(numbers) if (row := self.of(number))]
        done = service.decide(activity_ref=self.activity, enrolment_refs=refs, decision=decision)
        assert all(one.refused or one.enrolment for one in done)

    @rule(capacity=st.integers(1, 5))
    def change_capacity(self, capacity: int) -> None:
        with writing() as session:
            session.execute(update(Activity).where(Activity.public_id == self.activity).values(capacity=capacity))
        held = sum(row.state in rules.HOLDING for row in self.rows())
        self.lowered_below = held if held > capacity else 0

    @rule()
    def sweep(self) -> None:
        service.promote_waiting()

    @precondition(lambda self: any(row.state == "offered" for row in self.rows()))
    @rule()
    def let_time_pass(self) -> None:
        with writing() as session:
            session.execute(update(Enrolment).where(Enrolment.state == "offered").values(offer_expires_at=clock.now()))
        service.expire_offers()
        assert service.expire_offers() == 0

    @invariant()
    def places_counts_and_positions_hold(self) -> None:
        if not hasattr(self, "activity"):
            return
        rows = self.rows()
        activity = db.session.scalars(select(Activity).where(Activity.public_id == self.activity)).one()
        count = Counter(row.state for row in rows)
        places = [row.place_number for row in rows if row.place_number is not None]
        positions = [row.waiting_position for row in rows if row.waiting_position is not None]
        assert len(places) == len(set(places)) == count["confirmed"] + count["offered"]
        assert len(positions) == len(set(positions)) == count["waitlisted"]
        assert activity.capacity is not None
        assert len(places) <= max(activity.capacity, self.lowered_below)
        assert (activity.confirmed_count, activity.waiting_count) == (count["confirmed"], count["waitlisted"])
        assert all(row.sex for row in rows if row.state == "confirmed")

    @invariant()
    def every_history_is_unbroken_and_follows_the_table(self) -> None:
        if not hasattr(self, "activity"):
            return
        for row in self.rows():
            changes = db.session.scalars(
                select(EnrolmentChange).where(EnrolmentChange.enrolment_id == row.id).order_by(EnrolmentChange.id)
            ).all()
            steps = [(change.from_state, change.to_state) for change in changes]
            assert [start for start, _end in steps] == [None, *[end for _start, end in steps[:-1]]]
            assert set(steps) <= set(rules.MOVES)
            assert steps[-1][1] == row.state
            keys = list(db.session.scalars(select(Message.key).where(Message.person_id == row.person_id)))
            assert len(keys) == sum(end not in ("withdrawn", "expired") for _start, end in steps)


def live(app: APIFlask, *, examples: int, steps: int, phases: tuple[Phase, ...] = tuple(Phase)) -> None:
    machine = type("LifeOnThisDatabase", (Life,), {"app": app})
    with actor.acting("test"):
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=examples, stateful_step_count=steps, deadline=None, database=None, phases=phases,
                suppress_health_check=list(HealthCheck),
            ),
        )  # fmt: skip


def test_whatever_happens_places_counts_and_histories_hold(app: APIFlask) -> None:
    # A failure is told as found: making it smaller can take minutes, and the long run does it.
    live(app, examples=8, steps=18, phases=(Phase.generate,))


@pytest.mark.slow
def test_whatever_happens_for_long(app: APIFlask) -> None:
    live(app, examples=60, steps=50)
