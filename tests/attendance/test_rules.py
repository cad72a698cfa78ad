import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ilpes_lms.attendance import errors, rules
from ilpes_lms.attendance.rules import Done, Rule

NOW = datetime(2027, 4, 6, 14, tzinfo=UTC)
COURSE = Rule(minimum_share=Decimal("0.8"), at_least_one=False)
WEBINAR = rules.default_rule("webinar")

# From worst to best for the person: what is replaced by something further right must never harm.
LADDER = ["absent", "excused", "late", "present"]

rules_made = st.builds(
    lambda thousandths, at_least_one: rules.checked_rule(Rule(Decimal(thousandths) / 1000, at_least_one=at_least_one)),
    st.integers(1, 1000),
    st.booleans(),
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
        assert rules.checked_rule(rule) == rule


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
        rules.checked_rule(Rule(Decimal(share), at_least_one=True))


def test_a_rule_that_asks_for_nothing_is_refused() -> None:
    with pytest.raises(errors.RuleAsksNothing):
        rules.checked_rule(Rule(Decimal("0.0004"), at_least_one=False))


SESSIONS = dict.fromkeys(range(5), "present")
EVERYTHING = Rule(Decimal("0.8"), at_least_one=False, minutes=300, grade=Decimal(60), tasks=Decimal("0.5"))


def test_all_demands_must_be_met_or_one_is_enough() -> None:
    done = Done(minutes=300, grade=Decimal(60), tasks_done=2, tasks_total=4)
    assert rules.outcome(EVERYTHING, SESSIONS, range(5), done).result == "completed"
    for less in (
        replace(done, minutes=299), replace(done, grade=Decimal("59.99")), replace(done, grade=None),
        replace(done, tasks_done=1), replace(done, tasks_total=None),
    ):  # fmt: skip
        assert rules.outcome(EVERYTHING, SESSIONS, range(5), less).result == "not_completed"
        assert rules.outcome(replace(EVERYTHING, any_of=True), SESSIONS, range(5), less).result == "completed"
    assert rules.outcome(replace(EVERYTHING, any_of=True), {}, range(5), Done()).result == "not_completed"


@given(
    st.builds(Done, minutes=st.integers(0, 500), grade=st.none() | st.decimals(0, 100, places=2),
              tasks_done=st.none() | st.integers(0, 9), tasks_total=st.none() | st.integers(0, 9)),
    st.booleans(), st.integers(0, 5),
)  # fmt: skip
def test_every_outcome_of_many_demands_is_what_its_evidence_says(done: Done, any_of: bool, attended: int) -> None:
    marks = {session: "present" if session < attended else "absent" for session in range(5)}
    decision = rules.outcome(replace(EVERYTHING, any_of=any_of), marks, range(5), done)
    met = [demand["met"] for demand in decision.evidence["demands"]]
    assert len(met) == 4
    assert (decision.result == "completed") == (any(met) if any_of else all(met))
    assert json.loads(json.dumps(decision.evidence)) == decision.evidence
    for reason in rules.explain(decision.evidence):
        assert reason.message % reason.params


def test_a_grade_that_is_not_known_yet_leaves_the_outcome_open() -> None:
    rule = Rule(Decimal(0), at_least_one=False, grade=Decimal(60))
    unknown = rules.outcome(rule, SESSIONS, range(5), Done())
    failed = rules.outcome(rule, SESSIONS, range(5), Done(grade=Decimal(20)))
    # A number, not a text: readers write decimals each their way.
    assert rules.explain(failed.evidence)[0].params["have"] == Decimal(20)
    assert rules.standing(unknown.result, unknown.evidence) == "open"
    assert rules.standing(failed.result, failed.evidence) == "not_completed"


def test_outcomes_decided_before_there_were_other_demands_are_still_understood() -> None:
    evidence = dict(rules.outcome(COURSE, {0: "present"}, range(5)).evidence)
    new = (rules.standing("not_completed", evidence), [r.message for r in rules.explain(evidence)])
    del evidence["demands"], evidence["any_of"]
    assert (rules.standing("not_completed", evidence), [r.message for r in rules.explain(evidence)]) == new


@given(st.builds(
    Rule, st.sampled_from([Decimal("0.000"), Decimal("0.800")]), at_least_one=st.booleans(),
    minutes=st.none() | st.integers(1, 999), grade=st.none() | st.decimals(1, 100, places=2),
    tasks=st.none() | st.sampled_from([Decimal("0.500"), Decimal("1.000")]), any_of=st.booleans(),
))  # fmt: skip
def test_a_rule_is_read_back_as_it_was_stored(rule: Rule) -> None:
    stored = json.loads(json.dumps(rules.terms_of(rule)))
    again = rules.rule_with(rule.minimum_share, stored, at_least_one=rule.at_least_one, version=1)
    assert again == rule


def test_a_mark_stands_for_its_minutes_or_for_the_whole_class_session() -> None:
    assert [rules.minutes_of(mark, None, 90) for mark in rules.MARKS] == [90, 90, 0, 0]
    assert [rules.minutes_of(mark, 40, 90) for mark in rules.MARKS] == [40, 40, 0, 0]


@pytest.mark.parametrize(
    ("rule", "refusal"),
    [
        (Rule(Decimal(0), at_least_one=False, grade=Decimal(101)), errors.GradeOutOfRange),
        (Rule(Decimal(0), at_least_one=False, grade=Decimal("NaN")), errors.GradeOutOfRange),
        (Rule(Decimal(0), at_least_one=False, minutes=-1), errors.MinutesOutOfRange),
        (Rule(Decimal(0), at_least_one=False, tasks=Decimal(2)), errors.ShareOutOfRange),
        (Rule(Decimal(0), at_least_one=False, minutes=0, any_of=True), errors.RuleAsksNothing),
    ],
)
def test_demands_that_make_no_sense_are_refused(rule: Rule, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        rules.checked_rule(rule)


def test_only_the_four_marks_are_marks() -> None:
    for mark in rules.MARKS:
        rules.check_mark(mark, None)
    with pytest.raises(errors.UnknownMark):
        rules.check_mark("here", None)
    with pytest.raises(errors.MinutesNegative):
        rules.check_mark("present", -1)


def test_nobody_is_marked_before_a_class_session_begins_or_when_it_was_cancelled() -> None:
    rules.check_markable("present", status="scheduled", starts_at=NOW, now=NOW)
    for mark in rules.ATTENDED:
        with pytest.raises(errors.NotBegun):
            rules.check_markable(mark, status="scheduled", starts_at=NOW + timedelta(seconds=1), now=NOW)
    for absence in ("excused", "absent", None):
        rules.check_markable(absence, status="scheduled", starts_at=NOW + timedelta(seconds=1), now=NOW)
        with pytest.raises(errors.ClassSessionCancelled):
            rules.check_markable(absence, status="cancelled", starts_at=NOW - timedelta(hours=1), now=NOW)
