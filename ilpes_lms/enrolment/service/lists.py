"""Many people at once, by a list: read, looked through, and asked all or none."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import BinaryIO

from ilpes_lms.audit import service as audit
from ilpes_lms.catalogue import queries as catalogue_queries
from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core import tables
from ilpes_lms.core.database import transaction
from ilpes_lms.core.errors import DomainError
from ilpes_lms.enrolment import queries, rules
from ilpes_lms.enrolment.errors import (
    ColumnTwice,
    ListEmpty,
    ListHasDoubts,
    ListLongerThanPlaces,
    ListNotRight,
)
from ilpes_lms.enrolment.models import Invitation
from ilpes_lms.enrolment.rules import Checked, Line, Named, Remark
from ilpes_lms.enrolment.service.invitations import terms_of
from ilpes_lms.enrolment.service.links import Invited, Terms, ask_all, cannot_be_asked, letter_language
from ilpes_lms.enrolment.service.nominations import locked

LIMITS = tables.Limits(file_bytes=2_000_000, rows=2_000, columns=40, cell=500, unpacked_bytes=20_000_000)


@dataclass(frozen=True)
class Foreseen:
    """What would become of a list: what was read, and why it can't be asked as it is, if it can't."""

    checked: Checked
    refused: DomainError | None


def read_list(source: BinaryIO) -> list[Line]:
    """Read a list of people from a file or from pasted text; refuse what is no such list.

    A list without a row of column names is taken to have the template's columns in their order.
    """
    rows = tables.read(source, LIMITS)
    first = next(rows, None)
    if first is None:
        raise ListEmpty(field="file")
    found = tables.headers(first, rules.KNOWN_HEADERS)
    if found.twice:
        raise ColumnTwice(field="file")
    if not set(rules.NEEDED) <= set(found.places):
        if not any("@" in cell for cell in first.cells):
            raise rules.columns_missing(found.places)
        found = tables.Headers({name: place for place, name in enumerate(rules.COLUMNS)}, (), ())
        rows = chain([first], rows)
    lines = [Line(row.number, found.of(row)) for row in rows]
    if not lines:
        raise ListEmpty(field="file")
    return lines


def written_out(people: Sequence[Named]) -> str:
    """Return people as text that `read_list` reads as the same, for a form to carry along."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\n")
    writer.writerow([rules.HEADERS[name]["en"] for name in rules.COLUMNS])
    last = 1
    for person in people:
        # Blank rows keep the numbers that people see beside theirs.
        out.write("\n" * max(person.number - last - 1, 0))
        writer.writerow([getattr(person, name) or "" for name in rules.COLUMNS])
        last = person.number
    return out.getvalue()


def foresee_nominations(*, token: str, lines: Sequence[Line]) -> Foreseen:
    """Return what would become of a focal point's list if it were sent now."""
    quota = queries.quota_by_token(token)
    checked = _looked_through(quota.activity, lines)
    return Foreseen(checked, _refusal(checked, quota.places - queries.filled(quota.id)))


@transaction
def nominate_list(*, token: str, lines: Sequence[Line], doubts_accepted: bool = False) -> list[Invitation]:
    """Name all people of a list for the institution's places, or none of them.

    Raises ListNotRight, ListHasDoubts unless they were accepted, ListLongerThanPlaces, QuotaClosed.
    """
    activity, quota = locked(token)
    checked = _looked_through(activity, lines)
    _check(checked, quota.places - queries.filled(quota.id), doubts_accepted=doubts_accepted)
    done = ask_all(activity, _invited(activity, checked.people), Terms(quota.id))
    audit.record("enrolment.list_nominated", "quota", quota.public_id, people=len(done))
    return done


def foresee_invitations(
    *, activity_ref: str, lines: Sequence[Line], divisions: frozenset[str] = frozenset()
) -> Foreseen:
    """Return what would become of a coordinator's list if it were sent now."""
    checked = _looked_through(catalogue_queries.managed_activity(activity_ref, divisions), lines)
    return Foreseen(checked, _refusal(checked, None))


@transaction
def invite_list(
    *,
    activity_ref: str,
    lines: Sequence[Line],
    doubts_accepted: bool = False,
    answer_by: date | None = None,
    skips_selection: bool = True,
    divisions: frozenset[str] = frozenset(),
) -> list[Invitation]:
    """Invite all people of a list, or none of them; each gets a link of their own.

    Raises ListNotRight, ListHasDoubts unless they were accepted.
    """
    activity = catalogue.lock_managed(activity_ref, divisions)
    terms = terms_of(activity, answer_by, skips_selection=skips_selection)
    checked = _looked_through(activity, lines)
    _check(checked, None, doubts_accepted=doubts_accepted)
    done = ask_all(activity, _invited(activity, checked.people), terms)
    audit.record("enrolment.list_invited", "activity", activity.public_id, people=len(done))
    return done


def _looked_through(activity: Activity, lines: Sequence[Line]) -> Checked:
    checked = rules.check(lines)
    refused = cannot_be_asked(activity, {person.email_key for person in checked.people})
    here = [person for person in checked.people if person.email_key in refused]
    return checked.with_faults(
        Remark(person.number, "email", person.email, refused[person.email_key]) for person in here
    )


def _refusal(checked: Checked, left: int | None) -> DomainError | None:
    """Return why a list can't be asked as it is, whatever is accepted."""
    if not checked.lines:
        return ListEmpty(field="file")
    if checked.faults:
        return ListNotRight(field="file")
    if left is not None and len(checked.people) > left:
        return ListLongerThanPlaces(people=len(checked.people), left=max(left, 0), field="file")
    return None


def _check(checked: Checked, left: int | None, *, doubts_accepted: bool) -> None:
    if refused := _refusal(checked, left):
        raise refused
    if checked.doubts and not doubts_accepted:
        raise ListHasDoubts(field="doubts_accepted")


def _invited(activity: Activity, people: Sequence[Named]) -> list[Invited]:
    return [
        Invited(
            email=person.email, email_key=person.email_key, given_names=person.given_names,
            first_surname=person.first_surname, language=letter_language(activity, person.language),
            position=person.position,
        )
        for person in people
    ]  # fmt: skip
