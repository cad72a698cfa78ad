"""Class sessions that come again: their days, their hours by the clocks there, and each of them once."""

from datetime import date, datetime, time, timedelta

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from ilpes_lms.catalogue import errors, queries, rules, service
from ilpes_lms.catalogue.holidays import public_holidays
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.catalogue.rules import Pattern
from ilpes_lms.core.database import db
from tests.factories import people
from tests.factories.catalogue import make_activity, make_class_session

FIRST = date(2032, 9, 6)  # a Monday
TUESDAY, THURSDAY = 1, 3


def a_pattern(**changed: object) -> Pattern:
    usual = {
        "weekdays": frozenset({TUESDAY, THURSDAY}), "begins": time(18), "ends": time(20), "first": FIRST,
        "last": date(2032, 9, 30),
    }  # fmt: skip
    return Pattern(**(usual | changed))


def a_course(**fields: object) -> Activity:
    dates = {"starts_on": FIRST, "ends_on": FIRST + timedelta(days=60)}
    return make_activity("international_open", **(dates | {"zone": "America/Santiago", "country": "CHL"} | fields))


def walls(activity: Activity) -> list[str]:
    db.session.expire_all()
    return [session.wall_start for session in queries.class_sessions(activity.id)]


def test_a_pattern_falls_on_its_weekdays_of_every_second_week() -> None:
    days = rules.days_of(a_pattern(every=2))
    assert days == [date(2032, 9, day) for day in (7, 9, 21, 23)]


def test_a_number_ends_a_pattern_and_days_left_out_do_not_count() -> None:
    skipped = frozenset({date(2032, 9, 9)})
    days = rules.days_of(a_pattern(last=None, number=3, skipped=skipped))
    assert days == [date(2032, 9, day) for day in (7, 9, 14, 16)]


@given(
    weekdays=st.frozensets(st.integers(0, 6), min_size=1), first=st.dates(date(2020, 1, 1), date(2035, 1, 1)),
    span=st.integers(0, 200), every=st.integers(1, 6), number=st.none() | st.integers(1, 30),
)  # fmt: skip
def test_the_days_are_those_that_one_would_count_in_a_calendar(weekdays, first, span, every, number) -> None:
    last = first + timedelta(days=span)
    monday = first - timedelta(days=first.weekday())
    counted = [
        day for n in range(span + 1) if (day := first + timedelta(days=n)).weekday() in weekdays
        and ((day - monday) // timedelta(weeks=1)) % every == 0
    ][:number]  # fmt: skip
    pattern = a_pattern(weekdays=weekdays, first=first, last=last, every=every, number=number)
    if not counted or len(counted) > 100:
        with pytest.raises((errors.PatternEmpty, errors.TooManyInPattern)):
            rules.days_of(pattern)
    else:
        assert rules.days_of(pattern) == counted


@pytest.mark.parametrize(
    ("changed", "refusal", "field"),
    [
        ({"weekdays": frozenset()}, errors.PatternWithoutWeekday, "weekdays"),
        ({"ends": time(18)}, errors.TimesEqual, "ends"),
        ({"last": None}, errors.PatternEndless, "last"),
        ({"last": date(2032, 9, 1)}, errors.DatesReversed, "last"),
        ({"every": 0}, errors.PatternTooLong, "every"),
        ({"number": 101}, errors.TooManyInPattern, "number"),
        ({"last": date(2040, 1, 1)}, errors.TooManyInPattern, "last"),
        ({"last": FIRST}, errors.PatternEmpty, "weekdays"),
        ({"first": date(1, 1, 1)}, errors.DateNotPlausible, "first"),
    ],
)
def test_what_is_no_pattern_is_refused_with_its_field(changed, refusal, field) -> None:
    with pytest.raises(refusal) as refused:
        rules.days_of(a_pattern(**changed))
    assert refused.value.field == field


def test_dates_are_read_as_people_of_the_region_and_machines_write_them() -> None:
    assert rules.dates_in("2032-09-18\n18/09/2032, 19.09.2032") == {date(2032, 9, 18), date(2032, 9, 19)}
    with pytest.raises(errors.SkippedDateUnreadable):
        rules.dates_in("18 de septiembre")


def test_an_end_before_the_beginning_is_on_the_day_after() -> None:
    assert a_pattern(begins=time(23), ends=time(0, 30)).minutes == 90


def test_public_holidays_are_those_of_the_country_and_none_are_made_up() -> None:
    assert public_holidays("CHL", [2032])[date(2032, 9, 18)] == "Día de la Independencia"
    assert public_holidays("BRA", [2032])[date(2032, 9, 7)] == "Independência do Brasil"
    assert public_holidays(None, [2032]) == {}
    assert public_holidays("ATA", [2032]) == {} or date(2032, 9, 18) not in public_holidays("ATA", [2032])


@pytest.mark.usefixtures("context")
def test_hours_stay_what_clocks_there_show_when_they_are_changed() -> None:
    """In Santiago clocks are put forward on 5 September 2032, from midnight to one."""
    activity = a_course(starts_on=date(2032, 8, 1))
    pattern = a_pattern(weekdays=frozenset({6}), begins=time(0, 30), ends=time(2), first=date(2032, 8, 29),
                        last=date(2032, 9, 12))  # fmt: skip
    plan = service.plan(activity, pattern)
    assert [(each.day.day, each.wall.hour, each.shifted) for each in plan.days] == [
        (29, 0, False), (5, 1, True), (12, 0, False),
    ]  # fmt: skip
    assert {each.ends_at - each.starts_at for each in plan.days} == {timedelta(minutes=90)}


@pytest.mark.usefixtures("context")
def test_a_pattern_that_is_sent_twice_adds_each_class_session_once() -> None:
    activity = a_course()
    make_class_session(activity, starts_wall=datetime.fromisoformat("2032-09-07T18:00"))
    given = {"activity_ref": activity.public_id, "pattern": a_pattern(skipped=frozenset({date(2032, 9, 9)}))}
    seen = service.plan(activity, given["pattern"], holidays=True)
    assert [each.what for each in seen.days][:3] == ["there", "skipped", "added"]
    made = service.add_pattern(**given, holidays=True, expected=seen.tag, title="Taller")
    assert len(made) == len(seen.added)
    before = walls(activity)
    assert service.add_pattern(**given, holidays=True, expected=seen.tag) == []
    assert walls(activity) == before == sorted(before)
    assert "2032-09-09T18:00" not in before


@pytest.mark.usefixtures("context")
def test_what_changed_since_it_was_shown_is_not_added_unseen() -> None:
    activity = a_course()
    seen = service.plan(activity, a_pattern())
    make_class_session(activity, starts_wall=datetime.fromisoformat("2032-09-14T18:00"))
    with pytest.raises(errors.PatternChanged):
        service.add_pattern(activity_ref=activity.public_id, pattern=a_pattern(), expected=seen.tag)
    assert len(walls(activity)) == 1


@pytest.mark.usefixtures("context")
def test_public_holidays_and_days_outside_the_activity_are_named_and_left_out() -> None:
    activity = a_course(ends_on=date(2032, 9, 22))
    days = frozenset({5})
    plan = service.plan(activity, a_pattern(weekdays=days, last=date(2032, 9, 25)), holidays=True)
    assert [(each.day.day, each.what, bool(each.name)) for each in plan.days] == [
        (11, "added", False), (18, "holiday", True), (25, "outside", False),
    ]  # fmt: skip
    with pytest.raises(errors.ClassSessionsOutside):
        service.plan(activity, a_pattern(first=date(2032, 10, 1), last=date(2032, 10, 30)))


@pytest.fixture
def course(app: APIFlask) -> str:
    with app.app_context():
        people.coordinator()
        return a_course().public_id


def test_the_page_shows_the_days_before_it_adds_them(app: APIFlask, client: FlaskClient, course: str) -> None:
    people.sign_in(client, "coordinator@example.org")
    url = f"/coordinate/activities/{course}/class-sessions/pattern?lang=en"
    typed = {
        "weekdays": ["1", "3"], "begins": "18:00", "ends": "20:00", "every": "1", "first": "2032-09-06",
        "last": "2032-09-30", "zone": "America/Santiago", "skipped": "9/9/2032", "holidays": "y",
    }  # fmt: skip
    shown = people.form_post(client, url, typed)
    assert (shown.status_code, "Add 7 class sessions" in shown.text) == (200, True)
    with app.app_context():
        assert walls(queries.managed_outline(course, frozenset())) == []
    tag = shown.text.split('name="expected" value="')[1].split('"')[0]
    for said in ("7 class sessions were added.", "nothing was added"):
        answer = people.form_post(client, url, typed | {"expected": tag}, follow_redirects=True)
        assert said in answer.text
    with app.app_context():
        assert len(walls(queries.managed_outline(course, frozenset()))) == 7
    wrong = people.form_post(client, url, typed | {"skipped": "mañana", "weekdays": []})
    assert (wrong.status_code, "Something needs to be corrected" in wrong.text) == (422, True)


def test_json_shows_and_adds_the_same(app: APIFlask, client: FlaskClient, course: str) -> None:
    url, headers = f"/api/v1/activities/{course}/class-sessions/patterns", people.bearer(app, "coordinator@example.org")
    body = {"weekdays": [2, 4], "begins": "18:00:00", "ends": "20:00:00", "first": "2032-09-06", "number": 4}
    shown = client.post(url, json=body | {"dry_run": True}, headers=headers)
    assert (shown.status_code, shown.json["added"], len(shown.json["days"])) == (201, [], 4)
    made = client.post(url, json=body | {"expected": shown.json["tag"]}, headers=headers).json
    assert len(made["added"]) == 4
    assert client.post(url, json=body, headers=headers).json["added"] == []
    refused = client.post(url, json=body | {"weekdays": [8]}, headers=headers)
    assert refused.status_code == 422
    people_elsewhere = "elsewhere@example.org"
    with app.app_context():
        people.coordinator(people_elsewhere, division="statistics")
    assert client.post(url, json=body, headers=people.bearer(app, people_elsewhere)).status_code == 404
