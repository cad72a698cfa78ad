"""Two entries of one organization become one: people, rules and figures follow, what was said at the time stays."""

from typing import Any

import pytest
from sqlalchemy import func, select

from ilpes_lms.core.database import db
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.people import queries as people_queries
from ilpes_lms.people import service as people_service
from ilpes_lms.people.models import Organization, Person
from ilpes_lms.privacy.merging import errors, service
from ilpes_lms.statistics.rollups import service as rollups
from ilpes_lms.statistics.rollups.models import Cell
from tests.factories import people
from tests.factories.catalogue import make_activity
from tests.factories.enrolment import enrol, make_institution, make_quota, make_rule, make_someone
from tests.factories.statistics import past_activity
from tests.privacy.test_merging import everything, leading_to, undo


def merge(gone: Organization, stays: Organization) -> Any:
    found = service.preview_organizations(gone_ref=gone.public_id, into=stays.public_id)
    made = service.merge_organizations(
        gone_ref=gone.public_id, into=stays.public_id, seen=found.seen, reason="The same house."
    )
    db.session.expire_all()
    return made


@pytest.fixture
def doubled(context) -> tuple[Organization, Organization]:
    """An organization to which everything leads that can, and the entry that stays."""
    gone, stays = make_institution("Ministerio de Planificacion"), make_institution("MIDEPLAN")
    enrol(past_activity(), make_someone(organization_id=gone.id))
    activity = make_activity("national_restricted", admission="nomination", eligible_organizations=[gone.public_id])
    make_rule(activity, "reserved_institution", 2, organization_id=gone.id)
    quota, _token = make_quota(activity)
    quota.organization_id = gone.id
    db.session.commit()
    people_service.grant_role(person_id=make_someone().id, role="focal_point", organization_id=gone.id)
    return gone, stays


def test_whatever_leads_to_an_organization_leads_to_the_one_that_stays(doubled) -> None:
    gone, stays = doubled
    before = leading_to("organizations", gone.id)
    assert before == {
        "persons.organization_id", "enrolments.organization_id", "place_rules.organization_id",
        "nomination_quotas.organization_id", "role_grants.organization_id",
    }  # fmt: skip
    merge(gone, stays)
    assert leading_to("organizations", gone.id) == {"merges.gone_organization_id"}
    assert before <= leading_to("organizations", stays.id)


def test_undone_every_row_is_as_it_was(doubled) -> None:
    before = everything()
    undo(merge(*doubled))
    after = everything()
    # An edit of an activity raises its version; going back is one more.
    assert {name for name in before if before[name] != after[name]} <= {"activities"}


def test_participations_say_what_they_said_and_count_under_the_one_that_stays(doubled) -> None:
    gone, stays = doubled
    rollups.refresh()
    merge(gone, stays)
    said = db.session.execute(select(Enrolment.organization_name, Enrolment.organization_id)).first()
    assert said == ("Ministerio de Planificacion", stays.id)
    rollups.refresh()
    counted = select(func.count()).select_from(Cell).where(Cell.dimension == "institution")
    assert db.session.scalar(counted.where(Cell.organization_id == stays.id)) == 1
    assert db.session.scalar(counted.where(Cell.organization_id == gone.id)) == 0
    assert not rollups.check()


def test_its_name_means_the_one_that_stays_from_now_on(doubled) -> None:
    gone, stays = doubled
    merge(gone, stays)
    assert people_queries.organization_named("Ministerio de Planificación", "CHL").id == stays.id
    assert people_queries.organizations_named({("ministerio de planificacion", "CHL")}).popitem()[1].id == stays.id
    assert [one.id for one in people_queries.organizations_called("Ministerio de Planificacion")] == [stays.id]
    assert people.organization("Ministerio de Planificación").id == stays.id
    assert gone.id not in {one.id for one in people_queries.organizations_like("")}
    assert gone.id not in {one.id for one in people_queries.organizations_found("").items}
    assert db.session.scalar(select(func.count()).where(Person.organization_id == gone.id)) == 0


def test_two_that_nominate_for_one_activity_are_not_merged_before_one_of_them_stops(context) -> None:
    activity = make_activity("national_restricted", admission="nomination")
    first, second = make_quota(activity)[0], make_quota(activity)[0]
    gone, stays = (db.session.get_one(Organization, one.organization_id) for one in (first, second))
    found = service.preview_organizations(gone_ref=gone.public_id, into=stays.public_id)
    assert [type(one) for one in found.obstacles] == [errors.TwoQuotas]
    with pytest.raises(errors.TwoQuotas):
        merge(gone, stays)


def test_an_organization_is_not_merged_into_itself_nor_twice(doubled) -> None:
    gone, stays = doubled
    with pytest.raises(errors.SameRecord):
        merge(stays, stays)
    merge(gone, stays)
    # Its name means the other one by now, its code still means itself.
    with pytest.raises(errors.RecordMerged):
        merge(gone, make_institution())
    with pytest.raises(errors.NoOrganizationMeant):
        service.preview_organizations(gone_ref=stays.public_id, into="Nobody's house")
