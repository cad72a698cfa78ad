"""One link, one last place, many hands at the same moment; and what protects them."""

import io
import threading
from collections import Counter
from typing import Any

import pytest
from apiflask import APIFlask
from sqlalchemy import select

from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core.database import db
from ilpes_lms.core.errors import DomainError
from ilpes_lms.enrolment import errors, queries, service
from ilpes_lms.enrolment.models import Enrolment, NominationQuota
from tests.enrolment.test_races import at_once, check_places, in_context, on_postgresql
from tests.factories.catalogue import make_activity
from tests.factories.enrolment import make_quota, make_someone, token_of

NAMES = {"given_names": "Luz", "first_surname": "Paz"}


def refusals(done: list[Any]) -> Counter[type]:
    assert [one for one in done if isinstance(one, Exception) and not isinstance(one, DomainError)] == []
    return Counter(type(one) for one in done if isinstance(one, DomainError))


def invited(app: APIFlask, people: int, **terms: Any) -> tuple[str, str, list[int]]:
    with app.app_context():
        activity = make_activity(kind="international_open", capacity=20)
        service.invite(activity_ref=activity.public_id, email="luz@example.org", **NAMES, **terms)
        return activity.public_id, token_of("enrolment.invitation"), [make_someone().id for _ in range(people)]


def without_lock(monkeypatch: pytest.MonkeyPatch, readers: int, read: str) -> None:
    """Let everyone read before anyone writes, which is what the lock makes impossible."""
    everyone_has_read, seen, true = threading.Barrier(readers), threading.local(), getattr(queries, read)

    def read_together(*args: Any, **kwargs: Any) -> Any:
        found = true(*args, **kwargs)
        if not getattr(seen, "already", False):
            seen.already = True
            everyone_has_read.wait(30)
        return found

    monkeypatch.setattr(catalogue, "lock", lambda activity_id: db.session.get(Activity, activity_id))
    monkeypatch.setattr(queries, read, read_together)


def test_one_link_used_by_ten_people_at_once_lets_one_in(app: APIFlask) -> None:
    activity_ref, token, people = invited(app, 10)
    done = at_once([in_context(app, service.accept_invitation, token=token, person_id=one) for one in people])
    assert refusals(done) == {errors.InvitationUsed: 9}
    assert check_places(app, activity_ref) == {"confirmed": 1}


@on_postgresql
def test_without_the_lock_one_link_lets_two_in(app: APIFlask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control, with a link that leads to the committee: no place number stands in the way."""
    activity_ref, token, people = invited(app, 2, skips_selection=False)
    without_lock(monkeypatch, 2, "enrolment_of")
    at_once(
        [
            in_context(app, service.accept_invitation, token=token, person_id=one, motivation="Planning")
            for one in people
        ]
    )
    with app.app_context():
        statement = select(Enrolment).join(Enrolment.activity).where(Activity.public_id == activity_ref)
        assert len(db.session.scalars(statement).all()) == 2


def test_accepting_and_declining_at_once_leaves_one_answer(app: APIFlask) -> None:
    activity_ref, token, (one,) = invited(app, 1)
    done = at_once(
        [
            in_context(app, service.accept_invitation, token=token, person_id=one),
            in_context(app, service.decline_invitation, token=token),
        ]
    )
    assert sum(refusals(done).values()) == 1
    with app.app_context():
        state = queries.invitation_by_token(token).state
    assert check_places(app, activity_ref) == ({"confirmed": 1} if state == "accepted" else {})


def last_place(app: APIFlask) -> tuple[int, list[Any]]:
    """Return a quota with one place, and two tabs that fill it: one by a person, one by a list."""
    with app.app_context():
        quota, token = make_quota(make_activity(kind="national_restricted", capacity=20), places=1)
        lines = service.read_list(io.BytesIO(b"Ana;Rey;ana@example.org"))
        number = quota.id
    one = in_context(app, service.nominate, token=token, email="luz@example.org", **NAMES)
    return number, [one, in_context(app, service.nominate_list, token=token, lines=lines)]


def test_the_last_place_of_an_institution_is_filled_once_by_two_tabs(app: APIFlask) -> None:
    quota, tabs = last_place(app)
    done = at_once(tabs)
    assert sum(refusals(done).values()) == 1
    with app.app_context():
        assert queries.filled(quota) == 1


@on_postgresql
def test_without_the_lock_two_tabs_fill_it_twice(app: APIFlask, monkeypatch: pytest.MonkeyPatch) -> None:
    quota, tabs = last_place(app)
    without_lock(monkeypatch, 2, "filled")
    at_once(tabs)
    with app.app_context():
        assert queries.filled_of([quota]) == {quota: 2}


def test_places_taken_back_while_they_are_being_filled_never_leave_fewer_than_are_filled(app: APIFlask) -> None:
    for _round in range(5):
        with app.app_context():
            activity = make_activity(kind="national_restricted", capacity=20)
            quota, token = make_quota(activity, places=4)
            number, where = quota.id, {"activity_ref": activity.public_id, "quota_ref": quota.public_id}
        filling = [in_context(app, service.nominate, token=token, email=f"n{n}@example.org", **NAMES) for n in range(4)]
        refused = refusals(at_once([in_context(app, service.take_places_back, version=1, **where), *filling]))
        assert set(refused) <= {errors.QuotaFull, errors.NothingToTakeBack}
        with app.app_context():
            found = db.session.get(NominationQuota, number)
            assert found is not None
            assert found.places == queries.filled(number)


def test_two_sweeps_at_once_remind_once(app: APIFlask) -> None:
    from tests.enrolment.test_invitations import nearly_over

    with app.app_context():
        activity = make_activity(starts_in=60)
        nearly_over(service.invite(activity_ref=activity.public_id, email="luz@example.org", **NAMES))
    assert sum(at_once([in_context(app, service.remind_invited)] * 4)) == 1
