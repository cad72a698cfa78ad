"""What it takes to complete an activity, on its page and in JSON: demands of the platform, usual rules, history."""

import re
from decimal import Decimal

import pytest

from ilpes_lms.attendance import queries, rules
from ilpes_lms.attendance.rules import Rule, presets
from tests.factories.attendance import make_taught
from tests.factories.people import bearer, coordinator, form_post, sign_in

TEACHER, COORDINATOR = "teacher@example.org", "coordinator@example.org"


@pytest.fixture
def taught(app):
    with app.app_context():
        coordinator()
        return make_taught(instructor=TEACHER, sessions=3, participants=2, hours=Decimal(40))


def page_of(taught) -> str:
    return f"/teach/activities/{taught.activity.public_id}/rule?lang=en"


def in_force(app, taught) -> Rule:
    with app.app_context():
        return queries.rule_in_force(taught.activity)


def test_the_page_asks_for_grade_and_tasks_too(app, client, taught) -> None:
    sign_in(client, COORDINATOR)
    data = {"minimum_share": "50", "grade": "60.5", "tasks": "75", "any_of": "y", "version": "1"}
    assert form_post(client, page_of(taught), data).status_code == 303
    assert in_force(app, taught) == Rule(
        Decimal("0.500"), at_least_one=False, version=2, grade=Decimal("60.5"), tasks=Decimal("0.750"), any_of=True
    )
    text = client.get(page_of(taught)).text
    assert "A grade of at least 60.5 of 100" in text
    assert "Una nota de al menos 60,5 sobre 100" in client.get(page_of(taught).replace("=en", "=es")).text
    assert "One of these is enough." in text
    assert 'value="60.5"' in text


@pytest.mark.parametrize(
    "wrong", [{"grade": "101"}, {"grade": "NaN"}, {"grade": "A"}, {"tasks": "101"}, {"tasks": "-1"}]
)
def test_nonsense_stands_beside_its_field(client, taught, wrong) -> None:
    sign_in(client, COORDINATOR)
    answer = form_post(client, page_of(taught), {"minimum_share": "50", "version": "1", **wrong})
    assert answer.status_code == 422
    assert f'id="{next(iter(wrong))}-error"' in answer.text


def test_a_usual_rule_is_taken_over_by_one_button(app, client, taught) -> None:
    sign_in(client, COORDINATOR)
    text = client.get(page_of(taught)).text
    assert "Minutes: 80 % of the planned hours" in text
    forms = re.findall(r'<form class="post-button".*?</form>', text, re.DOTALL)
    graded = next(form for form in forms if "Course with a grade" in form)
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', graded))
    assert form_post(client, page_of(taught), fields).status_code == 303
    rule = in_force(app, taught)
    assert (rule.minimum_share, rule.grade) == (Decimal("0.800"), Decimal(60))
    assert "Course with a grade" not in client.get(page_of(taught)).text


def test_who_changed_what_when_is_shown_to_who_teaches(client, taught) -> None:
    sign_in(client, COORDINATOR)
    form_post(client, page_of(taught), {"minimum_share": "50", "version": "1"})
    sign_in(client, TEACHER)
    text = client.get(page_of(taught)).text
    assert text.index("At least 50 %") < text.index("Usual rule of this kind of activity")
    assert "Ana María Soto Rojas" in text
    assert "Save the rule" not in text


def test_an_instructor_of_another_activity_sees_no_rule(app, client, taught) -> None:
    with app.app_context():
        make_taught(instructor="other@example.org")
    sign_in(client, "other@example.org")
    assert client.get(page_of(taught)).status_code == 404
    for more in ("versions", "presets"):
        url = f"/api/v1/activities/{taught.activity.public_id}/completion-rule/{more}"
        assert client.get(url, headers=bearer(app, "other@example.org")).status_code == 404


def test_programs_take_over_usual_rules_and_see_the_history(app, client, taught) -> None:
    headers = bearer(app, COORDINATOR)
    url = f"/api/v1/activities/{taught.activity.public_id}/completion-rule"
    usual = client.get(f"{url}/presets?lang=en", headers=headers).json["items"]
    assert [one["code"] for one in usual] == [
        "course", "course_graded", "self_paced", "self_paced_graded", "minutes", "attended_any"
    ]  # fmt: skip
    for version, one in enumerate(usual[1:], start=1):
        answer = client.put(url, json=one["rule"], headers={**headers, "If-Match": f'"{version}"'})
        assert (answer.status_code, answer.json["version"]) == (200, version + 1)
    found = client.get(f"{url}/versions", headers=headers).json["items"]
    assert [change["rule"]["version"] for change in found] == [6, 5, 4, 3, 2, 1]
    assert (found[-1]["set_by"], found[-2]["rule"]["grade"]) == (None, 60.0)
    assert str(found[-2]["set_by"]).startswith("Ana María Soto Rojas")


@pytest.mark.parametrize("hours", [None, Decimal(0), Decimal("0.01"), Decimal(40)])
@pytest.mark.parametrize("kind", ["webinar", "international_open"])
def test_every_usual_rule_asks_for_something(kind, hours) -> None:
    for preset in presets(kind, hours):
        assert rules.same_demands(rules.checked_rule(preset.rule), preset.rule)
