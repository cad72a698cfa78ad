"""What the place rules say of people: of who arrives, of whom a committee accepts, of all who could be chosen."""

from collections.abc import Sequence

from ilpes_lms.catalogue import queries as catalogue_queries
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core import clock
from ilpes_lms.core.errors import DomainError
from ilpes_lms.enrolment import queries, rules
from ilpes_lms.enrolment.rules import Allocation, Candidate, Places, Standing
from ilpes_lms.people.models import Person


def arrival(activity: Activity, person: Person, places: Places) -> tuple[Standing, str]:
    """Return where the place rules lead who arrives in an open activity, and why they wait if a rule is the cause."""
    now = clock.now()
    terms = queries.terms(activity, kept=places.kept, now=now)
    held, newcomer = queries.held(activity.id, terms), queries.newcomer(person, now)
    hindrance = rules.hindrance(newcomer, held, terms)
    sooner: list[Candidate] = []
    if hindrance is None and places.waiting:
        sooner, _passed = rules.in_turn(queries.in_line(activity.id), held, terms, most=1)
    standing = rules.fair_arrival(places, allowed=hindrance is None, first=not sooner)
    return standing, rules.HELD_BACK.get(hindrance.code, "") if hindrance else ""


def judged(activity: Activity, refs: Sequence[str], places: Places) -> dict[str, DomainError | None]:
    """Return what the place rules say if these people were accepted, in the order in which they can be.

    A man whom the share of women holds back comes after the women who make room for him. Who holds a place already
    is not asked about.
    """
    terms = queries.terms(activity, kept=places.kept, now=clock.now())
    people = queries.candidates(activity.id, refs)
    asked = [people[ref] for ref in refs if ref in people]
    chosen, passed = rules.in_turn(asked, queries.held(activity.id, terms), terms, most=len(asked))
    return {one.key: None for one in chosen} | {ref: rules.refused_by(reason) for ref, reason in passed.items()}


def propose(*, activity_ref: str, divisions: frozenset[str] = frozenset()) -> Allocation:
    """Return who of those who applied or wait would get the free places, and of everyone why; change nothing.

    The rank is the average of the reviewers' scores, then the time of application.
    """
    activity = catalogue_queries.managed_outline(activity_ref, divisions)
    terms = queries.terms(activity, kept=queries.places(activity).kept, now=clock.now())
    held = queries.held(activity.id, terms)
    return rules.allocate(queries.contenders(activity.id, ("applied", "waitlisted")), held, terms)
