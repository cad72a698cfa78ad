"""Each thing that can be reminded of: who gets it, when, once, and in words that are true."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from apiflask import APIFlask
from sqlalchemy import select, update

from ilpes_lms.attendance.models import Mark, Outcome
from ilpes_lms.catalogue.models import Activity, ClassSession
from ilpes_lms.certificates import service as certificates
from ilpes_lms.certificates.models import Certificate
from ilpes_lms.certificates.queries import Viewer
from ilpes_lms.core import clock
from ilpes_lms.core.database import db, writing
from ilpes_lms.core.errors import Invalid
from ilpes_lms.enrolment import service as enrolment
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.people.models import Person
from ilpes_lms.reminders import queries, rules, service
from ilpes_lms.reminders.errors import NotForOneDivision, PauseNotPlausible, UnknownRule
from tests.factories.catalogue import make_activity, make_class_session
from tests.factories.enrolment import enrol, make_offer, make_quota, make_someone
from tests.factories.notifications import deliver_all, html_of, mailbox, messages, text_of
from tests.factories.reminders import TITLES, certified, course_on, drafting, participant, rule, teacher

FIRST_DAY = date(2027, 4, 6)
WHOLE = {"organization_text": "Ministerio", "sector": "central_government"}


def at(text: str, zone: str = "America/Santiago") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


@pytest.fixture(autouse=True)
def _march(app: APIFlask) -> Iterator[None]:
    with time_machine.travel(datetime(2027, 3, 1, 12, tzinfo=UTC), tick=False):
        yield


def sweep(app: APIFlask, moment: datetime, *, deliver: bool = True) -> list[str]:
    """Let the clock show a moment, and both jobs run; return which reminders are written down by then."""
    with time_machine.travel(moment, tick=False):
        with app.app_context():
            service.collect_due()
        if deliver:
            deliver_all(app)
    return written(app)


def written(app: APIFlask) -> list[str]:
    return [m.kind.removeprefix("reminders.") for m in messages(app) if m.kind.startswith("reminders.")]


def only(app: APIFlask, activity: Activity, *codes: str) -> None:
    """Switch off all rules of an activity but some."""
    for code in rules.DEFAULTS[activity.kind]:
        service.switch(activity_ref=activity.public_id, rule=code, enabled=code in codes)


def present(activity_id: int, enrolment_id: int) -> None:
    """Mark a participant present at every class session of an activity."""
    with writing() as session:
        for number in session.scalars(select(ClassSession.id).where(ClassSession.activity_id == activity_id)):
            session.add(
                Mark(
                    class_session_id=number, enrolment_id=enrolment_id, mark="present", source="hand", evidence={},
                    marked_by="test", marked_at=clock.now(),
                )
            )  # fmt: skip


def test_who_has_not_sent_an_application_is_told_before_the_deadline(app: APIFlask) -> None:
    with app.app_context():
        course = course_on(
            FIRST_DAY, kind="international_open", admission="selection",
            applications_close_at=clock.end_of_day(date(2027, 3, 20), "America/Santiago"),
        )  # fmt: skip
        drafting(course, language="en")
        sent = drafting(course, **WHOLE)
        enrol(course, db.session.get_one(Person, sent.id), state="applied")
    assert sweep(app, at("2027-03-17 08:59")) == []
    assert sweep(app, at("2027-03-17 09:00")) == ["application_closes"]
    text = text_of(mailbox(app)[-1])
    assert "You can send it until: Saturday, 20 March 2027, end of the day" in text
    assert f"/activities/{course.public_id}/apply" in text
    assert sweep(app, at("2027-03-19 09:00")) == ["application_closes"]


def test_an_offered_place_is_reminded_of_a_day_before_it_lapses(app: APIFlask) -> None:
    with app.app_context():
        course = course_on(FIRST_DAY, kind="international_open", admission="selection")
        offered = make_offer(course)
        deadline = offered.offer_expires_at
        assert deadline
        with writing() as session:
            session.execute(update(Person).where(Person.id == offered.person_id).values(**WHOLE, language="en"))
    assert sweep(app, deadline - timedelta(hours=25)) == []
    assert sweep(app, deadline - timedelta(hours=24)) == ["offer_lapses"]
    assert f"/my/enrolments/{offered.public_id}" in text_of(mailbox(app)[-1])
    assert sweep(app, deadline + timedelta(hours=1)) == ["offer_lapses"]


def test_an_offer_that_was_just_made_is_not_reminded_of(app: APIFlask) -> None:
    with app.app_context():
        course = course_on(FIRST_DAY, kind="international_open", admission="selection", offer_hours=26)
        offered = make_offer(course)
        deadline = offered.offer_expires_at
        assert deadline
    assert "offer_lapses" not in sweep(app, deadline - timedelta(hours=20))


def test_who_has_accepted_meanwhile_gets_no_reminder_of_the_offer(app: APIFlask) -> None:
    with app.app_context():
        course = course_on(FIRST_DAY, kind="international_open", admission="selection")
        offered = make_offer(course)
        deadline = offered.offer_expires_at
        assert deadline
    sweep(app, deadline - timedelta(hours=23), deliver=False)
    with time_machine.travel(deadline - timedelta(hours=22), tick=False), app.app_context():
        enrolment.accept_offer(enrolment_ref=offered.public_id, person_id=offered.person_id)
        deliver_all(app)
    assert [m.state for m in messages(app) if m.kind == "reminders.offer_lapses"] == ["skipped"]


def test_instructors_hear_of_missing_marks_the_morning_after_and_only_then(app: APIFlask) -> None:
    with app.app_context():
        course = course_on(FIRST_DAY, kind="international_open", admission="open")
        place = participant(course, **WHOLE).id
        teacher(course, language="en", **WHOLE)
        only(app, course, "marks_missing")
        number = course.id
    assert sweep(app, at("2027-04-07 08:59")) == []
    assert sweep(app, at("2027-04-07 09:00")) == ["marks_missing"]
    text = text_of(mailbox(app)[-1])
    assert "1 participant without a mark" in text
    assert "/teach/class-sessions/" in text
    with app.app_context():
        later = db.session.get_one(Activity, number)
        make_class_session(later, starts_wall=datetime(2027, 4, 8, 10))  # noqa: DTZ001 - wall time
        present(number, place)
    assert sweep(app, at("2027-04-09 09:00")) == ["marks_missing"]


def test_marks_made_between_writing_down_and_sending_stop_the_letter(app: APIFlask) -> None:
    with app.app_context():
        course = course_on(FIRST_DAY, kind="international_open", admission="open")
        place = participant(course, **WHOLE).id
        teacher(course, **WHOLE)
        only(app, course, "marks_missing")
        number = course.id
    sweep(app, at("2027-04-07 09:00"), deliver=False)
    with app.app_context():
        present(number, place)
    sweep(app, at("2027-04-07 09:01"))
    assert [m.state for m in messages(app) if m.kind == "reminders.marks_missing"] == ["skipped"]


def test_a_focal_point_hears_of_unfilled_places_at_the_address_of_the_link(app: APIFlask) -> None:
    with app.app_context():
        course = course_on(FIRST_DAY, kind="national_restricted", admission="nomination")
        quota, _token = make_quota(course, 3, closes_in=20)
        closes = quota.closes_at
    assert sweep(app, closes - timedelta(days=7)) == []
    assert sweep(app, closes - timedelta(days=4)) == ["nominations_unfilled"]
    letter = mailbox(app, "focal@example.org")[-1]
    assert "3 cupos" in text_of(letter)
    assert f"/my/nominations/{quota.public_id}" in text_of(letter)
    with app.app_context():
        for number in range(3):
            enrolment.nominate(
                token=_token, email=f"nominee{number}@example.org", given_names="Ana", first_surname="Soto",
                language="es",
            )  # fmt: skip
        service.set_rule(
            activity_ref=course.public_id, terms=rule("nominations_unfilled", "national_restricted", amount=2)
        )
    assert sweep(app, closes - timedelta(days=1)) == ["nominations_unfilled"]


def test_an_incomplete_profile_is_one_letter_however_many_applications(app: APIFlask) -> None:
    with app.app_context():
        someone = make_someone(language="en", zone="America/Santiago")
        for _ in range(3):
            enrol(course_on(FIRST_DAY, kind="international_open", admission="selection"), someone, state="applied")
        enrol(course_on(FIRST_DAY, kind="international_open", admission="selection"), make_someone(**WHOLE))
    assert sweep(app, at("2027-03-03 08:59")) == []
    assert sweep(app, at("2027-03-03 09:00")) == ["profile_incomplete"]
    text = text_of(mailbox(app)[-1])
    assert "- the institution where you work" in text
    assert "- the sector of the institution" in text
    assert "- the country" not in text
    assert sweep(app, at("2027-03-04 09:00")) == ["profile_incomplete"]


def test_who_completes_the_profile_in_time_gets_no_letter(app: APIFlask) -> None:
    with app.app_context():
        someone = make_someone()
        enrol(course_on(FIRST_DAY, kind="international_open", admission="selection"), someone, state="applied")
    sweep(app, at("2027-03-03 09:00"), deliver=False)
    with app.app_context(), writing() as session:
        session.execute(update(Person).where(Person.id == someone.id).values(**WHOLE))
    sweep(app, at("2027-03-03 09:01"))
    assert [m.state for m in messages(app) if m.kind == "reminders.profile_incomplete"] == ["skipped"]


def test_a_certificate_that_nobody_fetched_is_mentioned_once_after_two_weeks(app: APIFlask) -> None:
    with app.app_context():
        course = course_on(FIRST_DAY)
        place = participant(course, language="en", **WHOLE)
        certified(place, course)
        certified(place, course, edition=2)  # in another language: the same thing
    assert sweep(app, at("2027-03-15 08:59")) == []
    assert sweep(app, at("2027-03-15 09:00")) == ["certificate_waiting"]
    assert "ready since 1 March 2027" in text_of(mailbox(app)[-1])
    assert sweep(app, at("2027-03-17 09:00")) == ["certificate_waiting"]


def test_whoever_fetched_the_certificate_is_not_reminded_and_a_coordinator_s_look_does_not_count(
    app: APIFlask,
) -> None:
    with app.app_context():
        course = course_on(FIRST_DAY)
        fetched, other = (certified(participant(course, **WHOLE), course) for _ in range(2))
        certificates.hand_out(code=fetched.code, viewer=Viewer(fetched.person_id))
        certificates.hand_out(code=other.code, viewer=Viewer(None, coordinates=True))
        assert db.session.scalar(select(Certificate.fetched_at).where(Certificate.id == fetched.id)) is not None
    sweep(app, at("2027-03-15 09:00"))
    assert [m.person_id for m in messages(app) if m.kind == "reminders.certificate_waiting"] == [other.person_id]


def test_the_end_is_reminded_of_before_and_after_and_by_outcome(app: APIFlask) -> None:
    with app.app_context():
        course = course_on(FIRST_DAY)
        done, failed = (participant(course, language="en", **WHOLE) for _ in range(2))
        only(app, course)
        service.set_rule(activity_ref=course.public_id, terms=rule("activity_ends"), code="activity_ends")
        after = rule("activity_ended", recipients=("completed",))
        service.set_rule(activity_ref=course.public_id, terms=after, code="activity_ended")
        with writing() as session:
            for place, result in ((done, "completed"), (failed, "not_completed")):
                session.add(
                    Outcome(enrolment_id=place.id, result=result, rule_version=1, evidence={}, decided_at=clock.now())
                )
    assert sweep(app, at("2027-04-03 09:00")) == ["activity_ends"] * 2
    assert mailbox(app)[-1]["Subject"] == "Ends in 3 days: Planning"
    assert sweep(app, at("2027-04-07 09:00")) == ["activity_ends"] * 2 + ["activity_ended"]
    assert [m.person_id for m in messages(app) if m.kind == "reminders.activity_ended"] == [done.person_id]


def test_applicants_waiting_people_and_instructors_can_be_reminded_of_the_start_in_words_of_their_own(
    app: APIFlask,
) -> None:
    with app.app_context():
        course = make_activity(
            "international_open", starts_on=FIRST_DAY, ends_on=FIRST_DAY, zone="America/Santiago", titles=TITLES,
            admission="selection", capacity=None, joining_link="https://video.example.org/secret",
        )  # fmt: skip
        make_class_session(course, starts_wall=datetime(2027, 4, 6, 10))  # noqa: DTZ001 - wall time
        english = {"language": "en", "zone": "America/Santiago", **WHOLE}
        enrol(course, make_someone(email="applied@example.org", **english), state="applied")
        enrol(course, make_someone(email="waits@example.org", **english), state="waitlisted")
        teacher(course, email="teaches@example.org", language="en", **WHOLE)
        only(app, course)
        everybody = rule("activity_starts", recipients=("applied", "waitlisted", "confirmed", "instructors"))
        service.set_rule(activity_ref=course.public_id, terms=everybody, code="activity_starts")
    assert sweep(app, at("2027-04-03 09:00")) == ["activity_starts"] * 3
    texts = {letter["To"].addresses[0].addr_spec: text_of(letter) for letter in mailbox(app)}
    assert "has not been decided yet" in texts["applied@example.org"]
    assert "on the waiting list" in texts["waits@example.org"]
    assert "video.example.org" not in texts["applied@example.org"] + texts["waits@example.org"]
    assert "https://video.example.org/secret" in texts["teaches@example.org"]


def test_a_participant_who_teaches_too_is_reminded_once(app: APIFlask) -> None:
    with app.app_context():
        course = course_on(FIRST_DAY)
        both = teacher(course, **WHOLE)
        enrol(course, db.session.get_one(Person, both.id))
        only(app, course)
        terms = rule("class_session_tomorrow", recipients=("confirmed", "instructors"))
        service.set_rule(activity_ref=course.public_id, terms=terms, code="class_session_tomorrow")
    assert sweep(app, at("2027-04-05 09:00")) == ["class_session_tomorrow"]


def test_of_two_reminders_of_one_thing_a_latecomer_gets_the_later_one(app: APIFlask) -> None:
    with app.app_context():
        course = course_on(FIRST_DAY, hour=None)
        service.set_rule(activity_ref=course.public_id, terms=rule("activity_starts", amount=14))
        participant(course, **WHOLE)
    assert sweep(app, at("2027-03-23 09:00")) == ["activity_starts"]
    with time_machine.travel(at("2027-04-03 12:00"), tick=False), app.app_context():
        participant(course, **WHOLE)
    assert sweep(app, at("2027-04-03 12:01")) == ["activity_starts"] * 3, "three days before: one each"


def test_a_rule_set_for_the_kind_holds_until_an_activity_has_its_own(app: APIFlask) -> None:
    with app.app_context():
        one, other = (course_on(FIRST_DAY, hour=None) for _ in range(2))
        service.set_default(kind="webinar", terms=rule("activity_starts", amount=7), code="activity_starts")
        service.set_rule(activity_ref=other.public_id, terms=rule("activity_starts", amount=2), code="activity_starts")
        participant(one, **WHOLE)
        participant(other, **WHOLE)
        both, reference = (one.id, other.id), other.public_id
    assert sweep(app, at("2027-03-30 09:00"), deliver=False) == ["activity_starts"]
    assert sweep(app, at("2027-04-03 09:00"), deliver=False) == ["activity_starts"]
    assert sweep(app, at("2027-04-04 09:00"), deliver=False) == ["activity_starts"] * 2
    with app.app_context():
        service.reset_default(kind="webinar", code="activity_starts")
        service.reset_rule(activity_ref=reference, code="activity_starts")
        for number in both:
            found = queries.of_activity(db.session.get_one(Activity, number), clock.now())
            assert found.rules["activity_starts"] == rules.DEFAULTS["webinar"]["activity_starts"]


def test_setting_a_rule_twice_keeps_one_and_unknown_ones_are_refused(app: APIFlask) -> None:
    with app.app_context():
        course = course_on(FIRST_DAY)
        for amount in (5, 6):
            terms = rule("activity_starts", amount=amount)
            service.set_rule(activity_ref=course.public_id, terms=terms, code="activity_starts")
        added = service.set_rule(activity_ref=course.public_id, terms=rule("activity_starts", amount=9))
        found = queries.of_activity(course, clock.now()).rules
        assert (found["activity_starts"].amount, found[added.code].amount) == (6, 9)
        service.reset_rule(activity_ref=course.public_id, code=added.code)
        assert added.code not in queries.of_activity(course, clock.now()).rules
        for verb in (service.set_rule, service.reset_rule):
            values = {"terms": rule("activity_starts")} if verb is service.set_rule else {}
            with pytest.raises(UnknownRule):
                verb(activity_ref=course.public_id, code="nonsense", **values)
        with pytest.raises(Invalid):
            service.set_rule(activity_ref=course.public_id, terms=rule("activity_starts", amount=99))


def test_what_a_known_rule_is_about_stays(app: APIFlask) -> None:
    with app.app_context():
        course = course_on(FIRST_DAY)
        other = replace(rule("activity_starts"), anchor=rules.CLASS_SESSION)
        found = service.set_rule(activity_ref=course.public_id, terms=other, code="activity_starts")
        assert found.anchor == rules.ACTIVITY_START


def test_defaults_and_the_pause_of_everything_are_for_coordinators_of_all_divisions(app: APIFlask) -> None:
    one = frozenset({"social_development"})
    with app.app_context():
        for refused in (
            lambda: service.set_default(kind="webinar", terms=rule("activity_starts"), divisions=one),
            lambda: service.reset_default(kind="webinar", code="activity_starts", divisions=one),
            lambda: service.pause(until=clock.now() + timedelta(days=1), divisions=one),
            lambda: service.resume(divisions=one),
        ):
            with pytest.raises(NotForOneDivision):
                refused()
        with pytest.raises(UnknownRule):
            service.set_default(kind="nonsense", terms=rule("activity_starts"))


@pytest.mark.parametrize("everything", [True, False])
def test_during_a_pause_nothing_is_written_down_and_after_it_what_is_still_of_use(
    app: APIFlask, everything: bool
) -> None:
    with app.app_context():
        course, other = course_on(FIRST_DAY, hour=None), course_on(date(2027, 4, 4), hour=None)
        for activity in (course, other):
            participant(activity, **WHOLE)
        scope = None if everything else other.public_id
        service.pause(until=at("2027-04-05 00:00"), activity_ref=scope)
    # The other begins during the pause, so its reminder is never sent.
    expected = [] if everything else ["activity_starts"]
    assert sweep(app, at("2027-04-03 09:00")) == expected
    assert sweep(app, at("2027-04-04 23:00")) == expected
    assert sweep(app, at("2027-04-05 00:30")) == expected, "quiet hours"
    assert sweep(app, at("2027-04-05 08:00")) == ["activity_starts"]


def test_a_pause_is_ended_by_hand_and_is_no_longer_than_a_year(app: APIFlask) -> None:
    with app.app_context():
        course = course_on(FIRST_DAY, hour=None)
        participant(course, **WHOLE)
        for until in (clock.now(), clock.now() + timedelta(days=400)):
            with pytest.raises(PauseNotPlausible):
                service.pause(until=until, activity_ref=course.public_id)
        service.pause(until=at("2027-04-20 00:00"), activity_ref=course.public_id)
    assert sweep(app, at("2027-04-03 09:00")) == []
    with app.app_context():
        service.resume(activity_ref=course.public_id)
    assert sweep(app, at("2027-04-03 09:01")) == ["activity_starts"]


def test_what_the_release_before_wrote_down_is_still_sent(app: APIFlask) -> None:
    with app.app_context():
        course = course_on(FIRST_DAY)
        place = participant(course, **WHOLE)
        values = {"enrolment": place.public_id, "day": "2027-04-06"}
        with time_machine.travel(at("2027-04-03 10:00"), tick=False):
            found = queries.still_owed("reminders.activity_starts", values, place.person_id, clock.now())
            assert found is not None
            assert queries.still_owed("reminders.activity_starts", values, 0, clock.now()) is None
            gone = {**values, "enrolment": "nobody"}
            assert queries.still_owed("reminders.activity_starts", gone, place.person_id, clock.now()) is None


@pytest.mark.parametrize("language", ["es", "en", "pt", "fr"])
def test_every_reminder_can_be_written_in_every_language(app: APIFlask, language: str) -> None:
    with app.app_context():
        course = course_on(
            FIRST_DAY, kind="international_open", admission="selection",
            applications_close_at=at("2027-04-05 23:00"),
        )  # fmt: skip
        someone = {"language": language, "zone": "America/Santiago"}
        place = enrol(course, make_someone(**someone))
        teacher(course, **someone)
        drafting(course, language=language)
        certified(place, course)
        offered = make_offer(course)
        with writing() as session:
            session.execute(update(Person).values(language=language))
            deadline = {Enrolment.offer_expires_at: at("2027-04-06 09:00")}
            session.execute(update(Enrolment).where(Enrolment.id == offered.id).values(deadline))
        for code in ("activity_ends", "activity_ended"):
            service.set_rule(activity_ref=course.public_id, terms=rule(code), code=code)
        began = replace(rule("activity_starts", amount=1), side="after", quiet=rules.Quiet(0, 0))
        service.set_rule(activity_ref=course.public_id, terms=began)
    for day in ("2027-03-03", "2027-03-15", "2027-04-02", "2027-04-03", "2027-04-05", "2027-04-07"):
        sweep(app, at(f"{day} 09:30"))
    found = {m.kind.removeprefix("reminders."): m for m in messages(app) if m.kind.startswith("reminders.")}
    assert set(found) == {
        "application_closes", "offer_lapses", "activity_starts", "activity_began", "class_session_tomorrow",
        "activity_ends", "activity_ended", "marks_missing", "profile_incomplete", "certificate_waiting",
    }  # fmt: skip
    assert {m.state for m in found.values()} == {"sent"}, [(m.kind, m.note) for m in found.values()]
    assert all(f'lang="{language}"' in html_of(letter) for letter in mailbox(app))


def test_trust_35_a_line_break_in_a_title_reaches_no_header(app: APIFlask) -> None:
    with app.app_context():
        course = course_on(FIRST_DAY)
        with writing() as session:
            session.get_one(Activity, course.id).titles = {"es": "Curso\r\nBcc: all@example.org"}
        participant(course, **WHOLE)
    sweep(app, at("2027-04-03 09:00"))
    (letter,) = mailbox(app)
    assert letter["Bcc"] is None
    assert letter["Subject"] == "Comienza en 3 días: Curso Bcc: all@example.org"
