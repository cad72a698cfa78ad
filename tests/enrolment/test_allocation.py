"""Allocation against an exact solver that tries every choice, and what must hold of any allocation."""

import itertools
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from ilpes_lms.enrolment.rules import allocation
from ilpes_lms.enrolment.rules.fairness import Candidate, Rule, Terms, counted, hindrance, terms_at

NOW = datetime(2027, 4, 6, tzinfo=UTC)
COUNTRIES, INSTITUTIONS, SEXES = ("CHL", "PER", "URY", None), ("a", "b", "c", None), ("female", "male", "not_stated")


def someone(number: int, **values) -> Candidate:
    return Candidate(key=f"p{number}", applied_at=NOW + timedelta(minutes=number), id=number, **values)


def rule(kind: str, number: int, **values) -> Rule:
    return Rule(kind, number, **values)


# The exact solver: every set of candidates, judged by rules written a second time.


def matched(people: Sequence[Candidate], terms: Terms) -> int:
    """Return how many people find a place: reserved ones one by one, tried in every way, then the unreserved."""
    places = [number for number, rule in enumerate(terms.reservations) for _ in range(rule.number)]
    taken: dict[int, int] = {}

    def seat(person: int, seen: set[int]) -> bool:
        for place, number in enumerate(places):
            if place in seen or not terms.reservations[number].is_for(people[person]):
                continue
            seen.add(place)
            if place not in taken or seat(taken[place], seen):
                taken[place] = person
                return True
        return False

    reserved = sum(seat(person, set()) for person in range(len(people)))
    assert terms.capacity is not None
    return min(len(people), reserved + max(terms.capacity - len(places), 0))


def is_allowed(chosen: Sequence[Candidate], holders: Sequence[Candidate], terms: Terms, *, share: bool) -> bool:
    everyone = [*holders, *chosen]
    for own, most in (("country", terms.per_country), ("organization", terms.per_institution)):
        if most is None:
            continue
        count = Counter(getattr(one, own) for one in everyone if getattr(one, own))
        if any(count[getattr(one, own)] > most for one in chosen if getattr(one, own)):
            return False
    if terms.capacity is not None:
        if chosen and len(everyone) > terms.capacity:
            return False
        if matched(everyone, terms) - matched(holders, terms) < len(chosen):
            return False
    women = sum(one.sex == "female" for one in everyone)
    return not share or terms.women is None or women * 100 >= terms.women * len(everyone)


def exact(people: Sequence[Candidate], holders: Sequence[Candidate], terms: Terms) -> set[str]:
    ranked = sorted(people, key=lambda one: (one.score is None, -(one.score or 0), one.applied_at, one.id))
    for share, allowed in ((True, ranked), (False, [one for one in ranked if one.sex == "female"])):
        for size in range(len(allowed), -1, -1):
            for chosen in itertools.combinations(allowed, size):  # in the order of the best ranked
                if is_allowed(chosen, holders, terms, share=share):
                    return {one.key for one in chosen}
    raise AssertionError("nobody at all is always allowed without the share")


def greedy(people: Sequence[Candidate], holders: Sequence[Candidate], terms: Terms) -> set[str]:
    """The negative control: from the best ranked on, whoever may come in comes in."""
    held, chosen = counted(holders, terms), set()
    for one in sorted(people, key=lambda one: one.order):
        if hindrance(one, held, terms) is None:
            held.add(one, terms)
            chosen.add(one.key)
    return chosen


def allocated(people: Sequence[Candidate], holders: Sequence[Candidate], terms: Terms) -> set[str]:
    return set(allocation.allocate(people, counted(holders, terms), terms).chosen)


@st.composite
def cases(draw: st.DrawFn, most: int = 7) -> tuple[list[Candidate], list[Candidate], Terms]:
    def people(first: int, number: int) -> list[Candidate]:
        return [
            someone(
                first + n, score=draw(st.sampled_from([None, 50.0, 70.5, 90.0])),
                country=draw(st.sampled_from(COUNTRIES)), organization=draw(st.sampled_from(INSTITUTIONS)),
                sex=draw(st.sampled_from(SEXES)),
            )
            for n in range(number)
        ]  # fmt: skip

    small = st.integers(1, 3)
    rules = draw(
        st.lists(
            st.one_of(
                st.builds(rule, st.just("at_most_per_country"), small),
                st.builds(rule, st.just("at_most_per_institution"), small),
                st.builds(
                    rule, st.just("reserved_countries"), small,
                    countries=st.frozensets(st.sampled_from(COUNTRIES[:3]), min_size=1, max_size=2),
                ),
                st.builds(rule, st.just("reserved_institution"), small, organization=st.sampled_from(INSTITUTIONS[:3])),
                st.builds(rule, st.just("minimum_women"), st.sampled_from([1, 30, 50, 67, 100])),
            ),
            max_size=4,
        )
    )  # fmt: skip
    capacity = draw(st.one_of(st.none(), st.integers(1, 7)))
    terms = terms_at(rules, capacity, NOW)
    kinds = {one.kind for one in terms.reservations}
    assume(None in (terms.per_country, terms.per_institution) or len(kinds) < 2)
    return people(0, draw(st.integers(0, most))), people(100, draw(st.integers(0, 4))), terms


many = settings(
    max_examples=1500,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
some = settings(many, max_examples=300)


@many
@given(cases())
def test_it_is_what_trying_every_choice_finds(case) -> None:
    assert allocated(*case) == exact(*case)


@pytest.mark.slow
@settings(many, max_examples=20_000)
@given(cases(most=9))
def test_it_is_what_trying_every_choice_finds_for_long(case) -> None:
    assert allocated(*case) == exact(*case)


def test_taking_whoever_may_come_in_is_not_exact() -> None:
    """The negative control: the same solver, the same cases, a simpler allocator."""
    with pytest.raises(AssertionError):
        _agree(greedy)


def _agree(allocator: Callable[..., set[str]]) -> None:
    # Found is enough here: making it smaller would take most of the time.
    @settings(many, max_examples=1000, phases=(Phase.generate,))
    @given(cases())
    def agree(case) -> None:
        assert allocator(*case) == exact(*case)

    agree()


@some
@given(cases(), st.randoms(use_true_random=False))
def test_the_order_in_which_people_are_handed_over_does_not_matter(case, random: Random) -> None:
    people, holders, terms = case
    shuffled = random.sample(people, len(people))
    first, second = (allocation.allocate(some, counted(holders, terms), terms) for some in (people, shuffled))
    assert first == second


@some
@given(cases())
def test_everybody_is_told_why_and_who_is_out_is_told_the_truth(case) -> None:
    people, holders, terms = case
    found = allocation.allocate(people, counted(holders, terms), terms)
    assert set(found.reasons) == {one.key for one in people}
    inside = {key for key, reason in found.reasons.items() if reason.code.startswith("in_")}
    assert inside == set(found.chosen)
    everyone = [*holders, *(one for one in people if one.key in inside)]
    for one in people:
        reason = found.reasons[one.key]
        if reason.code == "country_full":
            assert sum(other.country == one.country for other in everyone) >= reason.params["number"]
        if reason.code == "institution_full":
            assert sum(other.organization == one.organization for other in everyone) >= reason.params["number"]
        if reason.code == "no_places":
            assert len(everyone) >= terms.capacity
        if reason.code == "women_share":
            assert one.sex != "female"


@some
@given(cases(most=6))
def test_one_more_place_never_means_fewer_people_unless_shares_are_asked_for(case) -> None:
    people, holders, terms = case
    assume(terms.capacity is not None and terms.women is None)
    assert len(allocated(people, holders, replace(terms, capacity=terms.capacity + 1))) >= len(
        allocated(people, holders, terms)
    )


@some
@given(cases(most=6), st.integers(0, 5))
def test_a_better_score_never_costs_a_place(case, number: int) -> None:
    people, holders, terms = case
    assume(number < len(people))
    better = [*people]
    better[number] = replace(people[number], score=100.0)
    if people[number].key in allocated(people, holders, terms):
        assert people[number].key in allocated(better, holders, terms)


@some
@given(cases(most=1))
def test_one_person_alone_gets_a_place_exactly_if_nothing_hinders(case) -> None:
    people, holders, terms = case
    for one in people:
        is_in = one.key in allocated([one], holders, terms)
        assert is_in == (hindrance(one, counted(holders, terms), terms) is None)
