"""When a message is tried again, and when no more."""

from datetime import UTC, datetime, timedelta

import pytest

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


@pytest.mark.parametrize("state", [rules.SENT, rules.SKIPPED])
def test_what_is_sent_or_skipped_stays_so(state: str) -> None:
    assert not any(rules.may_become(state, other) for other in rules.STATES)


def test_only_what_failed_or_is_being_sent_may_be_queued_again() -> None:
    assert {s for s in rules.STATES if rules.may_become(s, rules.QUEUED)} == {rules.FAILED, rules.SENDING}
