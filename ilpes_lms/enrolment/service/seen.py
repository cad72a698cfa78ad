"""People whom only a meeting's report shows: participations without an account, and their end with the report's.

Nothing is known of them but what they called themselves there and an address if they gave one; nothing is added to
that (law 10). Who has an address of somebody on record is that person; who has none and was seen here before is known
by the same name.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import insert, update

from ilpes_lms.audit import service as audit
from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core import actor, clock
from ilpes_lms.core.database import db, transaction
from ilpes_lms.core.errors import DomainError
from ilpes_lms.core.text import fold
from ilpes_lms.enrolment import queries, rules
from ilpes_lms.enrolment.models import Enrolment, EnrolmentChange
from ilpes_lms.enrolment.queries import imports as owners
from ilpes_lms.enrolment.queries.imports import Known
from ilpes_lms.enrolment.rules import REPORT, Places, Standing
from ilpes_lms.enrolment.rules.imports import Listed
from ilpes_lms.enrolment.service import steps
from ilpes_lms.enrolment.service.admission import arriving, person_named
from ilpes_lms.enrolment.service.imports.arrivals import Arrival, arrive
from ilpes_lms.people import rules as people_rules
from ilpes_lms.people import service as people
from ilpes_lms.people.service import Newcomer
from ilpes_lms.people.vocabularies.vocabulary import LANGUAGES

_LONGEST_NAME = 120
_AT_ONCE = 500


Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Seen:
    """Somebody in a report: the key by which reports know them again, what they were called, an address or none."""

    key: str
    name: str
    email: str


@transaction
def admit_seen(*, activity_id: int, seen: Sequence[Seen]) -> dict[str, int]:
    """Confirm people nobody registered in an activity that is open to all; return their enrolments by key.

    Nobody is told. Who applied, waits, was declined or has a place here is left out: that is decided elsewhere. Twice
    is once. Raises SeenExceedPlaces before anybody is written.
    """
    activity = catalogue.lock(activity_id)
    rules.check_takes_seen(admission=activity.admission, record=activity.record, status=activity.status)
    named = _one_an_address({one.key: _named(one) for one in seen})
    known = _known(activity, named)
    coming = {key: one for key, one in named.items() if _may_come(known.get(key))}
    places = queries.places(activity)
    rules.check_seen_fit(len({_person_of(known.get(key), key) for key in coming}), places.left)
    admitted = _confirm(activity, coming, known, places)
    audit.record("enrolment.seen_admitted", "activity", activity.public_id, number=len(set(admitted.values())))
    return admitted


@transaction
def withdraw_seen(*, activity_id: int, enrolment_ids: Collection[int]) -> list[int]:
    """End those of some participations that rest on a report alone; return which they were."""
    activity = catalogue.lock(activity_id)
    rules.check_step("confirmed", "withdrawn", REPORT)
    ended = queries.resting_on_a_report(activity_id, enrolment_ids)
    if not ended:
        return []
    for some in _parts(ended):
        gone = update(Enrolment).where(Enrolment.id.in_(some)).values(state="withdrawn", place_number=None)
        db.session.execute(gone)
    db.session.connection().execute(insert(EnrolmentChange), [_last_step(number) for number in ended])
    steps.settle(activity, freed=len(ended), occasion="withdrawal")
    audit.record("enrolment.seen_withdrawn", "activity", activity.public_id, number=len(ended))
    return ended


def _confirm(activity: Activity, coming: dict[str, Listed], known: dict[str, Known], places: Places) -> dict[str, int]:
    numbers = iter(owners.free_place_numbers(activity.id, places, len(coming)))
    strangers = {key: one for key, one in coming.items() if key not in known}
    admitted = _let_strangers_in(activity, strangers, numbers)
    by_person: dict[int, int] = {}
    for key in coming.keys() - strangers.keys():
        person_id = known[key].person_id
        if person_id not in by_person:
            by_person[person_id] = _let_in(activity, person_id, next(numbers))
        admitted[key] = by_person[person_id]
    confirmed = queries.places(activity)
    catalogue.set_counts(activity, confirmed=confirmed.confirmed, waiting=confirmed.waiting)
    return admitted


def _let_strangers_in(activity: Activity, strangers: dict[str, Listed], numbers: Iterator[int]) -> dict[str, int]:
    language = next((code for code in activity.languages if code in LANGUAGES), LANGUAGES[0])
    admitted: dict[str, int] = {}
    for some in _parts(list(strangers.items())):
        persons = people.add_newcomers([_newcomer(one, language) for _key, one in some])
        arrivals = [
            Arrival(one, person, None, next(numbers)) for (_key, one), person in zip(some, persons, strict=True)
        ]
        arrived = arrive(activity, arrivals, reason=rules.SEEN)
        admitted |= {key: one.enrolment_id for (key, _one), one in zip(some, arrived, strict=True)}
    return admitted


def _let_in(activity: Activity, person_id: int, place: int) -> int:
    """Let somebody in who is on record: with what they said of themselves."""
    enrolment = arriving(queries.enrolment_of(person_id, activity.id), activity, person_named(person_id))
    steps.take(
        enrolment, Standing("confirmed", place_number=place), activity=activity, by=REPORT, reason=rules.SEEN,
        silent=True,
    )  # fmt: skip
    return enrolment.id


def _known(activity: Activity, named: dict[str, Listed]) -> dict[str, Known]:
    by_address = {one.email.casefold(): key for key, one in named.items() if one.email}
    by_name = {fold(one.given_names): key for key, one in named.items() if not one.email}
    known: dict[str, Known] = {}
    for some in _parts(list(by_address)):
        known |= {by_address[address]: found for address, found in owners.owners(activity.id, some).items()}
    return known | {by_name[name]: found for name, found in queries.seen_by_name(activity.id, by_name).items()}


def _one_an_address(named: dict[str, Listed]) -> dict[str, Listed]:
    """Leave out who comes under an address that somebody before has, written in another way."""
    keys: dict[str, str] = {}
    for key, one in named.items():
        keys.setdefault(one.email.casefold() or key, key)
    return {key: named[key] for key in keys.values()}


def _may_come(known: Known | None) -> bool:
    return known is None or known.standing in rules.AGAIN


def _person_of(known: Known | None, key: str) -> int | str:
    return key if known is None else known.person_id


def _named(one: Seen) -> Listed:
    """Return somebody as lists name people; what they called themselves is one name, since no part of it is known."""
    try:
        email = people_rules.address(one.email) if one.email else ""
    except DomainError:
        email = ""
    name = people_rules.one_line((one.name or one.email)[:_LONGEST_NAME], longest=_LONGEST_NAME)
    return Listed(row=0, email=email, key=one.key, given_names=name, first_surname="")


def _newcomer(one: Listed, language: str) -> Newcomer:
    return Newcomer(
        email=one.email, given_names=one.given_names, first_surname="", second_surname="", sex=one.sex, country=None,
        organization_id=None, organization_text="", position="", sector=None, language=language,
    )  # fmt: skip


def _parts(values: list[Item]) -> Iterator[list[Item]]:
    return (values[start : start + _AT_ONCE] for start in range(0, len(values), _AT_ONCE))


def _last_step(enrolment_id: int) -> dict[str, object]:
    return {
        "enrolment_id": enrolment_id, "from_state": "confirmed", "to_state": "withdrawn", "at": clock.now(),
        "actor": actor.current(), "reason": rules.SEEN_NO_MORE,
    }  # fmt: skip
