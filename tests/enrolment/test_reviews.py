"""Judging applications: scores, private notes, conflicts of interest, and who reads what."""

from dataclasses import dataclass

import pytest
from apiflask import APIFlask
from hypothesis import given
from hypothesis import strategies as st

from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core.errors import NotFound
from ilpes_lms.enrolment import queries, rules, service
from ilpes_lms.enrolment.errors import ConflictDeclared, DecidedMeanwhile, ReviewChanged, ScoreOutOfRange
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.enrolment.rules import Fact, Reviewer
from tests.factories.catalogue import make_activity
from tests.factories.enrolment import enrol, make_someone

EVERYWHERE: frozenset[str] = frozenset()


@dataclass
class Board:
    """An activity with one application, a coordinator and two who help."""

    activity: Activity
    application: Enrolment
    coordinator: Reviewer
    helper: Reviewer
    other: Reviewer

    def scores(self, reviewer: Reviewer, score: int | None, note: str = "", seen: int = 0) -> None:
        service.review(
            activity_ref=self.activity.public_id, enrolment_ref=self.application.public_id, reviewer=reviewer,
            score=score, note=note, seen=seen,
        )  # fmt: skip

    def declares(self, reviewer: Reviewer, reason: str = "") -> None:
        service.declare_conflict(
            activity_ref=self.activity.public_id, enrolment_ref=self.application.public_id, reviewer=reviewer,
            reason=reason,
        )  # fmt: skip

    def takes_back(self, reviewer: Reviewer) -> None:
        service.take_back_conflict(
            activity_ref=self.activity.public_id, enrolment_ref=self.application.public_id, reviewer=reviewer
        )

    def sees(self, reviewer: Reviewer) -> service.Judgement:
        return service.judgement(queries.enrolment(self.application.public_id), reviewer)

    def line(self) -> queries.Applicant:
        return queries.applicant(self.activity.id, self.application.public_id)

    def decides(self, decider: Reviewer, decision: str = "decline") -> list[service.Decided]:
        return service.decide(
            activity_ref=self.activity.public_id, enrolment_refs=[self.application.public_id], decision=decision,
            decider=decider.person_id,
        )  # fmt: skip


@pytest.fixture
def board(context: APIFlask) -> Board:
    activity = make_activity(kind="international_open", capacity=5)
    helpers = [make_someone().id for _ in range(2)]
    for helper in helpers:
        catalogue.assign(activity_id=activity.id, person_id=helper, role="co_coordinator")
    return Board(
        activity, enrol(activity, state="applied"), Reviewer(make_someone().id, EVERYWHERE),
        *(Reviewer(helper) for helper in helpers),
    )  # fmt: skip


def test_the_average_is_of_all_scores_and_a_note_alone_is_none(board: Board) -> None:
    board.scores(board.coordinator, 80)
    board.scores(board.helper, 91)
    board.scores(board.other, None, "Not sure yet")
    assert (board.line().average, board.line().reviews) == (8550, 2)


@pytest.mark.parametrize("score", [-1, 101])
def test_a_score_outside_0_to_100_is_refused(board: Board, score: int) -> None:
    with pytest.raises(ScoreOutOfRange):
        board.scores(board.helper, score)
    assert board.line().reviews == 0


def test_who_helps_reads_the_others_only_after_their_own_score_and_who_decides_always(board: Board) -> None:
    board.scores(board.other, 70, "Solid plan")
    assert (board.sees(board.helper).others, board.sees(board.helper).hidden) == ([], 1)
    board.scores(board.helper, None, "Thinking")
    assert board.sees(board.helper).hidden == 1
    board.scores(board.helper, 60, seen=1)
    assert [one.note for one in board.sees(board.helper).others] == ["Solid plan"]
    assert [one.score for one in board.sees(board.coordinator).others] == [60, 70]


def test_a_review_saved_on_another_version_than_was_seen_is_refused(board: Board) -> None:
    board.scores(board.helper, 50)
    board.scores(board.helper, 55, seen=1)
    for seen in (0, 1, 3, -1):
        with pytest.raises(ReviewChanged):
            board.scores(board.helper, 99, seen=seen)
    assert board.line().average == 5500


def test_a_conflict_of_interest_deletes_one_s_review_and_forbids_another(board: Board) -> None:
    board.scores(board.helper, 100, "My cousin")
    board.scores(board.other, 40)
    board.declares(board.helper, "Family")
    assert (board.line().average, board.line().reviews, board.line().conflicts) == (4000, 1, 1)
    with pytest.raises(ConflictDeclared):
        board.scores(board.helper, 100)
    seen = board.sees(board.helper)
    assert (seen.mine, seen.others, seen.hidden) == (None, [], 1)
    assert [one.reason for one in board.sees(board.coordinator).conflicts] == ["Family"]


def test_a_coordinator_with_a_conflict_reads_no_notes_either(board: Board) -> None:
    board.scores(board.other, 40, "Weak")
    board.declares(board.coordinator)
    assert (board.sees(board.coordinator).others, board.sees(board.coordinator).hidden) == ([], 1)


def test_declared_again_only_the_reason_changes(board: Board) -> None:
    board.declares(board.helper)
    board.declares(board.helper, "Same team")
    assert [one.reason for one in board.sees(board.coordinator).conflicts] == ["Same team"]


def test_decisions_of_who_has_a_conflict_leave_that_person_out_and_say_so(board: Board) -> None:
    other = enrol(board.activity, state="applied")
    board.declares(board.coordinator)
    refs = [board.application.public_id, other.public_id]
    values = {"activity_ref": board.activity.public_id, "enrolment_refs": refs, "decision": "accept"}
    foreseen = service.foresee(**values, decider=board.coordinator.person_id)
    done = service.decide(**values, decider=board.coordinator.person_id, override="all the same")
    for answers in (foreseen, done):
        assert [type(one.refused) for one in answers] == [ConflictDeclared, type(None)]
    assert [queries.enrolment(ref).state for ref in refs] == ["applied", "confirmed"]
    assert service.decide(**values, decider=board.helper.person_id)[0].state == "confirmed"


def test_a_declaration_is_taken_back_until_something_was_decided(board: Board) -> None:
    board.takes_back(board.helper)
    board.declares(board.helper)
    assert board.sees(board.helper).may_take_back
    board.takes_back(board.helper)
    board.scores(board.helper, 10)
    board.declares(board.helper)
    board.decides(board.coordinator)
    assert not board.sees(board.helper).may_take_back
    with pytest.raises(DecidedMeanwhile):
        board.takes_back(board.helper)


def test_only_who_coordinates_or_helps_may_judge(board: Board) -> None:
    other_activity = make_activity(kind="international_open")
    for stranger in (
        Reviewer(make_someone().id), Reviewer(make_someone().id, frozenset({"social_development"})),
    ):  # fmt: skip
        with pytest.raises(NotFound):
            board.scores(stranger, 50)
        with pytest.raises(NotFound):
            board.declares(stranger)
    foreign = Board(other_activity, board.application, board.coordinator, board.helper, board.other)
    with pytest.raises(NotFound):
        foreign.scores(board.coordinator, 50)


def test_what_is_left_to_review_leaves_out_scored_and_conflicted(board: Board) -> None:
    second, third = (enrol(board.activity, state="applied") for _ in range(2))
    me, activity = board.helper.person_id, board.activity.id
    assert queries.to_review(me, [activity]) == {activity: 3}
    board.scores(board.helper, 1)
    assert queries.next_to_review(activity, me, board.application) == second.public_id
    service.declare_conflict(
        activity_ref=board.activity.public_id, enrolment_ref=second.public_id, reviewer=board.helper
    )
    assert queries.next_to_review(activity, me, board.application) == third.public_id
    assert queries.next_to_review(activity, me, third) is None


@given(st.booleans(), st.booleans())
def test_nobody_with_a_conflict_reads_what_others_wrote(decides: bool, scored: bool) -> None:
    assert not rules.may_read_others(decides=decides, scored=scored, conflicted=True)
    assert rules.may_read_others(decides=decides, scored=scored, conflicted=False) == (decides or scored)


_FACTS = st.lists(
    st.builds(
        Fact, ref=st.uuids().map(str), state=st.sampled_from(rules.STATES), sex=st.sampled_from(["female", "male"]),
        country=st.sampled_from([None, *(f"C{number:02}" for number in range(14))]), sector=st.none(),
        institution=st.sampled_from([None, "", "A", "B"]),
    ),
    max_size=60,
)  # fmt: skip


@given(_FACTS)
def test_every_balance_counts_everybody_once_and_is_never_long(facts: list[Fact]) -> None:
    holding = rules.holding(facts)
    for lines in rules.balance(facts, holding).values():
        assert sum(line.applied for line in lines) == len(facts)
        assert sum(line.chosen for line in lines) == len(holding)
        assert len(lines) <= 12
        known = [line.applied for line in lines if line.value]
        assert known == sorted(known, reverse=True)
