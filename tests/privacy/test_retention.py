"""What is kept for a time goes when its time is over, not before; what must remain remains."""

import json
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
import time_machine
from apiflask import APIFlask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from ilpes_lms import doctor
from ilpes_lms.audit.chain import service as chain
from ilpes_lms.audit.models import AuditEntry, SeenPerson
from ilpes_lms.certificates.models import Certificate
from ilpes_lms.core import actor, clock, files
from ilpes_lms.core.database import Model, db, writing
from ilpes_lms.core.jobs import jobs_of
from ilpes_lms.enrolment.models import ApplicationAnswer, Enrolment, Invitation, Review
from ilpes_lms.notifications.models import BouncedAddress, Message
from ilpes_lms.people import service as people_service
from ilpes_lms.people.models import Attempt, Person
from ilpes_lms.privacy import service as privacy
from ilpes_lms.privacy.models import Erasure
from ilpes_lms.privacy.retention import errors, keeping, queries, rules, service, tasks
from ilpes_lms.privacy.retention.keeping import keeping_of
from ilpes_lms.privacy.retention.models import RetentionRun
from tests.factories import people
from tests.factories.certificates import make_issued
from tests.factories.keeping import MAKERS, application, attempts, failing_addresses, kept, messages, sights
from tests.factories.notifications import deliver_all, mailbox

ADMIN, ANA = "admin@example.org", "ana@example.org"
DAY = timedelta(days=1)


def due(kind: str) -> int:
    """Return how much of a kind is due now."""
    return queries.standing(kind).due.number


def at(moment: datetime) -> time_machine.travel:
    return time_machine.travel(moment, tick=False)


def number(model: type[Model]) -> int:
    return db.session.scalars(select(func.count()).select_from(model)).one()


def gone(kind: str) -> int:
    """Let go of a kind as often as it takes; return how much went."""
    one, before = keeping_of(kind), queries.before(queries.days_by_kind()[kind] or 0)
    total = 0
    while some := one.let_go(before):
        total += some
    return total


def test_every_kind_but_accounts_is_tried_here(context: APIFlask) -> None:
    assert {each.kind for each in keeping.registered()} == {*MAKERS, "unused_accounts"}


def test_every_usual_period_is_within_its_bounds(context: APIFlask) -> None:
    assert all(each.least <= each.days <= each.most for each in keeping.registered())


@pytest.mark.parametrize("kind", MAKERS)
def test_a_kind_goes_when_its_days_are_over_and_not_before(context: APIFlask, kind: str) -> None:
    since, days = MAKERS[kind](), keeping_of(kind).days
    with at(since + days * DAY - timedelta(hours=1)):
        assert (due(kind), gone(kind)) == (0, 0)
    with at(since + days * DAY + DAY):
        found = due(kind)
        assert found > 0
        assert gone(kind) == found
        assert (due(kind), gone(kind)) == (0, 0)


def test_of_a_message_the_fact_stays_and_it_can_not_be_sent_again(context: APIFlask) -> None:
    since = messages()
    with at(since + 731 * DAY):
        gone("messages")
    (left,) = db.session.scalars(select(Message).execution_options(populate_existing=True))
    assert (left.state, left.sent_to, left.sent_at) == ("sent", "b@example.org", left.due_at)
    assert (left.subject, left.text, left.values, left.erased) == ("", "", {}, True)


def test_somebody_s_own_address_that_fails_is_marked_until_it_works(context: APIFlask) -> None:
    people.person(ANA)
    since = failing_addresses()
    kept(BouncedAddress(address_key=ANA, reason="550 unknown", since=since))
    with at(since + 5000 * DAY):
        assert gone("failing_addresses") == 1
    assert list(db.session.scalars(select(BouncedAddress.address_key))) == [ANA]


def test_of_an_application_in_vain_the_standing_stays_without_a_word(context: APIFlask) -> None:
    made, activity = application()
    facts = (made.state, made.sex, made.country)
    with at(clock.now() + timedelta(days=(activity.ends_on - clock.today("America/Santiago")).days + 732)):
        gone("applications")
        gone("unsent_files")
    left = db.session.get_one(Enrolment, made.id, populate_existing=True)
    assert (left.state, left.sex, left.country) == facts
    assert (left.motivation, number(ApplicationAnswer), number(Review)) == ("", 0, 0)
    assert files.all_keys() == []


def test_the_link_of_an_invitation_that_went_opens_nothing(context: APIFlask) -> None:
    since = MAKERS["invitations"]()
    before = db.session.scalars(select(Invitation.link_digest)).one()
    with at(since + 366 * DAY):
        gone("invitations")
    (left,) = db.session.scalars(select(Invitation).execution_options(populate_existing=True))
    assert (left.email, left.state) == ("", "withdrawn")
    assert left.link_digest != before


def test_the_record_of_deeds_is_whole_when_it_no_longer_knows_whose_data_was_shown(context: APIFlask) -> None:
    since = sights()
    entries = number(AuditEntry)
    with at(since + 1826 * DAY):
        gone("sights")
    seen = db.session.scalars(select(SeenPerson).execution_options(populate_existing=True)).one()
    assert (seen.person_ref, bool(seen.seal)) == ("", True)
    assert number(AuditEntry) == entries + 1
    chain.chain()
    assert chain.verify([]).faults == []


def test_what_must_remain_remains_for_ever(context: APIFlask) -> None:
    issued = make_issued(email=ANA)
    kept(Erasure(digest="d", at=clock.now()))
    remaining = (Certificate, Enrolment, Person, Erasure)
    before = [number(model) for model in remaining]
    name, key = issued.certificate.content["holder"], issued.certificate.file_key
    entries = number(AuditEntry)
    with at(clock.now() + 40 * 365 * DAY):
        service.let_go()
        assert [run.error for run in db.session.scalars(select(RetentionRun))] == [""] * len(keeping.registered())
    db.session.expire_all()
    assert [number(model) for model in remaining] == before
    assert number(AuditEntry) >= entries
    left = db.session.scalars(select(Certificate).where(Certificate.file_key == key)).one()
    assert (left.content["holder"], files.is_kept(key or "")) == (name, True)


# The night


@given(st.dates(min_value=date(1, 1, 2)), st.times())
def test_the_last_night_is_past_and_less_than_a_day_ago(day: date, hour: time) -> None:
    wall = datetime.combine(day, hour)
    assert timedelta(0) <= wall - rules.night(wall) < DAY
    assert rules.night(wall).hour == 3


def test_each_kind_has_one_turn_a_night(context: APIFlask) -> None:
    attempts()
    with at(clock.now() + 2 * DAY):
        assert service.let_go() == 1
        kept(Attempt(key="k", at=clock.now() - 5 * DAY))
        assert service.let_go() == 0
        assert service.let_go(at_night=False) == 1
    with at(clock.now() + 4 * DAY):
        kept(Attempt(key="k", at=clock.now() - 5 * DAY))
        tasks.let_go()
    assert number(Attempt) == 0


def test_a_batch_is_not_all(context: APIFlask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ilpes_lms.core.keeping.AT_ONCE", 2)
    kept(*(Attempt(key="k", at=clock.now() - 5 * DAY) for _ in range(5)))
    assert service.let_go() == 5
    run = queries.run_of("attempts")
    assert run is not None
    assert (run.let_go, run.left_over, run.is_under_way) == (5, 0, False)


def test_a_kind_that_fails_stops_no_other_and_is_tried_again(
    context: APIFlask, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempts()
    good = keeping_of("links")
    known = context.extensions["ilpes-retention"]

    def fails(_before: datetime) -> int:
        raise RuntimeError

    with at(clock.now() + 2 * DAY):
        monkeypatch.setitem(known, "attempts", replace(known["attempts"], let_go=fails))
        service.let_go()
        assert queries.health().failed == ["attempts"]
        assert queries.run_of(good.kind) is not None
        assert "attempts failed" in said_by_doctor(context)
        monkeypatch.undo()
        assert service.let_go() == 1
        assert queries.health().failed == []


def test_who_comes_while_another_works_leaves_the_kind_to_them(context: APIFlask) -> None:
    attempts()
    with at(clock.now() + 2 * DAY):
        now = clock.now()
        kept(RetentionRun(kind="attempts", started_at=now, touched_at=now, let_go=3))
        assert service.let_go() == 0
    with at(now + timedelta(minutes=11)):
        assert service.let_go() == 1
        run = queries.run_of("attempts")
        assert run is not None
        assert run.let_go == 4


def test_one_that_is_cut_off_every_night_is_told_by_the_doctor(context: APIFlask) -> None:
    service.let_go()
    with at(clock.now() + 3 * DAY):
        service.let_go()
        with writing() as session:
            cut_off = update(RetentionRun).where(RetentionRun.kind == "attempts")
            session.execute(cut_off.values(ended_at=clock.now() - 3 * DAY))
        assert "two days" in said_by_doctor(context)


def test_it_is_a_job_of_every_hour(app: APIFlask) -> None:
    assert jobs_of(app).registered[tasks.LET_GO].every == 3600


def said_by_doctor(app: APIFlask, environment: str = "test") -> str:
    found = doctor.look_around(replace(app.config["SETTINGS"], environment=environment))
    return next(each.warning for each in found if each.name == "retention")


def test_the_doctor_says_when_nothing_was_let_go_for_two_days_and_what_is_overdue(context: APIFlask) -> None:
    assert "two days" in said_by_doctor(context, "production")
    service.let_go()
    assert said_by_doctor(context, "production") == ""
    with writing() as session:
        run = session.scalars(select(RetentionRun).where(RetentionRun.kind == "attempts")).one()
        run.left_over = 7
    assert "Of attempts 7 are overdue" in said_by_doctor(context)
    with at(clock.now() + 3 * DAY):
        assert "two days" in said_by_doctor(context)


def test_a_dry_run_says_what_is_due_and_changes_nothing(app: APIFlask) -> None:
    with app.app_context():
        kept(Attempt(key="k", at=clock.now() - 5 * DAY))
    run = app.test_cli_runner().invoke
    said = {each["kind"]: each for each in json.loads(run(args=["retention", "--dry-run", "--format", "json"]).output)}
    assert (said["attempts"]["due"], said["attempts"]["days"]) == (1, 1)
    assert "let go: 1" in run(args=["retention"]).output
    assert "due: 0" in run(args=["retention", "--dry-run"]).output


# The periods


def test_a_period_is_changed_within_its_bounds_with_a_reason_and_on_record(context: APIFlask) -> None:
    service.change_period(kind="messages", days=365, reason="Decided by the board", seen=0)
    assert queries.days_by_kind()["messages"] == 365
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.verb == "retention.changed")).one()
    assert (entry.object_id, entry.details["before"], entry.details["days"]) == ("messages", 730, 365)
    for days, reason, refusal in (
        (89, "x", errors.PeriodOutOfBounds), (3651, "x", errors.PeriodOutOfBounds), (365, " ", errors.ReasonMissing),
    ):  # fmt: skip
        with pytest.raises(refusal):
            service.change_period(kind="messages", days=days, reason=reason, seen=1)
    with pytest.raises(errors.PeriodChanged):
        service.change_period(kind="messages", days=400, reason="x", seen=0)
    with pytest.raises(errors.NoSuchKind):
        service.change_period(kind="certificates", days=400, reason="x", seen=0)


def test_what_is_kept_for_ever_is_never_due(context: APIFlask) -> None:
    since = attempts()
    service.change_period(kind="attempts", days=None, reason="An inquiry", seen=0)
    with at(since + 900 * DAY):
        assert due("attempts") == 0
        assert service.let_go() == 0
    assert number(Attempt) == 1


def test_a_longer_period_keeps_longer(context: APIFlask) -> None:
    since = attempts()
    service.change_period(kind="attempts", days=30, reason="An inquiry", seen=0)
    with at(since + 29 * DAY):
        assert due("attempts") == 0
    with at(since + 31 * DAY):
        assert due("attempts") == 1


@pytest.fixture
def admin(app: APIFlask, client: FlaskClient) -> FlaskClient:
    with app.app_context():
        people.administrator(ADMIN)
    people.sign_in(client, ADMIN)
    return client


def test_the_page_shows_each_kind_and_changes_its_period(app: APIFlask, admin: FlaskClient) -> None:
    with app.app_context():
        kept(Attempt(key="k", at=clock.now() - 5 * DAY))
    page = admin.get("/admin/retention?lang=en").text
    assert "Accounts that nobody uses" in page
    assert "3 years since the last sign-in" in page
    assert "/admin/retention" in admin.get("/admin?lang=en").text
    one = "/admin/retention/attempts"
    assert "From 1 to 30 days" in admin.get(one + "?lang=en").text
    refused = people.form_post(admin, one, {"days": "31", "reason": "x", "version": "0"})
    assert (refused.status_code, "31" in refused.text) == (422, True)
    assert people.form_post(admin, one, {"days": "10", "reason": "x", "version": "0"}).status_code == 303
    assert people.form_post(admin, one, {"days": "11", "reason": "x", "version": "0"}).status_code == 409
    assert "10 days since the attempt" in admin.get("/privacy?lang=en").text
    assert people.form_post(admin, one, {"for_ever": "y", "reason": "x", "version": "1"}).status_code == 303
    assert "for ever" in admin.get("/admin/retention?lang=en").text


def test_the_page_warns_when_the_nights_stop_and_not_before_the_first(app: APIFlask, admin: FlaskClient) -> None:
    warning = "Nothing was let go for two days"
    assert warning not in admin.get("/admin/retention?lang=en").text
    with app.app_context():
        service.let_go()
    assert warning not in admin.get("/admin/retention?lang=en").text
    with app.app_context(), writing() as session:
        session.execute(update(RetentionRun).values(ended_at=clock.now() - 3 * DAY))
    assert warning in admin.get("/admin/retention?lang=en").text


def test_a_page_of_a_kind_that_is_none_is_not_there(admin: FlaskClient) -> None:
    assert admin.get("/admin/retention/certificates").status_code == 404


def test_programs_read_the_schedule_and_change_a_period(app: APIFlask, admin: FlaskClient) -> None:
    mine, one = people.bearer(app, ADMIN), "/api/v1/retention/attempts"
    listed = admin.get("/api/v1/retention", headers=mine).json["items"]
    assert {each["kind"] for each in listed} == {*MAKERS, "unused_accounts"}
    sent = {"days": 10, "reason": "Decided"}
    assert admin.put(one, json=sent, headers=mine).status_code == 428
    tag = admin.get(one, headers=mine).headers["ETag"]
    changed = admin.put(one, json=sent, headers={**mine, "If-Match": tag})
    assert (changed.json["days"], changed.json["version"], changed.json["usual_days"]) == (10, 1, 1)
    assert admin.put(one, json=sent, headers={**mine, "If-Match": tag}).status_code == 412
    assert admin.put(one, json={"days": 0, "reason": "x"}, headers={**mine, "If-Match": '"1"'}).status_code == 422
    assert admin.get("/api/v1/privacy-notice").json["days"]["attempts"] == 10


# Accounts that nobody uses


@pytest.fixture
def ana(context: APIFlask) -> int:
    return people.person(ANA).id


def is_erased(person_id: int) -> bool:
    db.session.expire_all()
    return db.session.get_one(Person, person_id).forgotten_at is not None


def nights(first: datetime, days: int) -> None:
    """Let so many nights pass, far enough apart that each has its turn."""
    for each in range(0, days, 5):
        with at(first + each * DAY):
            service.let_go()


def test_somebody_is_told_a_month_before_and_then_erased(app: APIFlask, ana: int) -> None:
    begins = clock.now() + (1095 - 31) * DAY
    with at(begins):
        service.let_go()
        deliver_all(app)
    assert mailbox(app, ANA) == []
    told = begins + 2 * DAY
    with at(told):
        service.let_go()
        deliver_all(app)
        (letter,) = mailbox(app, ANA)
    assert "/my" in letter.get_body(("plain",)).get_content()
    nights(told + DAY, 29)
    assert not is_erased(ana)
    with at(told + 31 * DAY):
        assert due("unused_accounts") == 1
        service.let_go()
    assert is_erased(ana)


def test_who_signs_in_after_being_told_stays_and_is_told_anew_years_later(app: APIFlask, ana: int) -> None:
    told = clock.now() + 1090 * DAY
    with at(told):
        service.let_go()
    with at(told + 3 * DAY):
        people_service.open_sign_in(account_id=people.account(ANA).id)
    nights(told + 4 * DAY, 60)
    assert not is_erased(ana)
    with at(told + 3 * DAY + 1090 * DAY):
        service.let_go()
        letters = select(func.count()).where(Message.kind == service.UNUSED)
        assert db.session.scalar(letters) == 2


def test_nobody_is_erased_who_was_not_told(context: APIFlask, ana: int) -> None:
    with at(clock.now() + 3000 * DAY):
        assert due("unused_accounts") == 0
        service.let_go()
    assert not is_erased(ana)


def signed_in_as_the_night_came(monkeypatch: pytest.MonkeyPatch, *, asked_again: bool) -> int:
    """Let somebody sign in once the night has found them; return how many it erased."""
    with at(clock.now() + 1090 * DAY):
        service.let_go()
    forget = privacy.forget_those

    def comes_back(refs: Collection[str], still: Callable[[int], bool]) -> int:
        people_service.open_sign_in(account_id=people.account(ANA).id)
        return forget(refs, still if asked_again else lambda _person_id: True)

    monkeypatch.setattr(privacy, "forget_those", comes_back)
    with at(clock.now() + 1130 * DAY):
        return service.erase_unused(queries.before(1095))


def test_who_signs_in_as_the_night_comes_to_them_stays(ana: int, monkeypatch: pytest.MonkeyPatch) -> None:
    assert signed_in_as_the_night_came(monkeypatch, asked_again=True) == 0
    assert not is_erased(ana)


def test_without_asking_again_they_would_be_erased(ana: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control."""
    assert signed_in_as_the_night_came(monkeypatch, asked_again=False) == 1
    assert is_erased(ana)


@pytest.mark.parametrize("why", ["certificate", "office", "no address"])
def test_who_has_a_reason_to_stay_is_neither_told_nor_erased(context: APIFlask, why: str) -> None:
    person = make_issued(email=ANA).holder if why == "certificate" else people.person(ANA)
    if why == "office":
        people_service.grant_role(person_id=person.id, role="coordinator")
    if why == "no address":
        with writing():
            person.emails[0].verified_at = None
    for days in (1090, 1130, 4000):
        with at(clock.now() + days * DAY):
            service.let_go()
    assert not is_erased(person.id)
    assert db.session.scalar(select(func.count()).where(Message.kind == service.UNUSED)) == 0


def test_the_actor_of_a_night_is_the_job(app: APIFlask) -> None:
    with app.app_context(), actor.acting(f"job:{tasks.LET_GO}"):
        since = sights()
        with at(since + 1826 * DAY):
            service.let_go()
        erased = db.session.scalars(select(AuditEntry).where(AuditEntry.verb == "audit.erased")).one()
        assert erased.actor == f"job:{tasks.LET_GO}"
