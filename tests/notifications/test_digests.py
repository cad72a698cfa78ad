"""One message a day for who chose it: each item once, none that is no longer due, and nothing lost in between."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from apiflask import APIFlask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from ilpes_lms.core.database import db
from ilpes_lms.notifications import digests, kinds, notes, rules, service
from ilpes_lms.notifications.kinds import Kind, Values
from tests.factories import people
from tests.factories.notifications import (
    Question,
    Sink,
    add_person,
    deliver_all,
    greet,
    mail_over,
    mailbox,
    messages,
    text_of,
)

# Ten in the morning in Bogotá.
MORNING = datetime(2027, 4, 6, 15, tzinfo=UTC)
SEVEN_IN_THE_EVENING = datetime(2027, 4, 7, 0, tzinfo=UTC)


def _ends(values: Values, _person_id: int | None) -> datetime | None:
    return datetime.fromisoformat(values["ends"]) if "ends" in values else None


@pytest.fixture
def ana(app: APIFlask, question: Question) -> int:
    """Ana in Bogotá wants one message a day, at seven in the evening."""
    kinds.register(
        app, Kind("test.news", "test/mail/greeting", is_due=question, essential=False, label="News", ends=_ends)
    )  # fmt: skip
    with app.app_context(), time_machine.travel(MORNING):
        person = add_person(language="en", zone="America/Bogota")
        service.choose_digest(person_id=person.id, hour=19)
        return person.id


def news(app: APIFlask, person_id: int, *titles: str, **values: str) -> None:
    with app.app_context():
        for title in titles:
            service.send(kind="test.news", key=title, values={"title": title, **values}, person_id=person_id)


def at(app: APIFlask, moment: datetime) -> None:
    with time_machine.travel(moment):
        deliver_all(app)


def states(app: APIFlask) -> list[tuple[str, str]]:
    return [(m.values.get("title", "summary"), m.state) for m in messages(app)]


def test_what_is_not_essential_waits_and_leaves_in_one_message_at_the_chosen_hour(app: APIFlask, ana: int) -> None:
    with time_machine.travel(MORNING):
        news(app, ana, "first", "second")
        with app.app_context():
            greet("essential", to=None, person_id=ana)
    at(app, MORNING)
    assert [letter["Subject"] for letter in mailbox(app)] == ["Hello there"]
    at(app, SEVEN_IN_THE_EVENING - timedelta(minutes=1))
    assert len(mailbox(app)) == 1
    at(app, SEVEN_IN_THE_EVENING)
    at(app, SEVEN_IN_THE_EVENING + timedelta(days=1))
    _, summary = mailbox(app)
    assert summary["Subject"] == "2 messages for you today"
    assert summary["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert [f"Ana Soto: {title}" in text_of(summary) for title in ("first", "second")] == [True, True]
    assert {state for _, state in states(app)} == {"sent"}
    assert text_of(summary).count("Hello Ana Soto,") == 1
    items = [m for m in messages(app) if m.kind == "test.news"]
    assert {(m.sent_to, m.note, m.attempts) for m in items} == {("ana@example.org", digests.IN_SUMMARY, 0)}
    assert "second" in items[1].text


def test_what_is_no_longer_due_is_left_out_and_an_empty_summary_is_not_sent(
    app: APIFlask, ana: int, question: Question
) -> None:
    with time_machine.travel(MORNING):
        news(app, ana, "first", "second")
    at(app, MORNING)
    question.due = False
    at(app, SEVEN_IN_THE_EVENING)
    assert mailbox(app) == []
    assert states(app) == [("first", "skipped"), ("second", "skipped"), ("summary", "skipped")]
    assert messages(app)[2].note == digests.EMPTY


def test_what_would_come_too_late_in_the_summary_comes_by_itself(app: APIFlask, ana: int) -> None:
    with time_machine.travel(MORNING):
        news(app, ana, "soon", ends=(MORNING + timedelta(hours=2)).isoformat())
        news(app, ana, "late", ends=(MORNING + timedelta(days=2)).isoformat())
    at(app, MORNING)
    assert [letter["Subject"] for letter in mailbox(app)] == ["Hello soon"]
    assert states(app)[:2] == [("soon", "sent"), ("late", "queued")]


def test_one_that_can_not_be_written_keeps_no_other_from_leaving(app: APIFlask, ana: int) -> None:
    kinds.register(app, Kind("test.holed_news", "test/mail/holed", essential=False))
    with time_machine.travel(MORNING):
        news(app, ana, "first")
        with app.app_context():
            service.send(kind="test.holed_news", key="x", values={"title": "holed"}, person_id=ana)
    at(app, MORNING)
    at(app, SEVEN_IN_THE_EVENING)
    assert states(app)[:2] == [("first", "sent"), ("holed", "failed")]
    assert mailbox(app)[0]["Subject"] == "1 message for you today"


def test_a_summary_that_the_server_does_not_take_keeps_what_waits_for_it(app: APIFlask, ana: int) -> None:
    with time_machine.travel(MORNING):
        news(app, ana, "first")
    at(app, MORNING)
    with Sink() as sink, mail_over(app, sink.url):
        sink.answer = "451 later"
        at(app, SEVEN_IN_THE_EVENING)
        assert states(app) == [("first", "queued"), ("summary", "queued")]
        sink.answer = "250 OK"
        at(app, SEVEN_IN_THE_EVENING + timedelta(minutes=2))
    assert states(app) == [("first", "sent"), ("summary", "sent")]
    assert len(sink.taken) == 1


def test_a_summary_refused_for_good_says_so_of_each_that_was_in_it(app: APIFlask, ana: int) -> None:
    with time_machine.travel(MORNING):
        news(app, ana, "first")
    at(app, MORNING)
    with Sink() as sink, mail_over(app, sink.url):
        sink.answer = "550 5.1.1 nobody here"
        at(app, SEVEN_IN_THE_EVENING)
    assert states(app) == [("first", "bounced"), ("summary", "bounced")]


def test_what_comes_while_the_summary_is_being_sent_waits_for_the_next(app: APIFlask, ana: int) -> None:
    with time_machine.travel(MORNING):
        news(app, ana, "first")
    at(app, MORNING)
    with time_machine.travel(SEVEN_IN_THE_EVENING - timedelta(seconds=1)):
        news(app, ana, "late")
        with app.app_context(), time_machine.travel(SEVEN_IN_THE_EVENING):
            service._claim(1)  # a worker took the summary in hand, or what came late: whichever was first
    at(app, SEVEN_IN_THE_EVENING + rules.LEASE + timedelta(seconds=5))
    at(app, SEVEN_IN_THE_EVENING + timedelta(days=1, seconds=5))
    at(app, SEVEN_IN_THE_EVENING + timedelta(days=1, minutes=10))
    told = [text_of(letter) for letter in mailbox(app)]
    for title in ("first", "late"):
        assert sum(f"Ana Soto: {title}" in text for text in told) == 1


def test_several_workers_put_each_into_one_summary_once(app: APIFlask, ana: int) -> None:
    with time_machine.travel(MORNING):
        news(app, ana, *(f"n{number:02}" for number in range(30)))
    barrier = threading.Barrier(3)

    def work(_: int) -> None:
        barrier.wait()
        deliver_all(app)
        with app.app_context():
            db.session.remove()

    for moment in (MORNING, SEVEN_IN_THE_EVENING):
        with time_machine.travel(moment), ThreadPoolExecutor(3) as pool:
            list(pool.map(work, range(3)))
    (summary,) = mailbox(app)
    assert [text_of(summary).count(f"Ana Soto: n{number:02}\n") for number in range(30)] == [1] * 30


def test_whoever_wants_single_messages_again_gets_what_waits_at_once(app: APIFlask, ana: int) -> None:
    with time_machine.travel(MORNING):
        news(app, ana, "first")
    at(app, MORNING)
    with app.app_context(), time_machine.travel(MORNING + timedelta(minutes=1)):
        service.choose_digest(person_id=ana, hour=None)
    at(app, MORNING + timedelta(minutes=2))
    at(app, SEVEN_IN_THE_EVENING)
    assert [letter["Subject"] for letter in mailbox(app)] == ["Hello first"]
    assert states(app) == [("first", "sent"), ("summary", "skipped")]


def test_who_declines_the_summary_gets_none_of_what_would_be_in_it(app: APIFlask, ana: int) -> None:
    with app.app_context(), time_machine.travel(MORNING):
        service.wish(person_id=ana, kind=digests.KIND, wanted=False)
        news(app, ana, "first")
    at(app, MORNING + timedelta(seconds=5))
    assert [(m.state, m.note) for m in messages(app)] == [("skipped", notes.DECLINED)]


def test_without_the_lock_of_the_summary_something_would_be_left_behind(
    app: APIFlask, ana: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: put into a summary that was sent already, a message never leaves."""
    with time_machine.travel(MORNING):
        news(app, ana, "first")
    at(app, MORNING)
    at(app, SEVEN_IN_THE_EVENING)
    sent = messages(app)[1]
    monkeypatch.setattr(digests, "open_summary", lambda *_: sent)
    with time_machine.travel(SEVEN_IN_THE_EVENING + timedelta(minutes=1)):
        news(app, ana, "lost")
        deliver_all(app)
    at(app, SEVEN_IN_THE_EVENING + timedelta(days=2))
    assert states(app)[-1] == ("lost", "queued")


ZONES = ("America/Santiago", "America/Sao_Paulo", "Europe/Paris", "Pacific/Apia")


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2029, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.sampled_from(ZONES),
    st.integers(0, 23),
)
def test_the_next_hour_is_ahead_within_a_day_or_so_and_what_clocks_show(now: datetime, zone: str, hour: int) -> None:
    moment = digests.next_hour(hour, zone, now)
    assert now < moment <= now + timedelta(hours=26)
    shown = moment.astimezone(ZoneInfo(zone)).hour
    # Only where clocks jump over the hour does the summary come with the next one.
    assert shown in (hour, (hour + 1) % 24)


def test_one_chooses_on_a_page_and_essential_messages_say_why_they_are_sent(
    app: APIFlask, client: FlaskClient, ana: int
) -> None:
    with app.app_context():
        person = people.person("bea@example.org", language="en")
    people.sign_in(client, "bea@example.org")
    page = client.get("/my/messages?lang=en").text
    assert "Without them you could lose a place" in page
    assert "Choose a new password" in page
    assert people.form_post(client, "/my/messages", {"hour": "7"}, page="/my/messages").status_code == 303
    assert 'value="7" selected' in client.get("/my/messages").text.replace('selected value="7"', 'value="7" selected')
    stop = people.form_post(client, "/my/messages/kinds/test.news", {}, page="/my/messages")
    assert stop.status_code == 303
    assert "You do not get them" in client.get("/my/messages?lang=en").text
    with app.app_context():
        assert person.id is not None
        assert service.queries.wishes_of(person.id).declined == {"test.news"}
    assert (
        people.form_post(client, "/my/messages/kinds/people.reset_password", {}, page="/my/messages").status_code == 404
    )


def test_a_program_chooses_too_and_hears_of_bounces(app: APIFlask, client: FlaskClient, ana: int) -> None:
    with app.app_context():
        people.person("bea@example.org")
        service.bouncing.mark("bea@example.org", "550 5.1.1 nobody")
    headers = people.bearer(app, "bea@example.org")
    got = client.put("/api/v1/me/messages", json={"summary_hour": 6}, headers=headers).get_json()
    assert (got["summary_hour"], got["bounced"]) == (6, [{"address": "bea@example.org", "reason": "550 5.1.1 nobody"}])
    assert client.put("/api/v1/me/messages", json={"summary_hour": 24}, headers=headers).status_code == 422
    declined = client.put("/api/v1/me/messages/kinds/test.news", json={"wanted": False}, headers=headers).get_json()
    assert [kind["wanted"] for kind in declined["kinds"] if kind["kind"] == "test.news"] == [False]
    assert client.delete("/api/v1/me/messages/bounces", headers=headers).status_code == 204
    assert client.get("/api/v1/me/messages", headers=headers).get_json()["bounced"] == []


def test_whose_address_bounces_reads_it_on_their_profile_and_says_when_it_is_mended(
    app: APIFlask, client: FlaskClient
) -> None:
    with app.app_context():
        people.person("bea@example.org")
        service.bouncing.mark("Bea@example.org", "550 5.1.1 <script>")
    people.sign_in(client, "bea@example.org")
    for path in ("/my/profile?lang=en", "/my/messages?lang=en"):
        page = client.get(path).text
        assert "comes back" in page
        assert "550 5.1.1 &lt;script&gt;" in page
    people.form_post(client, "/my/messages/address-works", {}, page="/my/messages")
    assert "Our messages do not reach you" not in client.get("/my/profile?lang=en").text
