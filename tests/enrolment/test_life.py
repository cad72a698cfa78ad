"""Any order of deeds (TRUST, case 3): after each the service and a small model agree, and what must hold holds."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from apiflask import APIFlask
from hypothesis import Phase
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)
from sqlalchemy import select, update

from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core import clock
from ilpes_lms.core.database import db, writing
from ilpes_lms.core.errors import Conflict, Gone, Invalid
from ilpes_lms.enrolment import rules, service
from ilpes_lms.enrolment.models import Enrolment, EnrolmentChange
from ilpes_lms.notifications.models import Message
from tests.enrolment.model import Model
from tests.factories.catalogue import make_activity
from tests.factories.enrolment import make_someone
from tests.factories.lives import live

COUNTRIES, SEXES = ("CHL", "PER", "CHL", "URY", "PER", "CHL"), ("female", "male", "male", "female", "male", "female")
ATTRIBUTES = tuple(zip(COUNTRIES, SEXES, strict=True))
PEOPLE = len(ATTRIBUTES)
who = st.integers(0, PEOPLE - 1)
rule_sets = st.fixed_dictionaries(
    {},
    optional={
        "at_most_per_country": st.tuples(st.integers(1, 2), st.just("")),
        "minimum_women": st.tuples(st.sampled_from([30, 50, 100]), st.just("")),
        "reserved_countries": st.tuples(st.integers(1, 2), st.sampled_from(["CHL", "PER"])),
    },
)


@contextmanager
def may_be_refused() -> Iterator[None]:
    """A refusal is an answer; that nothing changed by it, the invariants see."""
    try:
        yield
    except (Conflict, Gone, Invalid):
        db.session.rollback()


class Life(RuleBasedStateMachine):
    """One activity and six people who apply, leave, answer offers, while a committee decides and time passes.

    Every deed is done by the service and by the small model, and after it both say the same of everyone.
    """

    app: APIFlask

    @initialize(kind=st.sampled_from(["webinar", "international_open"]), capacity=st.integers(1, 3))
    def begin(self, kind: str, capacity: int) -> None:
        self.context = self.app.app_context()
        self.context.push()
        activity = make_activity(kind=kind, capacity=capacity)
        self.activity = activity.public_id
        self.people = [make_someone(residence_country=country, sex=sex).id for country, sex in ATTRIBUTES]
        self.model = Model(ATTRIBUTES, capacity, selects=activity.admission == "selection", offers=kind != "webinar")
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

    def kept(self) -> Activity:
        db.session.commit()
        statement = select(Activity).where(Activity.public_id == self.activity)
        return db.session.scalars(statement.execution_options(populate_existing=True)).one()

    def as_owner(self, number: int, verb: Any) -> bool:
        """Do as the owner of an enrolment; tell whether it could be done."""
        mine = self.of(number)
        if mine is None:
            return False
        with may_be_refused():
            verb(enrolment_ref=mine.public_id, person_id=mine.person_id)
            return True
        return False

    @rule(numbers=st.lists(who, min_size=1, max_size=PEOPLE))
    def apply(self, numbers: list[int]) -> None:
        for number in numbers:
            could = False
            with may_be_refused():
                service.apply(activity_ref=self.activity, person_id=self.people[number], motivation="Planning")
                could = True
            assert could == self.model.apply(number)

    @rule(number=who)
    def withdraw(self, number: int) -> None:
        could = self.model.states.get(number) in rules.LIVE
        assert self.as_owner(number, service.withdraw) == could
        if could:
            self.model.leave(number, "withdrawn")

    @precondition(lambda self: "offered" in self.model.states.values())
    @rule(number=who)
    def accept(self, number: int) -> None:
        could = self.model.states.get(number) == "offered"
        assert self.as_owner(number, service.accept_offer) == could
        if could:
            self.model.stand(number, "confirmed")

    @precondition(lambda self: "offered" in self.model.states.values())
    @rule(number=who)
    def turn_down(self, number: int) -> None:
        could = self.model.states.get(number) == "offered"
        assert self.as_owner(number, service.decline_offer) == could
        if could:
            self.model.leave(number, "withdrawn")

    @rule(numbers=st.lists(who, min_size=1, unique=True))
    def decide_to_accept(self, numbers: list[int]) -> None:
        known = [number for number in numbers if number in self.model.states]
        done = self.decided(known, "accept")
        assert done == self.model.accept(known)

    @rule(number=who, decision=st.sampled_from(["decline", "waitlist"]))
    def decide_against(self, number: int, decision: str) -> None:
        if number not in self.model.states:
            return
        start, end = self.model.states[number], rules.DECISIONS[decision]
        could = rules.may_step(start, end, rules.COORDINATOR) and start != "confirmed"
        assert self.decided([number], decision) == [could]
        if could:
            self.model.leave(number, end)

    @precondition(lambda self: "confirmed" in self.model.states.values())
    @rule(number=who)
    def take_a_place_back(self, number: int) -> None:
        if self.model.states.get(number) != "confirmed":
            return
        mine = self.of(number)
        assert mine is not None
        (done,) = service.decide(
            activity_ref=self.activity, enrolment_refs=[mine.public_id], decision="decline", reason="A mistake",
            take_back=[mine.public_id],
        )  # fmt: skip
        assert done.refused is None
        self.model.leave(number, "declined")

    def decided(self, numbers: list[int], decision: str) -> list[bool]:
        refs = [row.public_id for number in numbers if (row := self.of(number))]
        done = service.decide(activity_ref=self.activity, enrolment_refs=refs, decision=decision)
        return [one.refused is None for one in done]

    @rule(capacity=st.integers(1, 5))
    def change_capacity(self, capacity: int) -> None:
        confirmed = sum(state == "confirmed" for state in self.model.states.values())
        could = False
        with may_be_refused():
            catalogue.edit_activity(activity_ref=self.activity, version=self.kept().version, capacity=capacity)
            could = True
        reserved, _ = self.model.rules.get("reserved_countries", (0, ""))
        assert could == (capacity >= max(confirmed, reserved))
        if could:
            self.model.capacity = capacity
            self.model.settle()

    @rule(cut_off=st.booleans(), offers=st.booleans())
    def change_the_waiting_list(self, cut_off: bool, offers: bool) -> None:
        moment = clock.now() if cut_off else None
        catalogue.edit_activity(
            activity_ref=self.activity, version=self.kept().version, waiting_until=moment,
            promotes_by="offer" if offers else "place",
        )  # fmt: skip
        self.model.cut_off, self.model.offers = cut_off, offers
        self.model.settle()

    @rule(given=rule_sets)
    def change_the_rules(self, given: dict[str, tuple[int, str]]) -> None:
        values = [
            {"kind": kind, "number": number, "countries": [country] if country else []}
            for kind, (number, country) in given.items()
        ]
        could = False
        with may_be_refused():
            service.set_place_rules(activity_ref=self.activity, version=self.kept().version, place_rules=values)
            could = True
        assert could == (given.get("reserved_countries", (0, ""))[0] <= self.model.capacity)
        if could:
            self.model.rules = given
            self.model.settle()

    @rule()
    def sweep(self) -> None:
        service.promote_waiting()
        self.model.settle()

    @precondition(lambda self: "offered" in self.model.states.values())
    @rule()
    def let_time_pass(self) -> None:
        with writing() as session:
            session.execute(update(Enrolment).where(Enrolment.state == "offered").values(offer_expires_at=clock.now()))
        lapsed = [number for number, state in self.model.states.items() if state == "offered"]
        service.expire_offers()
        for number in lapsed:
            self.model.stand(number, "expired")
        self.model.settle(freed=len(lapsed))
        assert service.expire_offers() == 0

    @invariant()
    def everyone_stands_where_the_model_says(self) -> None:
        if not hasattr(self, "model"):
            return
        rows = {row.person_id: row for row in self.rows()}
        standing = {number: rows[person].state for number, person in enumerate(self.people) if person in rows}
        assert standing == self.model.states
        line = sorted((row.waiting_position, row.person_id) for row in rows.values() if row.waiting_position)
        assert [person for _position, person in line] == [self.people[number] for number in self.model.line]

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


def test_trust_3_whatever_happens_everyone_stands_where_a_small_model_says(app: APIFlask) -> None:
    # A failure is told as found: making it smaller can take minutes, and the long run does it.
    live(app, Life, examples=12, steps=25, phases=(Phase.generate,))


@pytest.mark.slow
def test_trust_3_whatever_happens_for_long(app: APIFlask) -> None:
    live(app, Life, examples=60, steps=50)
