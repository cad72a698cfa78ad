"""Modules of an activity: hours of their own, class sessions that belong to them, by page and by JSON."""

from decimal import Decimal

import pytest
from sqlalchemy import select

from ilpes_lms.catalogue import queries, service
from ilpes_lms.catalogue.errors import NotPositive, TitleMissing, TooManyModules, UnknownChoice, UnknownLanguage
from ilpes_lms.catalogue.models import ClassSession
from ilpes_lms.catalogue.service import modules as verbs
from ilpes_lms.core.database import db
from ilpes_lms.core.errors import NotFound
from tests.factories.catalogue import make_activity, make_class_session
from tests.factories.people import bearer, coordinator, form_post, sign_in

COORDINATOR = "coordinator@example.org"


@pytest.fixture
def activity(app):
    with app.app_context():
        coordinator()
        made = make_activity("international_open", days=5)
        made.refs = [make_class_session(made, starts_in=10 + day).public_id for day in range(3)]
        return made


def belonging(activity) -> list[str | None]:
    """Return for each class session the title of its module."""
    db.session.expire_all()
    titles = {one.id: one.titles["es"] for one in queries.modules_of(activity.id)}
    return [titles.get(one.module_id or 0) for one in queries.class_sessions(activity.id)]


def add(activity, title: str, *places: int, hours: int | None = 4):
    return service.add_module(
        activity_ref=activity.public_id, titles={"es": title}, hours=Decimal(hours) if hours else None,
        class_sessions=[activity.refs[place] for place in places],
    )  # fmt: skip


def test_a_class_session_belongs_to_the_module_that_was_said_last(context, activity) -> None:
    first = add(activity, "Uno", 0, 1)
    add(activity, "Dos", 1, 2)
    assert belonging(activity) == ["Uno", "Dos", "Dos"]
    service.move_module(activity_ref=activity.public_id, module_ref=first.public_id, direction="down")
    assert [(one.number, one.titles["es"]) for one in queries.modules_of(activity.id)] == [(1, "Dos"), (2, "Uno")]
    service.remove_module(activity_ref=activity.public_id, module_ref=first.public_id)
    assert belonging(activity) == [None, "Dos", "Dos"]


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"titles": {}}, TitleMissing), ({"titles": {"es": " \u200b "}}, TitleMissing),
        ({"titles": {"xx": "Uno"}}, UnknownLanguage), ({"hours": Decimal(0)}, NotPositive),
        ({"hours": Decimal(-1)}, NotPositive), ({"hours": Decimal("NaN")}, NotPositive),
        ({"hours": Decimal(10_000)}, NotPositive), ({"class_sessions": ["nowhere"]}, UnknownChoice),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(context, activity, changes, error) -> None:
    with pytest.raises(error):
        service.add_module(**{"activity_ref": activity.public_id, "titles": {"es": "Uno"}, **changes})
    assert queries.modules_of(activity.id) == []


def test_class_sessions_and_modules_of_another_activity_do_not_exist(context, activity) -> None:
    other = make_activity("international_open", days=5)
    theirs = make_class_session(other, starts_in=11)
    with pytest.raises(UnknownChoice):
        service.add_module(activity_ref=activity.public_id, titles={"es": "x"}, class_sessions=[theirs.public_id])
    mine = add(activity, "Uno")
    with pytest.raises(NotFound):
        service.remove_module(activity_ref=other.public_id, module_ref=mine.public_id)


def test_modules_have_an_end(context, activity, monkeypatch) -> None:
    monkeypatch.setattr(verbs, "MOST_MODULES", 1)
    add(activity, "Uno")
    with pytest.raises(TooManyModules):
        add(activity, "Dos")


def test_a_copy_has_the_same_modules_with_its_own_class_sessions(context, activity) -> None:
    add(activity, "Uno", 0)
    add(activity, "Dos", 1, 2, hours=None)
    copy = service.clone(activity_ref=activity.public_id)
    assert [(one.number, one.titles, one.hours) for one in queries.modules_of(copy.id)] == [
        (1, {"es": "Uno"}, Decimal(4)), (2, {"es": "Dos"}, None),
    ]  # fmt: skip
    assert belonging(copy) == ["Uno", "Dos", "Dos"]
    of_copy = db.session.scalars(select(ClassSession.module_id).where(ClassSession.activity_id == copy.id))
    assert set(of_copy) == {one.id for one in queries.modules_of(copy.id)}


def test_a_coordinator_divides_an_activity_on_its_page(app, client, activity) -> None:
    sign_in(client, COORDINATOR)
    page = f"/coordinate/activities/{activity.public_id}/modules?lang=en"
    assert "No modules" in client.get(page).text
    data = {"titles_es": "Planificación", "hours": "12.5", "class_sessions": activity.refs[:2]}
    assert form_post(client, page, data).status_code == 303
    text = client.get(page).text
    assert "12.5 hours; class sessions 1, 2" in text
    with app.app_context():
        ref = queries.modules_of(activity.id)[0].public_id
    one = f"/coordinate/activities/{activity.public_id}/modules/{ref}?lang=en"
    assert 'value="12.5"' in client.get(one).text
    assert (
        form_post(client, one, {"titles_es": "Otra", "hours": "", "class_sessions": activity.refs[2:]}).status_code
        == 303
    )
    assert "hours not said; class sessions 3" in client.get(page).text
    assert form_post(client, one.replace("?", "/remove?"), page=page).status_code == 303
    assert "No modules" in client.get(page).text


@pytest.mark.parametrize(
    ("data", "field"),
    [({"titles_es": ""}, "titles_es"), ({"titles_es": "x", "hours": "0"}, "hours"),
     ({"titles_es": "x", "hours": "many"}, "hours"), ({"titles_es": "x", "class_sessions": "no"}, "class_sessions")],
)  # fmt: skip
def test_nonsense_stands_beside_its_field(client, activity, data, field) -> None:
    sign_in(client, COORDINATOR)
    answer = form_post(client, f"/coordinate/activities/{activity.public_id}/modules", data)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text


def test_programs_do_the_same(app, client, activity) -> None:
    headers = bearer(app, COORDINATOR)
    url = f"/api/v1/coordinate/activities/{activity.public_id}/modules"
    body = {"titles": {"es": "Uno"}, "hours": 4, "class_sessions": activity.refs[:1]}
    made = client.post(url, json=body, headers=headers)
    assert (made.status_code, made.json["items"][0]["class_sessions"]) == (201, activity.refs[:1])
    client.post(url, json={"titles": {"en": "Two"}}, headers=headers)
    first, second = client.get(url, headers=headers).json["items"]
    assert (first["hours"], second["hours"]) == (4, None)
    moved = client.post(f"{url}/{second['ref']}/moves", json={"direction": "up"}, headers=headers).json["items"]
    assert [one["ref"] for one in moved] == [second["ref"], first["ref"]]
    changed = client.put(f"{url}/{first['ref']}", json={**body, "class_sessions": []}, headers=headers)
    assert changed.json["items"][1]["class_sessions"] == []
    assert client.put(f"{url}/{first['ref']}", json={**body, "hours": 0}, headers=headers).status_code == 422
    assert client.delete(f"{url}/{first['ref']}", headers=headers).status_code == 204
    assert len(client.get(url, headers=headers).json["items"]) == 1


def test_another_division_s_activity_does_not_exist(app, client, activity) -> None:
    with app.app_context():
        coordinator("other@example.org", division="statistics")
        ref = add(activity, "Uno").public_id
    headers = bearer(app, "other@example.org")
    url = f"/api/v1/coordinate/activities/{activity.public_id}/modules"
    assert client.get(url, headers=headers).status_code == 404
    assert client.delete(f"{url}/{ref}", headers=headers).status_code == 404
    sign_in(client, "other@example.org")
    assert client.get(f"/coordinate/activities/{activity.public_id}/modules").status_code == 404
