"""Switching how an activity's people are on record, in every direction, with a reason and foreseen."""

from datetime import date

import pytest
from sqlalchemy import select

from ilpes_lms.catalogue import errors, queries, service
from ilpes_lms.catalogue.models import Activity, Headcount, HeadcountChange, RecordChange
from ilpes_lms.core.database import db
from ilpes_lms.core.errors import Stale
from ilpes_lms.statistics import service as statistics
from ilpes_lms.statistics.releases.queries import logged
from tests.factories.enrolment import enrol
from tests.factories.people import bearer, coordinator, form_post, sign_in
from tests.factories.releases import release
from tests.factories.statistics import counted_activity, past_activity

WHY = "A list of names was found"


def switch(activity: Activity, record: str, reason: str = WHY, **more) -> Activity:
    return service.switch_record(
        activity_ref=activity.public_id, record=record, reason=reason, **{"version": activity.version, **more}
    )


def count(activity: Activity, reason: str = "", women: int = 3) -> Activity:
    return service.close_with_headcount(
        activity_ref=activity.public_id, version=activity.version, women=women, men=4, source="list", reason=reason
    )


def participations() -> int | None:
    return statistics.compute(date(2023, 3, 1), date(2023, 3, 31))["totals"]["participations"]


def steps(activity: Activity) -> list[tuple[str, str, str]]:
    made = select(RecordChange).where(RecordChange.activity_id == activity.id).order_by(RecordChange.id)
    return [(one.before, one.after, one.reason) for one in db.session.scalars(made)]


def test_from_a_headcount_to_people_and_back_each_with_its_reason(context) -> None:
    activity = counted_activity(women=3, men=4)
    switch(activity, "people")
    assert participations() == 0
    assert db.session.scalars(select(Headcount)).all() == []
    with pytest.raises(errors.SwitchUnexplained):
        count(activity)
    count(activity, "The list was of another course")
    assert participations() == 7
    assert steps(activity)[1:] == [
        ("headcount", "people", WHY),
        ("people", "headcount", "The list was of another course"),
    ]
    # What was counted before is kept.
    assert [one.women for one in db.session.scalars(select(HeadcountChange).order_by(HeadcountChange.id))] == [3, 3]


def test_people_can_be_enrolled_after_the_switch_and_then_there_is_no_way_back_over_them(context) -> None:
    activity = counted_activity(women=3, men=4)
    switch(activity, "people")
    enrol(activity)
    assert participations() == 1
    with pytest.raises(errors.PeopleOnRecord):
        count(activity, "Counted again")
    with pytest.raises(errors.PeopleOnRecord):
        switch(activity, "no_record")


def test_who_merely_applied_is_a_person_on_record_too(context) -> None:
    activity = past_activity(status="published")
    enrol(activity, state="applied")
    with pytest.raises(errors.PeopleOnRecord):
        switch(activity, "no_record")
    assert queries.activity_by_id(activity.id).record == "people"
    assert steps(activity) == []


def test_no_record_is_not_zero_before_and_after_a_switch(context) -> None:
    activity = counted_activity(women=3, men=4)
    switch(activity, "no_record", "The source can't be found")
    totals = statistics.compute(date(2023, 3, 1), date(2023, 3, 31))["totals"]
    assert (totals["participations"], totals["women"], totals["without_record"]) == (None, None, 1)
    found = service.foresee_switch(activity_ref=activity.public_id, record="people")
    assert found.before is None
    assert found.after == {"women": 0, "men": 0, "other": 0, "not_stated": 0}
    counted_activity(women=1, men=0)
    assert participations() == 1


def test_what_is_foreseen_is_what_comes(context) -> None:
    activity = counted_activity(women=3, men=4)
    found = service.foresee_switch(activity_ref=activity.public_id, record="no_record")
    assert (found.before, found.after) == ({"women": 3, "men": 4, "other": 0, "not_stated": 0}, None)
    assert participations() == 7


@pytest.mark.parametrize(
    ("record", "reason", "more", "refusal"),
    [
        ("people", "", {}, errors.SwitchUnexplained),
        ("headcount", WHY, {}, errors.RecordNotSwitched),
        ("nothing", WHY, {}, errors.RecordNotSwitched),
        ("people", WHY, {"version": 999}, Stale),
    ],
)
def test_what_can_t_be_switched_is_refused_and_nothing_changes(context, record, reason, more, refusal) -> None:
    activity = counted_activity(women=3, men=4)
    before = steps(activity)
    with pytest.raises(refusal):
        switch(activity, record, reason, **more)
    assert (participations(), steps(activity)) == (7, before)


def test_a_switch_is_logged_with_its_reason_for_whoever_holds_a_release_against_the_records(context) -> None:
    activity = counted_activity(women=3, men=4)
    made = release()
    switch(activity, "people")
    told = logged({activity.public_id}, made.published_at)
    assert [(one.deed, one.reason) for one in told] == [("activity.record.people", WHY)]


@pytest.fixture
def page(app, client):
    with app.app_context():
        coordinator("c@example.org", language="en", given_names="Clara")
        ref = counted_activity(women=3, men=4).public_id
        release()
    sign_in(client, "c@example.org")
    return f"/coordinate/activities/{ref}/record"


def test_a_coordinator_sees_what_happens_then_switches_with_a_reason(client, page) -> None:
    first = client.get(page).text
    assert "What happens with the figures" not in first
    seen = client.get(f"{page}?record=people").text
    assert "Until people are entered" in seen
    assert "/coordinate/statistics/releases/" in seen
    wanted = {"record": "people"}
    version = seen.split('name="version"')[1].split('value="')[1].split('"')[0]
    refused = form_post(client, page, {**wanted, "version": version}, page=f"{page}?record=people")
    assert (refused.status_code, 'href="#reason"' in refused.text) == (422, True)
    stale = form_post(client, page, {**wanted, "version": "999", "reason": WHY}, page=f"{page}?record=people")
    assert stale.status_code == 409
    done = form_post(client, page, {**wanted, "version": version, "reason": WHY}, page=f"{page}?record=people")
    assert done.status_code == 303
    after = client.get(page).text
    assert WHY in after
    assert "Clara" in after


def test_programs_foresee_and_switch(app, client, page) -> None:
    url = page.replace("/coordinate", "/api/v1")
    token = bearer(app, "c@example.org")
    seen = client.get(f"{url}?record=no_record", headers=token).json
    assert (seen["before"]["women"], seen["after"]) == (3, None)
    managed = client.get(url.replace("/activities/", "/coordinate/activities/").removesuffix("/record"), headers=token)
    done = client.put(
        url, json={"record": "no_record", "reason": WHY}, headers={**token, "If-Match": managed.headers["ETag"]}
    )
    assert (done.status_code, done.json["record"], done.json["headcount"]) == (200, "no_record", None)
