"""A proposal for the places: who would get one, and for everybody why or why not."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from ilpes_lms.enrolment.rules.choice import chosen
from ilpes_lms.enrolment.rules.fairness import (
    Candidate,
    Held,
    Reason,
    Terms,
    country_full,
    institution_full,
    limit_reached,
    no_room,
    places_reserved,
    reserved_for,
    share_holds,
)


@dataclass(frozen=True)
class Allocation:
    """A proposal. `people` are all in their rank, `chosen` the keys of those in, `reasons` are by key.

    `notes` say what holds of the whole; `women` and `total` count all who would hold places.
    """

    people: tuple[Candidate, ...]
    chosen: tuple[str, ...]
    reasons: dict[str, Reason]
    notes: tuple[Reason, ...]
    women: int
    total: int


@dataclass(frozen=True)
class _Choices:
    """Who is chosen, and who would be if one rule did not stand, by the code of what that rule refuses."""

    keys: set[str]
    without: dict[str, set[str]]
    after: Held
    terms: Terms


def allocate(candidates: Iterable[Candidate], held: Held, terms: Terms) -> Allocation:
    """Choose people for the places that nobody holds yet, and say of everyone why they are in or out."""
    people = sorted(candidates, key=lambda candidate: candidate.order)
    keys = chosen(people, held, terms)
    after = held.with_more([candidate for candidate in people if candidate.key in keys], terms)
    without = {} if len(keys) == len(people) else _without_one_rule(people, held, terms)
    choices = _Choices(keys, without, after, terms)
    return Allocation(
        people=tuple(people),
        chosen=tuple(candidate.key for candidate in people if candidate.key in keys),
        reasons=dict(_reasons(people, choices)),
        notes=tuple(_notes(held, choices)),
        women=after.women,
        total=after.total,
    )


def _without_one_rule(people: Sequence[Candidate], held: Held, terms: Terms) -> dict[str, set[str]]:
    found = {}
    if terms.per_country is not None:
        found["country_full"] = chosen(people, held, replace(terms, per_country=None))
    if terms.per_institution is not None:
        found["institution_full"] = chosen(people, held, replace(terms, per_institution=None))
    if terms.reservations:
        unreserved = replace(held, uses=Counter({frozenset(): held.total}))
        found["places_reserved"] = chosen(people, unreserved, replace(terms, reservations=()))
    if terms.women is not None:
        found["women_share"] = chosen(people, held, replace(terms, women=None))
    return found


def _reasons(people: Sequence[Candidate], choices: _Choices) -> Iterator[tuple[str, Reason]]:
    left_out: set[str] = set()
    for rank, candidate in enumerate(people, 1):
        if candidate.key in choices.keys:
            yield candidate.key, _why_in(candidate, rank, left_out, choices.terms)
        else:
            reason = _why_out(candidate, choices)
            left_out.add(reason.code)
            yield candidate.key, reason


def _why_in(candidate: Candidate, rank: int, left_out: set[str], terms: Terms) -> Reason:
    """Say that it is the rank, or for which rule somebody comes before a better ranked person who is left out."""
    if candidate.is_woman and "women_share" in left_out:
        return Reason("in_women", {"percent": terms.women})
    reserved = reserved_for(candidate, terms) if "places_reserved" in left_out else None
    return reserved or Reason("in_rank", {"rank": rank})


def _why_out(candidate: Candidate, choices: _Choices) -> Reason:
    """Say for which rule somebody is left out: the one without which they would be in."""
    after, terms = choices.after, choices.terms
    facts = {
        "country_full": country_full(candidate, after, terms),
        "institution_full": institution_full(candidate, after, terms),
        "places_reserved": places_reserved(candidate, terms),
        "women_share": None if candidate.is_woman else Reason("women_share", {"percent": terms.women}),
    }
    for code, keys in choices.without.items():
        if candidate.key in keys and (fact := facts[code]):
            return fact
    together = Reason("rules_together")
    return no_room(after, terms) or limit_reached(candidate, after, terms) or facts["places_reserved"] or together


def _notes(held: Held, choices: _Choices) -> Iterator[Reason]:
    after, terms = choices.after, choices.terms
    if terms.capacity is not None and held.total > terms.capacity:
        yield Reason("over_capacity", {"held": held.total, "capacity": terms.capacity})
    if terms.women is not None:
        share = {"percent": terms.women, "women": after.women, "total": after.total}
        empty = len(choices.without.get("women_share", choices.keys)) - len(choices.keys)
        if not share_holds(terms.women, after.women, after.total):
            yield Reason("share_unmet", share)
        elif empty > 0:
            yield Reason("share_limits", {**share, "empty": empty})
    reserved = len(choices.without.get("places_reserved", choices.keys)) - len(choices.keys)
    if reserved > 0:
        yield Reason("reserved_empty", {"number": reserved})
