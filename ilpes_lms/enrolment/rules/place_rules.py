"""Which place rules an activity may have."""

from collections import Counter
from collections.abc import Sequence

from ilpes_lms.core.text import N_
from ilpes_lms.enrolment import errors
from ilpes_lms.enrolment.rules.fairness import (
    AT_MOST_PER_COUNTRY,
    AT_MOST_PER_INSTITUTION,
    MINIMUM_WOMEN,
    RESERVED_COUNTRIES,
    RESERVED_INSTITUTION,
    RESERVING,
    Rule,
)

RULE_LABELS = {
    AT_MOST_PER_COUNTRY: N_("At most so many of one country"),
    AT_MOST_PER_INSTITUTION: N_("At most so many of one institution"),
    RESERVED_COUNTRIES: N_("Places reserved for people of countries"),
    RESERVED_INSTITUTION: N_("Places reserved for people of an institution"),
    MINIMUM_WOMEN: N_("Minimum share of women, per cent"),
}
MOST_PLACES = 10_000
_WHOLE = 100


def check_rule(rule: Rule) -> None:
    """Refuse a rule that makes no sense by itself, naming the field."""
    if rule.kind not in RULE_LABELS:
        raise errors.UnknownRule(field="kind")
    most = _WHOLE if rule.kind == MINIMUM_WOMEN else MOST_PLACES
    if not 1 <= rule.number <= most:
        raise errors.NumberNotPlausible(field="number", least=1, most=most)
    if rule.kind == RESERVED_COUNTRIES and not rule.countries:
        raise errors.CountriesMissing(field="countries")
    if rule.kind == RESERVED_INSTITUTION and not rule.organization:
        raise errors.OrganizationUnknown(field="organization")
    if rule.until and rule.kind not in RESERVING:
        raise errors.NotReserving(field="until")
    for field, kind in (("countries", RESERVED_COUNTRIES), ("organization", RESERVED_INSTITUTION)):
        if getattr(rule, field) and rule.kind != kind:
            raise errors.NotReserving(field=field)


def check_together(rules: Sequence[Rule], capacity: int | None) -> None:
    """Refuse rules that can't stand beside each other over so many places."""
    count = Counter(rule.kind for rule in rules if rule.kind not in RESERVING)
    if any(number > 1 for number in count.values()):
        raise errors.RuleStandsAlready(field="kind")
    kinds = {rule.kind for rule in rules}
    if kinds >= {AT_MOST_PER_COUNTRY, AT_MOST_PER_INSTITUTION, RESERVED_COUNTRIES, RESERVED_INSTITUTION}:
        raise errors.RulesTooTangled(field="kind")
    check_reserved(rules, capacity)


def check_capacity(rules: Sequence[Rule], promised: int, capacity: int | None) -> None:
    """Refuse a number of places below what rules reserve or what institutions were given."""
    check_reserved(rules, capacity, field="capacity")
    if capacity is not None and capacity < promised:
        raise errors.CapacityBelowPromised(field="capacity", promised=promised)


def check_reserved(rules: Sequence[Rule], capacity: int | None, *, field: str = "number") -> None:
    """Refuse to reserve more places than there are."""
    reserved = sum(rule.number for rule in rules if rule.kind in RESERVING)
    if reserved and capacity is None:
        raise errors.ReservedNeedPlaces(field="capacity")
    if capacity is not None and reserved > capacity:
        raise errors.ReservedExceedCapacity(field=field, reserved=reserved, capacity=capacity)
