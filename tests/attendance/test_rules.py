from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ilpes_lms.attendance import errors, rules
from ilpes_lms.attendance.rules import Rule

NOW = datetime(2027, 4, 6, 14, tzinfo=UTC)
COURSE = Rule(minimum_share=Decimal("0.8"), at_least_one=False)
WEBINAR = rules.default_rule("webinar")

# From worst to best for the person: what is replaced by something further right must never harm.
LADDER = ["absent", "excused", "late", "present"]

rules_made = st.builds(
    rules.checked_rule,
    st.integers(1, 1000).map(lambda thousandths: Decimal(thousandths) / 1000),
    at_least_one=st.booleans(),
)
situations = st.integers(1, 12).flatmap(
    lambda number: st.tuples(
        st.just(list(range(number))), st.dictionaries(st.integers(0, number - 1), st.sampled_from(rules.MARKS))
    )
)


def result(rule, marks, sessions) -> str:
    return rules.outcome(rule, marks, sessions).result


def test_a_course_asks_for_four_fifths_of_the_class_sessions() -> None:
    assert result(COURSE, dict.fromkeys(range(4), "present") | {4: "absent"}, range(5)) == "completed"
    assert result(COURSE, dict.fromkeys(range(3), "present") | {3: "absent", 4: "absent"}, range(5)) == "not_completed"


def test_a_webinar_asks_for_one_class_session() -> None:
    assert result(WEBINAR, {2: "late"}, range(3)) == "completed"
    assert result(WEBINAR, {2: "absent", 1: "excused"}, range(3)) == "not_completed"


def test_every_kind_has_a_rule_that_asks_for_something() -> None:
    for kind in ("international_open", "national_restricted", "other_division", "webinar"):
        rule = rules.default_rule(kind)
        assert rules.checked_rule(rule.minimum_share, at_least_one=rule.at_least_one) == rule


def test_late_counts_as_attended_and_excused_is_not_counted() -> None:
    marks = {0: "present", 1: "late", 2: "late", 3: "present", 4: "excused"}
    decision = rules.outcome(Rule(Decimal(1), at_least_one=False), marks, range(5))
    assert decision.result == "completed"
    assert decision.evidence["counted"] == 4
    assert decision.evidence["attended"] == 4


def test_everything_excused_completes_nothing() -> None:
    assert result(COURSE, dict.fromkeys(range(5), "excused"), range(5)) == "not_completed"


def test_a_share_that_is_no_whole_number_is_rounded_up() -> None:
    marks = {0: "present", 1: "present", 2: "absent"}
    assert rules.outcome(COURSE, marks, range(3)).evidence["needed"] == 3
    assert result(Rule(Decimal("0.667"), at_least_one=False), marks, range(3)) == "not_completed"
    assert result(Rule(Decimal("0.666"), at_least_one=False), marks, range(3)) == "completed"


def test_marks_at_cancelled_class_sessions_are_left_out() -> None:
    assert rules.outcome(COURSE, {0: "present", 9: "absent"}, [0]).evidence["class_sessions"] == 1


@given(rules_made, situations, st.data())
def test_more_presence_never_makes_it_worse(rule, situation, data) -> None:
    sessions, marks = situation
    session = data.draw(st.sampled_from(sessions))
    here = marks.get(session, "absent")
    better = data.draw(st.sampled_from(LADDER[LADDER.index(here) :]))
    before = result(rule, {**marks, session: here}, sessions)
    after = result(rule, {**marks, session: better}, sessions)
    assert not (before == "completed" and after == "not_completed")


@given(rules_made, situations, st.data())
def test_what_is_completed_stays_so_whatever_comes(rule, situation, data) -> None:
    sessions, marks = situation
    if result(rule, marks, sessions) == "completed":
        rest = {s: data.draw(st.sampled_from(rules.MARKS)) for s in sessions if s not in marks}
        assert result(rule, marks | rest, sessions) == "completed"


@given(rules_made, situations)
def test_what_is_not_completed_for_good_can_not_be_reached_by_presence(rule, situation) -> None:
    sessions, marks = situation
    decision = rules.outcome(rule, marks, sessions)
    best = {s: "present" for s in sessions if s not in marks}
    reached = result(rule, marks | best, sessions) == "completed"
    assert (rules.standing(decision.result, decision.evidence) == "not_completed") == (not reached)


@given(rules_made, situations, st.randoms())
def test_the_order_of_class_sessions_does_not_matter(rule, situation, random) -> None:
    sessions, marks = situation
    shuffled = random.sample(sessions, len(sessions))
    assert rules.outcome(rule, marks, sessions) == rules.outcome(rule, marks, shuffled)


@given(rules_made, situations)
def test_the_evidence_adds_up_and_explains_itself(rule, situation) -> None:
    sessions, marks = situation
    evidence = rules.outcome(rule, marks, sessions).evidence
    assert sum(evidence[mark] for mark in rules.MARKS) + evidence["pending"] == len(sessions)
    assert evidence["counted"] == len(sessions) - evidence["excused"]
    for reason in rules.explain(evidence):
        assert reason.message % reason.params


def test_a_rule_is_put_into_words() -> None:
    words = [r.message % r.params if r.params else r.message for r in rules.rule_in_words(COURSE)]
    assert words == ["At least 80 % of the class sessions"]
    assert [r.message for r in rules.rule_in_words(WEBINAR)] == ["At least one class session"]


@pytest.mark.parametrize("share", ["-0.1", "1.001", "NaN", "Infinity"])
def test_a_share_is_between_nothing_and_all(share) -> None:
    with pytest.raises(errors.ShareOutOfRange):
        rules.checked_rule(Decimal(share), at_least_one=True)


def test_a_rule_that_asks_for_nothing_is_refused() -> None:
    with pytest.raises(errors.RuleAsksNothing):
        rules.checked_rule(Decimal("0.0004"), at_least_one=False)


def test_only_the_four_marks_are_marks() -> None:
    for mark in rules.MARKS:
        rules.check_mark(mark, None)
    with pytest.raises(errors.UnknownMark):
        rules.check_mark("here", None)
    with pytest.raises(errors.MinutesNegative):
        rules.check_mark("present", -1)


def test_nobody_is_marked_before_a_class_session_begins_or_when_it_was_cancelled() -> None:
    rules.check_markable(status="scheduled", starts_at=NOW, now=NOW)
    with pytest.raises(errors.NotBegun):
        rules.check_markable(status="scheduled", starts_at=NOW + timedelta(seconds=1), now=NOW)
    with pytest.raises(errors.ClassSessionCancelled):
        rules.check_markable(status="cancelled", starts_at=NOW - timedelta(hours=1), now=NOW)
