"""A coordinator sets the rules over an activity's places, and how those who wait get them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NotRequired, TypedDict, Unpack

from ilpes_lms.audit import service as audit
from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.catalogue.rules.values import is_plausible
from ilpes_lms.core import clock
from ilpes_lms.core.database import db, transaction
from ilpes_lms.core.errors import NotFound, Stale
from ilpes_lms.enrolment import errors, queries, rules
from ilpes_lms.enrolment.models import PlaceRule
from ilpes_lms.enrolment.rules import Rule
from ilpes_lms.people import queries as people
from ilpes_lms.people.models import Organization
from ilpes_lms.people.vocabularies import countries


class RuleValues(TypedDict):
    """A rule as it is given; the organization by its reference or its whole name."""

    kind: str
    number: int
    countries: NotRequired[Sequence[str]]
    organization: NotRequired[str]
    until: NotRequired[datetime | None]


@transaction
def set_place_rules(
    *, activity_ref: str, version: int, place_rules: Sequence[RuleValues], divisions: frozenset[str] = frozenset()
) -> list[PlaceRule]:
    """Let exactly these rules stand over the places, then pass on what they leave free.

    Raises Stale when `version` is not the activity's. Those that stood as they are keep their references. Nobody
    loses a place by a rule.
    """
    activity = _locked(activity_ref, version, divisions)
    standing = queries.place_rules(activity.id)
    wanted = [_row(activity, values) for values in place_rules]
    kept = [_taken(standing, row) or row for row in wanted]
    return _stand(activity, kept, version, divisions)


@transaction
def add_place_rule(
    *, activity_ref: str, version: int, divisions: frozenset[str] = frozenset(), **values: Unpack[RuleValues]
) -> list[PlaceRule]:
    """Let one more rule stand."""
    activity = _locked(activity_ref, version, divisions)
    return _stand(activity, [*queries.place_rules(activity.id), _row(activity, values)], version, divisions)


@transaction
def remove_place_rule(
    *, activity_ref: str, version: int, rule_ref: str, divisions: frozenset[str] = frozenset()
) -> list[PlaceRule]:
    """Let a rule stand no longer; raises NotFound for one of another activity."""
    activity = _locked(activity_ref, version, divisions)
    standing = queries.place_rules(activity.id)
    left = [rule for rule in standing if rule.public_id != rule_ref]
    if len(left) == len(standing):
        raise NotFound
    return _stand(activity, left, version, divisions)


@transaction
def set_waiting(
    *,
    activity_ref: str,
    version: int,
    capacity: int | None,
    waiting_until: datetime | None,
    offer_hours: int,
    promotes_by: str,
    divisions: frozenset[str] = frozenset(),
) -> Activity:
    """Set how many places there are, and how, for how long and until when those who wait get free ones."""
    return catalogue.edit_activity(
        activity_ref=activity_ref, version=version, divisions=divisions, capacity=capacity,
        waiting_until=waiting_until, offer_hours=offer_hours, promotes_by=promotes_by,
    )  # fmt: skip


def copy_place_rules(model: Activity, copy: Activity) -> None:
    """Let the rules of an activity stand over the places of its clone; dates move along with the activity's own.

    Where such a date is over already, places are reserved until the clone begins.
    """
    shift, now = copy.starts_on - model.starts_on, clock.now()
    for rule in queries.place_rules(model.id):
        until = _moved(rule.until, shift, model.zone) if rule.until else None
        db.session.add(
            PlaceRule(
                activity_id=copy.id, kind=rule.kind, number=rule.number, countries=list(rule.countries),
                organization_id=rule.organization_id, until=until if until and until > now else None,
            )
        )  # fmt: skip
    db.session.flush()


def _moved(moment: datetime, shift: timedelta, zone: str) -> datetime:
    # By the clock on the wall, so that the end of a day stays one when summer time begins between the two.
    return clock.at_place(clock.wall_time(moment, zone).replace(tzinfo=None) + shift, zone)


def check_capacity(activity: Activity, capacity: int | None) -> None:
    """Refuse a number of places, wherever it is typed, below what is reserved or given to institutions."""
    promised = queries.promised(activity.id) if activity.admission == "nomination" else 0
    rules.check_capacity([_plain(rule) for rule in queries.place_rules(activity.id)], promised, capacity)


def _locked(activity_ref: str, version: int, divisions: frozenset[str]) -> Activity:
    activity = catalogue.lock_managed(activity_ref, divisions)
    if activity.version != version:
        raise Stale
    return activity


def _stand(activity: Activity, wanted: Sequence[PlaceRule], version: int, divisions: frozenset[str]) -> list[PlaceRule]:
    rules.check_together([_plain(rule) for rule in wanted], activity.capacity)
    for rule in queries.place_rules(activity.id):
        if rule not in wanted:
            db.session.delete(rule)
    db.session.add_all(wanted)
    db.session.flush()
    audit.record("enrolment.place_rules_set", "activity", activity.public_id, rules=len(wanted))
    # The edit gives the activity its new version, and lets enrolment pass on what became free.
    catalogue.edit_activity(activity_ref=activity.public_id, version=version, divisions=divisions)
    return queries.place_rules(activity.id)


def _row(activity: Activity, values: RuleValues) -> PlaceRule:
    named = values.get("organization", "").strip()
    organization = _organization(named) if named else None
    until = values.get("until")
    row = PlaceRule(
        activity_id=activity.id, kind=values["kind"], number=values["number"],
        countries=sorted(set(values.get("countries", ()))), organization=organization,
        organization_id=organization.id if organization else None, until=until,
    )  # fmt: skip
    rules.check_rule(_plain(row))
    if unknown := [code for code in row.countries if not countries.is_country(code)]:
        raise errors.CountryUnknown(field="countries", code=unknown[0])
    if until is not None and (until <= clock.now() or not is_plausible(until)):
        raise errors.ClosesInThePast(field="until")
    return row


def _taken(standing: list[PlaceRule], row: PlaceRule) -> PlaceRule | None:
    """Take a rule that says the same as a row out of those that stand, if there is one."""
    same = next((rule for rule in standing if _plain(rule) == _plain(row)), None)
    if same:
        standing.remove(same)
    return same


def _plain(rule: PlaceRule) -> Rule:
    return Rule(
        kind=rule.kind, number=rule.number, countries=frozenset(rule.countries), until=rule.until,
        organization=None if rule.organization_id is None else str(rule.organization_id),
    )  # fmt: skip


def _organization(named: str) -> Organization:
    found = people.organizations_called(named)
    if not found:
        raise errors.OrganizationUnknown(field="organization")
    if len(found) > 1:
        raise errors.OrganizationAmbiguous(field="organization")
    return found[0]
