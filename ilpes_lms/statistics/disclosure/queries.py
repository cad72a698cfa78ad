"""Who took part across sex and country, sector or institution, as at the time: true counts, for staff only."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import date

from sqlalchemy import ColumnElement, case, func, literal, select

from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core.database import db
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.people.models import Organization
from ilpes_lms.statistics.disclosure import rules
from ilpes_lms.statistics.queries import confirmed
from ilpes_lms.statistics.rules import Period, sex_of

_ROWS: Mapping[str, ColumnElement[str]] = {
    rules.COUNTRY: func.coalesce(Enrolment.country, literal(rules.UNKNOWN)),
    rules.SECTOR: func.coalesce(Enrolment.sector, literal(rules.UNKNOWN)),
    # Only institutions on record are named: what people type is theirs.
    rules.INSTITUTION: case(
        (Organization.public_id.is_not(None), Organization.public_id),
        (Enrolment.organization_name.is_not(None), rules.OTHERS),
        else_=rules.UNKNOWN,
    ),
}


def counted(period: Period, as_of: date) -> dict[str, rules.Activity]:
    """Return how many took part in each activity on record by people, across each attribute; a statement for each."""
    kinds: dict[str, str] = {}
    counts: dict[str, dict[str, rules.Counted]] = defaultdict(lambda: {name: Counter() for name in rules.ATTRIBUTES})
    for name, row in _ROWS.items():
        by = (Activity.public_id, Activity.kind, row, Enrolment.sex)
        statement = confirmed(select(*by, func.count()), period, as_of).group_by(*by)
        if name == rules.INSTITUTION:
            statement = statement.outerjoin(Organization, Organization.id == Enrolment.organization_id)
        for ref, kind, of, sex, number in db.session.execute(statement):
            kinds[ref] = kind
            counts[ref][name][of, rules.COLUMN_OF_SEX[sex_of(sex)]] += number
    return {ref: rules.Activity(kinds[ref], counts[ref]) for ref in sorted(kinds)}


def institutions(refs: set[str]) -> dict[str, tuple[str, str]]:
    """Return the names and countries of institutions."""
    if not refs:
        return {}
    found = select(Organization.public_id, Organization.name, Organization.country)
    return {
        ref: (name, country) for ref, name, country in db.session.execute(found.where(Organization.public_id.in_(refs)))
    }
