"""Each reminder once, to those who should get it, at the right time."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from apiflask import APIFlask

from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core import clock
from ilpes_lms.core.database import writing
from ilpes_lms.core.errors import NotFound
from ilpes_lms.enrolment import service as enrolment
from ilpes_lms.notifications import notes
from ilpes_lms.notifications import service as notifications
from ilpes_lms.reminders import queries, service
from ilpes_lms.reminders.errors import UnknownRule
from tests.conftest import counted_statements
from tests.factories.catalogue import make_class_session
from tests.factories.enrolment import enrol, make_someone
from tests.factories.notifications import deliver_all, html_of, mailbox, messages, text_of
from tests.factories.reminders import course_on, participant

FIRST_DAY = date(2027, 4, 6)
STARTS, TOMORROW = "reminders.activity_starts", "reminders.class_session_tomorrow"


def at(text: str, zone: str = "America/Santiago") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


@pytest.fixture(autouse=True)
def _march(app: APIFlask) -> Iterator[None]:
    """Everything is arranged on 1 March 2027, long before anything is due."""
    with time_machine.travel(datetime(2027, 3, 1, 12, tzinfo=UTC), tick=False):
        yield


def kinds(app: APIFlask) -> list[str]:
    return [m.kind for m in messages(app) if m.kind.startswith("reminders.")]


def reminders(app: APIFlask) -> list[tuple[str, str]]:
    return [(m.kind.removeprefix("reminders."), m.state) for m in messages(app) if m.kind.startswith("reminders.")]


def sweep(app: APIFlask, moment: datetime, *, deliver: bool = True) -> None:
    """Let the clock show a moment, and both jobs run."""
    with time_machine.travel(moment, tick=False):
        with app.app_context():
            service.collect_due()
        if deliver:
            deliver_all(app)


def test_each_reminder_goes_out_once_at_its_time(app: APIFlask) -> None:
    with app.app_context():
        participant(course_on(FIRST_DAY))
    expected = {
        "2027-04-03 08:59": [],
        "2027-04-03 09:00": [STARTS],
        "2027-04-03 09:01": [STARTS],
        "2027-04-05 08:59": [STARTS],
        "2027-04-05 09:00": [STARTS, TOMORROW],
        "2027-04-06 09:59": [STARTS, TOMORROW],
        "2027-04-07 12:00": [STARTS, TOMORROW],
    }
    for moment, sent in expected.items():
        sweep(app, at(moment))
        assert kinds(app) == sent, moment
    assert {state for _, state in reminders(app)} == {"sent"}


def test_a_minute_by_minute_sweep_over_five_days_sends_each_once(app: APIFlask) -> None:
    with app.app_context():
        course = course_on(FIRST_DAY)
        for zone in ("America/Santiago", "Europe/Madrid", "America/Mexico_City"):
            participant(course, zone=zone)
    moment = at("2027-04-02 12:00")
    while moment < at("2027-04-07 12:00"):
        sweep(app, moment, deliver=False)
        moment += timedelta(minutes=30)
    assert sorted(kinds(app)) == [STARTS] * 3 + [TOMORROW] * 3


@pytest.mark.parametrize(
    ("zone", "first_day"),
    [
        ("America/Santiago", date(2027, 4, 5)),  # clocks go back on 4 April
        ("America/New_York", date(2027, 3, 15)),  # clocks go forward on 14 March
        ("Europe/Madrid", date(2027, 10, 31)),  # clocks go back on the first day itself
        ("America/Havana", date(2027, 3, 14)),  # midnight of the first day does not exist
    ],
)
def test_trust_12_where_the_clocks_change_each_comes_once_at_nine(app: APIFlask, zone: str, first_day: date) -> None:
    with app.app_context():
        participant(course_on(first_day, zone=zone), zone=zone)
    moment = at(f"{first_day - timedelta(days=4)} 00:30", zone).astimezone(UTC)
    for _ in range(6 * 24):
        sweep(app, moment, deliver=False)
        moment += timedelta(hours=1)
    found = [clock.wall_time(m.created_at, zone) for m in messages(app) if m.kind.startswith("reminders.")]
    # The sweeps are at half past, so the first after nine is at 9:30 by the clocks of that day.
    expected = [datetime.combine(first_day - timedelta(days), time(9, 30)) for days in (3, 1)]
    assert found == expected


def test_trust_10_two_sweeps_at_once_owe_nothing_twice(app: APIFlask) -> None:
    with app.app_context():
        course = course_on(FIRST_DAY)
        for _ in range(30):
            participant(course)
    barrier = threading.Barrier(3)

    def one(_: int) -> int:
        with app.app_context():
            barrier.wait()
            return service.collect_due(at("2027-04-03 10:00"))

    with ThreadPoolExecutor(3) as pool:
        assert sum(pool.map(one, range(3))) == 30
    assert len(kinds(app)) == 30


def test_trust_12_a_clock_that_jumps_a_day_skips_nothing_and_repeats_nothing(app: APIFlask) -> None:
    with app.app_context():
        participant(course_on(FIRST_DAY))
    for moment in ("2027-04-03 08:00", "2027-04-04 08:00", "2027-04-03 08:30", "2027-04-03 10:00", "2027-04-05 10:00"):
        sweep(app, at(moment))
    assert kinds(app) == [STARTS, TOMORROW]


def test_a_late_sweep_sends_and_says_so_until_it_has_begun(app: APIFlask) -> None:
    with app.app_context():
        participant(course_on(FIRST_DAY, hour=None), language="en", email="late@example.org")
        participant(course_on(FIRST_DAY - timedelta(days=1), hour=None), email="begun@example.org")
    sweep(app, at("2027-04-05 18:00"))
    (letter,) = mailbox(app)
    assert letter["To"].addresses[0].addr_spec == "late@example.org"
    assert letter["Subject"] == "Starts tomorrow: Planning"
    assert "later than planned" in text_of(letter)


def test_who_is_confirmed_after_the_moment_gets_it_before_the_start_and_is_told_why(app: APIFlask) -> None:
    with app.app_context():
        course = course_on(FIRST_DAY)
    with app.app_context(), time_machine.travel(at("2027-04-04 20:00"), tick=False):
        participant(course, language="en")
    sweep(app, at("2027-04-04 20:05"))
    letter = mailbox(app)[-1]
    assert letter["Subject"] == "Starts in 2 days: Planning"
    assert "Your place was confirmed on 4 April 2027" in text_of(letter)
    assert "later than planned" not in text_of(letter)


def test_who_is_confirmed_on_the_last_day_gets_one_letter_not_two(app: APIFlask) -> None:
    with app.app_context():
        course = course_on(FIRST_DAY)
    with app.app_context(), time_machine.travel(at("2027-04-05 20:00"), tick=False):
        participant(course)
    sweep(app, at("2027-04-05 20:05"))
    assert kinds(app) == [TOMORROW]
    with app.app_context(), time_machine.travel(at("2027-04-06 10:30"), tick=False):
        participant(course)
    sweep(app, at("2027-04-06 10:31"))
    assert kinds(app) == [TOMORROW]


def test_two_class_sessions_of_a_day_are_one_reminder_that_names_both(app: APIFlask) -> None:
    with app.app_context():
        course = course_on(FIRST_DAY)
        make_class_session(
            course,
            starts_wall=datetime.combine(FIRST_DAY, time(15)),
            title="Taller",
            joining_link="https://video.example.org/1",
        )
        participant(course, language="en", zone="Europe/Madrid")
    sweep(app, at("2027-04-05 09:00"))
    assert kinds(app) == [TOMORROW]
    letter = mailbox(app)[-1]
    text = text_of(letter)
    assert letter["Subject"] == "Tomorrow: class session of Planning"
    assert text.index("Inicio") < text.index("Taller")
    assert "Tuesday, 6 April 2027, 10:00 (Santiago time)" in text
    assert "Where you are: Tuesday, 6 April 2027, 16:00 (Madrid time)" in text
    assert "To join: https://video.example.org/1" in text


def test_a_person_elsewhere_is_reminded_on_the_morning_before_their_own_day(app: APIFlask) -> None:
    with app.app_context():
        participant(course_on(FIRST_DAY, hour=22), zone="Europe/Madrid", language="en")
    sweep(app, at("2027-04-05 20:00", "Europe/Madrid"))
    assert kinds(app) == [STARTS]
    sweep(app, at("2027-04-06 09:00", "Europe/Madrid"))
    assert kinds(app) == [STARTS, TOMORROW]
    assert "Wednesday, 7 April 2027, 04:00" in text_of(mailbox(app)[-1])


@pytest.mark.parametrize(
    ("language", "subject", "words"),
    [
        ("es", "Comienza en 3 días: Planificación", "martes, 6 de abril de 2027, 10:00 (hora de Santiago)"),
        ("en", "Starts in 3 days: Planning", "Tuesday, 6 April 2027, 10:00 (Santiago time)"),
        ("pt", "Começa em 3 dias: Planejamento", "terça-feira, 6 de abril de 2027, 10:00 (horário de Santiago)"),
        ("fr", "Commence dans 3 jours : Planification", "mardi 6 avril 2027, 10:00 (heure à Santiago)"),
    ],
)
def test_it_speaks_the_person_s_language_and_names_the_zone(
    app: APIFlask, language: str, subject: str, words: str
) -> None:
    with app.app_context():
        course = course_on(FIRST_DAY)
        participant(course, language=language)
    sweep(app, at("2027-04-03 09:00"))
    (letter,) = mailbox(app)
    assert letter["Subject"] == subject
    assert words in text_of(letter)
    assert f"http://localhost/activities/{course.public_id}" in text_of(letter)
    assert f'<html lang="{language}">' in html_of(letter)


def test_only_confirmed_people_of_live_activities_on_record_by_people_get_one(app: APIFlask) -> None:
    with app.app_context():
        course = course_on(FIRST_DAY, admission="selection", kind="international_open")
        enrol(course, state="applied")
        for status in ("cancelled", "closed"):
            participant(other := course_on(FIRST_DAY))
            catalogue.take_step(activity_ref=other.public_id, step={"cancelled": "cancel", "closed": "close"}[status])
        month = course_on(FIRST_DAY, hour=None)
        participant(month)
        with writing():
            month.start_precision = "month"
    sweep(app, at("2027-04-03 09:00"), deliver=False)
    assert kinds(app) == [STARTS]


def late_change(app: APIFlask, course: Activity, what: str) -> None:
    with app.app_context(), writing() as session:
        activity = session.get_one(Activity, course.id)
        if what == "cancelled":
            catalogue.take_step(activity_ref=activity.public_id, step="cancel")
        elif what == "moved":
            activity.starts_on, activity.ends_on = date(2027, 4, 20), date(2027, 4, 20)
        elif what == "switched off":
            service.switch(activity_ref=activity.public_id, rule="activity_starts", enabled=False)


@pytest.mark.parametrize("change", ["withdrawn", "cancelled", "moved", "switched off", "begun"])
def test_trust_13_what_changed_between_writing_down_and_sending_stops_the_letter(app: APIFlask, change: str) -> None:
    with app.app_context():
        course = course_on(FIRST_DAY)
        place = participant(course)
    sweep(app, at("2027-04-03 09:00"), deliver=False)
    with time_machine.travel(at("2027-04-03 09:00:30"), tick=False):
        if change == "withdrawn":
            with app.app_context():
                enrolment.withdraw(enrolment_ref=place.public_id, person_id=place.person_id)
        late_change(app, course, change)
    with time_machine.travel(at("2027-04-06 11:00" if change == "begun" else "2027-04-03 09:01"), tick=False):
        deliver_all(app)
    assert reminders(app) == [("activity_starts", "skipped")]
    assert not [letter for letter in mailbox(app) if "Comienza" in letter["Subject"]]


def test_an_activity_that_is_moved_is_reminded_of_again_before_its_new_day(app: APIFlask) -> None:
    with app.app_context():
        course = course_on(FIRST_DAY, hour=None)
        participant(course)
    sweep(app, at("2027-04-03 09:00"))
    late_change(app, course, "moved")
    sweep(app, at("2027-04-05 09:00"))
    assert reminders(app) == [("activity_starts", "sent")]
    sweep(app, at("2027-04-17 09:00"))
    assert reminders(app) == [("activity_starts", "sent")] * 2


def test_a_rule_switched_off_owes_nothing_and_on_again_owes_what_is_still_due(app: APIFlask) -> None:
    with app.app_context():
        course = course_on(FIRST_DAY)
        participant(course)
        service.switch(activity_ref=course.public_id, rule="activity_starts", enabled=False)
    sweep(app, at("2027-04-03 09:00"))
    assert kinds(app) == []
    with app.app_context():
        service.switch(activity_ref=course.public_id, rule="activity_starts", enabled=True)
    sweep(app, at("2027-04-03 09:10"))
    assert reminders(app) == [("activity_starts", "sent")]


def test_a_switch_is_refused_for_unknown_rules_and_activities_of_others(app: APIFlask) -> None:
    with app.app_context():
        course = course_on(FIRST_DAY)
        with pytest.raises(UnknownRule):
            service.switch(activity_ref=course.public_id, rule="nonsense", enabled=True)
        with pytest.raises(NotFound):
            service.switch(
                activity_ref=course.public_id, rule="activity_starts", enabled=True, divisions=frozenset({"other"})
            )


def test_a_sweep_takes_the_same_few_statements_however_many_people(app: APIFlask) -> None:
    with app.app_context():
        for _ in range(3):
            course = course_on(FIRST_DAY)
            for _ in range(20):
                participant(course)
    with counted_statements(app) as statements:
        sweep(app, at("2027-04-03 09:00"), deliver=False)
        assert len(statements) <= 8
        del statements[:]
        sweep(app, at("2027-04-03 09:01"), deliver=False)
        assert len(statements) <= 6
    assert len(kinds(app)) == 60


def test_what_is_written_down_in_many_parts_is_read_once(app: APIFlask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "_AT_ONCE", 2)
    with app.app_context():
        for _ in range(5):
            course = course_on(FIRST_DAY)
            for _ in range(2):
                participant(course)
    parts = 5
    with counted_statements(app) as statements:
        sweep(app, at("2027-04-03 09:00"), deliver=False)
    assert len(kinds(app)) == 10
    assert len(statements) <= 7 + parts


def confirmed_by_letter(course: Activity) -> None:
    """Confirm a person in a course as a committee does, with the letter that says when it takes place."""
    someone = make_someone(organization_text="Ministerio", sector="central_government")
    applied = enrol(course, someone, state="applied")
    enrolment.decide(activity_ref=course.public_id, enrolment_refs=[applied.public_id], decision="accept")


@pytest.mark.parametrize(
    ("confirmed", "expected"),
    [
        ("2027-04-02 08:00", [STARTS, TOMORROW]),  # more than a day before it is due
        ("2027-04-02 20:00", [TOMORROW]),  # the evening before
        ("2027-04-04 20:00", [TOMORROW]),  # after it was due
    ],
)
def test_whom_the_confirmation_has_just_told_is_not_told_again(
    app: APIFlask, confirmed: str, expected: list[str]
) -> None:
    with app.app_context():
        course = course_on(FIRST_DAY, kind="international_open", admission="selection")
    with app.app_context(), time_machine.travel(at(confirmed), tick=False):
        confirmed_by_letter(course)
    for moment in ("2027-04-03 09:00", "2027-04-04 20:01", "2027-04-05 09:00", "2027-04-05 21:00"):
        sweep(app, at(moment))
    assert kinds(app) == expected


def test_a_reminder_that_was_held_up_until_the_night_waits_for_the_morning(app: APIFlask) -> None:
    with app.app_context():
        participant(course_on(FIRST_DAY), zone="America/Santiago")
    sweep(app, at("2027-04-03 20:30"), deliver=False)
    with time_machine.travel(at("2027-04-03 23:30"), tick=False):
        deliver_all(app)
    (waiting,) = [message for message in messages(app) if message.kind == STARTS]
    assert (waiting.state, waiting.due_at, waiting.attempts) == ("queued", at("2027-04-04 08:00"), 0)
    assert waiting.note == notes.QUIET
    with time_machine.travel(at("2027-04-04 08:00"), tick=False):
        deliver_all(app)
    assert (STARTS.removeprefix("reminders."), "sent") in reminders(app)


def test_whoever_chose_an_hour_of_the_night_gets_the_summary_then(app: APIFlask) -> None:
    with app.app_context():
        person_id = participant(course_on(FIRST_DAY), zone="America/Santiago").person_id
        notifications.choose_digest(person_id=person_id, hour=5)
    sweep(app, at("2027-04-03 20:30"), deliver=False)
    for moment in ("2027-04-03 23:30", "2027-04-04 05:00"):
        with time_machine.travel(at(moment), tick=False):
            deliver_all(app)
    assert (STARTS.removeprefix("reminders."), "sent") in reminders(app)


def moved_to(course: Activity, day: date) -> None:
    with writing():
        course = catalogue.lock(course.id)
        (session,) = course.class_sessions
        wall = datetime.combine(day, time(10))
        session.wall_start, session.starts_at = wall.isoformat(timespec="minutes"), clock.at_place(wall, session.zone)
        session.ends_at = session.starts_at + timedelta(hours=1)


def test_a_class_session_that_moves_away_and_back_is_reminded_of(app: APIFlask) -> None:
    with app.app_context():
        course = course_on(FIRST_DAY, ends_on=FIRST_DAY + timedelta(days=20))
        participant(course)
    sweep(app, at("2027-04-05 09:00"), deliver=False)
    with app.app_context():
        moved_to(course, FIRST_DAY + timedelta(days=7))
    sweep(app, at("2027-04-05 09:01"))
    assert (TOMORROW.removeprefix("reminders."), "skipped") in reminders(app)
    sweep(app, at("2027-04-05 09:02"))
    assert kinds(app).count(TOMORROW) == 1, "what is not owed is not written down again"
    with app.app_context():
        moved_to(course, FIRST_DAY)
    for minute in ("09:03", "09:04"):
        sweep(app, at(f"2027-04-05 {minute}"))
    assert [state for name, state in reminders(app) if name == TOMORROW.removeprefix("reminders.")] == [
        "skipped", "sent",
    ]  # fmt: skip


@pytest.mark.parametrize("everything", [True, False])
def test_a_pause_holds_what_is_in_the_outbox_until_it_is_over_or_ended(app: APIFlask, everything: bool) -> None:
    with app.app_context():
        course = course_on(FIRST_DAY, hour=None)
        participant(course)
        scope = None if everything else course.public_id
    sweep(app, at("2027-04-03 09:00"), deliver=False)
    with app.app_context(), time_machine.travel(at("2027-04-03 09:01"), tick=False):
        service.pause(until=at("2027-04-05 12:00"), activity_ref=scope)
    sweep(app, at("2027-04-03 09:02"))
    (held,) = [message for message in messages(app) if message.kind == STARTS]
    assert (held.state, held.due_at, held.attempts, held.note) == (
        "queued", at("2027-04-05 12:00"), 0, queries.PAUSED,
    )  # fmt: skip
    with app.app_context(), time_machine.travel(at("2027-04-03 10:00"), tick=False):
        service.resume(activity_ref=scope)
    sweep(app, at("2027-04-03 10:01"))
    assert kinds(app).count(STARTS) == 1
    assert (STARTS.removeprefix("reminders."), "sent") in reminders(app)


def test_what_a_pause_held_too_long_is_not_sent_after_it(app: APIFlask) -> None:
    with app.app_context():
        course = course_on(FIRST_DAY, hour=None)
        participant(course)
    sweep(app, at("2027-04-03 09:00"), deliver=False)
    with app.app_context(), time_machine.travel(at("2027-04-03 09:01"), tick=False):
        service.pause(until=at("2027-04-08 12:00"), activity_ref=course.public_id)
    for moment in ("2027-04-03 09:02", "2027-04-08 12:01"):
        sweep(app, at(moment))
    assert (STARTS.removeprefix("reminders."), "skipped") in reminders(app)
    assert mailbox(app) == []


def test_a_pause_holds_what_waits_for_the_summary_of_the_day_and_nothing_is_lost(app: APIFlask) -> None:
    with app.app_context():
        course = course_on(FIRST_DAY, hour=None)
        notifications.choose_digest(person_id=participant(course).person_id, hour=19)
        reference = course.public_id
    sweep(app, at("2027-04-03 09:00"))
    with app.app_context(), time_machine.travel(at("2027-04-03 10:00"), tick=False):
        service.pause(until=at("2027-04-04 12:00"), activity_ref=reference)
    for moment in ("2027-04-03 19:00", "2027-04-03 19:01", "2027-04-04 18:00"):
        sweep(app, at(moment))
    assert mailbox(app) == []
    for moment in ("2027-04-04 19:00", "2027-04-04 19:01"):
        sweep(app, at(moment))
    assert (STARTS.removeprefix("reminders."), "sent") in reminders(app)
    assert len(mailbox(app)) == 1
