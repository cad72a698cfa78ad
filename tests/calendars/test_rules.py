"""What is owed to a calendar: the difference, told once, under numbers that only rise."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ilpes_lms.calendars import rules
from ilpes_lms.calendars.rules import Slot, Step, Told

NOW = datetime(2032, 4, 1, tzinfo=UTC)
A = Slot(
    uid="a", starts_at=NOW + timedelta(days=5), ends_at=NOW + timedelta(days=5, hours=1), zone="America/Lima",
    titles={"es": "Curso"}, activity_ref="x",
)  # fmt: skip
slots = st.builds(
    lambda uid, hours, title, sequence: replace(
        A, uid=uid, title=title, sequence=sequence, starts_at=NOW + timedelta(hours=hours),
        ends_at=NOW + timedelta(hours=hours + 1),
    ),
    uid=st.sampled_from("abc"), hours=st.integers(-3, 3), title=st.sampled_from(["", "x"]), sequence=st.integers(0, 2),
)  # fmt: skip
plans = st.lists(slots, unique_by=lambda slot: slot.uid, max_size=3)


def apply(steps: list[Step], told: dict[str, Told]) -> dict[str, Told]:
    """Return what was told once these steps are."""
    after = dict(told)
    for step in steps:
        if step.slot:
            after[step.uid] = Told(step.sequence, True, step.slot.fingerprint, step.slot.ends_at)
        else:
            after[step.uid] = replace(told[step.uid], sequence=step.sequence, standing=False)
    return after


@given(st.lists(plans, max_size=6))
def test_what_was_told_is_owed_no_more_and_numbers_only_rise(history: list[list[Slot]]) -> None:
    told: dict[str, Told] = {}
    for plan in history:
        steps = rules.owed(plan, told, NOW)
        assert all(step.uid not in told or step.sequence > told[step.uid].sequence for step in steps)
        assert len({step.uid for step in steps}) == len(steps)
        told = apply(steps, told)
        assert rules.owed(plan, told, NOW) == []
        coming = {slot.uid: slot.fingerprint for slot in plan if slot.ends_at > NOW}
        shown = {uid: one.fingerprint for uid, one in told.items() if one.standing and one.ends_at > NOW}
        assert shown == coming


def test_numbers_begin_with_those_of_the_class_session() -> None:
    assert rules.owed([replace(A, sequence=4)], {}, NOW)[0].sequence == 4


def test_what_moves_into_the_past_is_told_to_whom_it_stands_in_the_future() -> None:
    past = replace(A, starts_at=NOW - timedelta(hours=2), ends_at=NOW - timedelta(hours=1))
    assert rules.owed([past], {}, NOW) == []
    assert len(rules.owed([past], {"a": Told(0, True, A.fingerprint, A.ends_at)}, NOW)) == 1


@pytest.mark.parametrize(
    "other",
    [{"title": "x"}, {"location": "x"}, {"link": "https://x.example"}, {"zone": "America/Bogota"},
     {"titles": {"en": "Curso"}}, {"ends_at": NOW + timedelta(days=5, hours=2)}, {"whole_days": True}],
)  # fmt: skip
def test_whatever_a_calendar_shows_is_told_when_it_changes(other: dict[str, object]) -> None:
    assert replace(A, **other).fingerprint != A.fingerprint  # type: ignore[arg-type]


def test_months_are_named_as_browsers_name_them() -> None:
    today = date(2032, 12, 31)
    assert rules.month_named(None, today) == date(2032, 12, 1)
    assert rules.month_named("2033-02", today) == date(2033, 2, 1)
    assert rules.month_named("2033-2", today) is None
    assert rules.month_after(date(2032, 12, 1)) == date(2033, 1, 1)
    assert rules.month_before(date(2033, 1, 1)) == date(2032, 12, 1)
