"""A checked list is applied part by part, each one transaction that also says how far it is.

Whoever goes on after a crash reads the list from its first row again, to know who stands in it twice, and writes
from the first row on that is not counted as done. Unique keys make a second time impossible.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy.exc import IntegrityError

from ilpes_lms.audit import service as audit
from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core.database import transaction
from ilpes_lms.enrolment import queries as standings
from ilpes_lms.enrolment.errors import PlacesRanOut
from ilpes_lms.enrolment.models import Enrolment, ParticipantImport
from ilpes_lms.enrolment.queries import imports as queries
from ilpes_lms.enrolment.queries.imports import Known
from ilpes_lms.enrolment.rules import COORDINATOR, Places, Standing
from ilpes_lms.enrolment.rules import imports as rules
from ilpes_lms.enrolment.rules.imports import Listed, Reading
from ilpes_lms.enrolment.service import steps
from ilpes_lms.enrolment.service.imports import kept, leases
from ilpes_lms.enrolment.service.imports.arrivals import Arrival, Arrived, arrive
from ilpes_lms.enrolment.service.imports.checking import Tell, stays_out
from ilpes_lms.enrolment.service.imports.leases import Claim
from ilpes_lms.enrolment.service.locking import fresh
from ilpes_lms.notifications import service as notifications
from ilpes_lms.notifications.service import Wish
from ilpes_lms.people import queries as people_queries
from ilpes_lms.people import service as people
from ilpes_lms.people.models import Organization
from ilpes_lms.people.service import Newcomer
from ilpes_lms.people.vocabularies.vocabulary import LANGUAGES

ROWS_AT_ONCE = 500
_TRIES = 3
Answer = TypeVar("Answer")


def apply(imported: ParticipantImport, claim: Claim, tell: Tell) -> None:
    """Write what is left of a list, part by part; raises PlacesRanOut when others took the places meanwhile."""
    total = imported.total or 0
    with kept.rows_of(imported) as rows:
        left = islice(kept.readings(imported, rows), imported.done, None)
        for batch in kept.batches(left, ROWS_AT_ONCE):
            claim.lease = _tried_again(_apply_part, imported.activity_id, claim, batch)
            tell(imported.done, total)
    leases.end(claim, _finish)


def _tried_again(write: Callable[..., Answer], *values: Any) -> Answer:
    """Write once more when somebody else got one of the addresses a moment ago: now they are known."""
    for _ in range(_TRIES - 1):
        try:
            return write(*values)
        except IntegrityError:
            continue
    return write(*values)


@transaction
def _apply_part(activity_id: int, claim: Claim, batch: Sequence[Reading]) -> datetime:
    activity = catalogue.lock(activity_id)
    imported = leases.held(claim)
    part = _sorted_out(activity, [reading.listed for reading in batch if reading.listed])
    places = standings.places(activity)
    _check_places(part, places)
    numbers = iter(queries.free_place_numbers(activity_id, places, len(part.arriving) + len(part.moving)))
    _let_arrive(imported, activity, part.arriving, numbers)
    _move(imported, activity, part.moving, numbers)
    waited = sum(known.standing == "waitlisted" for known in part.moving)
    confirmed = places.confirmed + len(part.arriving) + len(part.moving)
    catalogue.set_counts(activity, confirmed=confirmed, waiting=places.waiting - waited)
    _count(imported, part, len(batch))
    return leases.renewed(imported)


@dataclass
class _Part:
    """Some rows' people, by what becomes of them."""

    arriving: list[tuple[Listed, Known | None]] = field(default_factory=list)
    moving: list[Known] = field(default_factory=list)
    already: int = 0
    outside: list[dict[str, Any]] = field(default_factory=list)

    def take(self, listed: Listed, known: Known | None) -> None:
        standing = known.standing if known else None
        outcome = rules.becomes(standing)
        if outcome == "added":
            self.arriving.append((listed, known))
        elif outcome == "moved" and known:
            self.moving.append(known)
        elif standing and outcome == "kept_out":
            self.outside.append(stays_out(listed, standing))
        else:
            self.already += 1


def _sorted_out(activity: Activity, listed: Sequence[Listed]) -> _Part:
    part, persons = _Part(), set()
    owners = queries.owners(activity.id, [one.key for one in listed])
    for one in listed:
        known = owners.get(one.key)
        if known and known.person_id in persons:
            part.already += 1  # by another of their addresses
            continue
        if known:
            persons.add(known.person_id)
        part.take(one, known)
    return part


def _check_places(part: _Part, places: Places) -> None:
    needed = len(part.arriving) + sum(rules.takes_place(known.standing) for known in part.moving)
    if places.left is not None and needed > places.left:
        raise PlacesRanOut


def _let_arrive(
    imported: ParticipantImport,
    activity: Activity,
    arriving: Sequence[tuple[Listed, Known | None]],
    numbers: Iterator[int],
) -> None:
    organizations = _organizations(listed for listed, _known in arriving)
    new = [listed for listed, known in arriving if known is None]
    newcomers = [_newcomer(listed, organizations.get(_workplace(listed)), activity) for listed in new]
    persons = dict(zip((listed.key for listed in new), people.add_newcomers(newcomers), strict=True))
    arrivals = [
        Arrival(
            listed,
            known.person_id if known else persons[listed.key],
            organizations.get(_workplace(listed)),
            next(numbers),
        )
        for listed, known in arriving
    ]
    arrived = arrive(activity, arrivals)
    if imported.tell:
        notifications.send_all([_letter(*pair, activity) for pair in zip(arriving, arrived, strict=True)])


def _letter(arriving: tuple[Listed, Known | None], arrived: Arrived, activity: Activity) -> Wish:
    listed, known = arriving
    return Wish(
        kind="enrolment.listed",
        key=f"enrolment.listed:{arrived.enrolment_ref}:{arrived.change_id}",
        values={"enrolment": arrived.enrolment_ref, "change": arrived.change_id},
        person_id=arrived.person_id,
        # Whoever has confirmed an address is written to there; the others where the list says.
        address=None if known and known.confirmed_address else listed.email,
        activity_ref=activity.public_id,
    )


def _organizations(listed: Iterable[Listed]) -> dict[tuple[str, str | None], Organization]:
    return people_queries.organizations_named({_workplace(one) for one in listed if one.institution})


def _workplace(listed: Listed) -> tuple[str, str | None]:
    # An institution without a country of its own is looked for where the person lives, as in a person's own profile.
    return listed.institution, listed.institution_country or listed.country


def _newcomer(listed: Listed, organization: Organization | None, activity: Activity) -> Newcomer:
    return Newcomer(
        email=listed.email, given_names=listed.given_names, first_surname=listed.first_surname,
        second_surname=listed.second_surname, sex=listed.sex, country=listed.country,
        organization_id=organization.id if organization else None,
        organization_text="" if organization else listed.institution, position=listed.position,
        sector=listed.sector, language=next((code for code in activity.languages if code in LANGUAGES), LANGUAGES[0]),
    )  # fmt: skip


def _move(imported: ParticipantImport, activity: Activity, moving: Sequence[Known], numbers: Iterator[int]) -> None:
    """Give a place to those who applied, wait or were offered one: their own step, as a coordinator takes it."""
    ids = [known.enrolment_id for known in moving]
    for enrolment in fresh(Enrolment.id.in_(ids)) if ids else ():
        standing = Standing("confirmed", place_number=enrolment.place_number or next(numbers))
        steps.take(
            enrolment, standing, activity=activity, by=COORDINATOR, reason=rules.IMPORTED, silent=not imported.tell
        )


def _count(imported: ParticipantImport, part: _Part, rows: int) -> None:
    imported.done += rows
    imported.added += len(part.arriving) + len(part.moving)
    imported.already += part.already
    if part.outside:
        outside = [*imported.findings.get("kept_out", ()), *part.outside]
        imported.findings = {**imported.findings, "kept_out": outside}


def _finish(imported: ParticipantImport) -> None:
    imported.state, imported.failure = rules.DONE, ""
    imported.faults = imported.done - imported.added - imported.already
    kept.forget(imported)
    audit.record(
        "enrolment.list_imported", "participant_import", imported.public_id, activity=imported.activity.public_id,
        rows=imported.done, added=imported.added, already=imported.already, faults=imported.faults,
    )  # fmt: skip
