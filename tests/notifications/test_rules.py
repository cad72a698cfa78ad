"""When a message is tried again, and when no more."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ilpes_lms.notifications import rules

NOON = datetime(2027, 4, 6, 12, tzinfo=UTC)


def test_each_failure_waits_longer_than_the_one_before() -> None:
    pauses = [rules.next_attempt(attempts, NOON) for attempts in range(1, rules.MOST_ATTEMPTS)]
    moments = [moment for moment in pauses if moment]
    assert moments[:3] == [NOON + timedelta(minutes=m) for m in (1, 5, 30)]
    assert moments == sorted(moments)
    assert len(moments) == 5


def test_after_six_failures_it_is_not_tried_again() -> None:
    assert rules.next_attempt(6, NOON) is None


@given(st.integers(1, 5), st.floats(0, 1))
def test_pauses_of_those_that_failed_together_differ_and_still_grow(attempts: int, chance: float) -> None:
    middle, moment = rules.next_attempt(attempts, NOON), rules.next_attempt(attempts, NOON, chance)
    assert middle is not None
    assert moment is not None
    assert abs(moment - middle) <= 0.21 * (middle - NOON)
    following = rules.next_attempt(attempts + 1, NOON, 0)
    assert following is None or moment < following


@pytest.mark.parametrize(("state", "following"), [(rules.SENT, {rules.BOUNCED}), (rules.SKIPPED, set()),
                                                  (rules.FAILED, set()), (rules.BOUNCED, set())])  # fmt: skip
def test_what_is_over_stays_so_but_what_was_sent_may_come_back(state: str, following: set[str]) -> None:
    assert {other for other in rules.STATES if rules.may_become(state, other)} == following


def test_only_what_is_being_sent_may_be_queued_again() -> None:
    assert {s for s in rules.STATES if rules.may_become(s, rules.QUEUED)} == {rules.SENDING}


@pytest.mark.parametrize(
    ("status", "at_fault"),
    [
        ("5.1.1", True), ("5.1.10", True), ("5.0.0", True), ("5.2.1", True), ("5.4.4", True),
        ("5.2.2", False), ("5.7.1", False), ("5.1.8", False), ("5.3.4", False), ("4.1.1", False), ("4.2.2", False),
    ],
)  # fmt: skip
def test_an_address_is_at_fault_only_where_the_status_says_so(status: str, at_fault: bool) -> None:
    assert rules.is_at_fault(status) is at_fault


def test_what_is_on_its_way_or_lost_its_secrets_is_not_sent_again() -> None:
    assert {s for s in rules.STATES if rules.may_be_repeated(s, erased=False)} == {
        "sent",
        "skipped",
        "failed",
        "bounced",
    }
    assert not any(rules.may_be_repeated(s, erased=True) for s in rules.STATES)
