"""Who is falling behind, and a message to them that is seen before it is sent, and sent once."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from ilpes_lms.attendance import errors, queries, rules, service
from ilpes_lms.attendance.rules import Rule
from ilpes_lms.audit.models import AuditEntry
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core import clock
from ilpes_lms.core.database import db, writing
from ilpes_lms.enrolment import service as enrolment_service
from tests.factories.attendance import Taught, make_taught, mark
from tests.factories.enrolment import enrol, make_someone
from tests.factories.notifications import deliver_all, mailbox, messages, text_of
from tests.factories.people import bearer, coordinator, form_post, person, sign_in

TEACHER = "teacher@example.org"
COURSE = rules.default_rule("international_open")


def judged(marks: list[str | None], sessions: int, rule: Rule = COURSE) -> list[str]:
    """Return why somebody with these marks, of so many class sessions, is falling behind."""
    given = {place: what for place, what in enumerate(marks) if what}
    decision = rules.outcome(rule, given, range(sessions))
    return rules.reasons_behind([what for what in marks if what], decision.result, decision.evidence)


@pytest.mark.parametrize(
    ("marks", "sessions", "reasons"),
    [
        (["present", "present"], 10, []),
        (["absent", "present"], 10, []),
        (["present", "absent", "absent"], 20, ["missed_in_a_row"]),
        (["absent", "excused", "absent"], 20, ["missed_in_a_row"]),
        (["absent", "absent", "late"], 20, []),
        (["absent", None, "absent"], 20, ["missed_in_a_row"]),
        (["absent", "present"], 5, ["no_slack"]),
        (["absent", "absent"], 10, ["missed_in_a_row", "no_slack"]),
        (["absent", "absent"], 5, ["missed_in_a_row", "out_of_reach"]),
        (["present"] * 8 + ["absent"] * 2, 10, []),
        ([None, None, None], 3, []),
        (["present", "absent", "absent", "absent", "absent"], 5, []),
        (["present", "absent", "absent", "absent", None], 5, ["missed_in_a_row", "out_of_reach"]),
    ],
)
def test_falling_behind_is_what_marks_say_and_nothing_that_is_guessed(marks, sessions, reasons) -> None:
    assert judged(marks, sessions) == reasons


@pytest.fixture
def taught(app) -> Taught:
    """A course of five class sessions and one to come, where Ana missed two in a row and Bia none."""
    with app.app_context():
        made = make_taught(instructor=TEACHER, sessions=5, participants=1, title="Prospectiva")
        ana = enrol(made.activity, make_someone(email="ana@example.org", given_names="Ana", language="en"))
        made.enrolments.append(ana)
        made.refs.append(ana.public_id)
        for session in made.sessions[:2]:
            mark(session, made.enrolments[0])
            mark(session, ana, "absent")
        return made


def behind_url(taught: Taught) -> str:
    return f"/teach/activities/{taught.activity.public_id}/behind?lang=en"


def write(taught: Taught, refs: list[str], deed: str = "deed0001") -> int:
    return service.write_to_behind(
        activity_ref=taught.activity.public_id, enrolment_refs=refs, text="¿Cómo le va?", deed=deed
    )


def test_the_same_deed_reaches_each_person_once(app, taught) -> None:
    with app.app_context():
        (found,) = queries.falling_behind([taught.activity.id])[taught.activity.id]
        assert (found.enrolment.public_id, found.reasons) == (taught.refs[1], ["missed_in_a_row", "out_of_reach"])
        assert [write(taught, [taught.refs[1]]) for _ in range(2)] == [1, 0]
        assert write(taught, [taught.refs[1]], "deed0002") == 1
        entries = db.session.scalars(select(AuditEntry).where(AuditEntry.verb == "attendance.message")).all()
        assert [entry.details for entry in entries] == [{"people": 1}] * 2
    deliver_all(app)
    letter = text_of(mailbox(app, to="ana@example.org")[-1])
    assert "¿Cómo le va?" in letter
    assert f"/my/attendance/{taught.refs[1]}" in letter


def test_nobody_who_is_not_behind_is_written_to(app, taught) -> None:
    with app.app_context():
        with pytest.raises(errors.RecipientsChanged):
            write(taught, taught.refs)
        with pytest.raises(errors.NobodyToWriteTo):
            write(taught, [])
        for text, refusal in ((" ", errors.MessageEmpty), ("x" * 4001, errors.MessageTooLong)):
            with pytest.raises(refusal):
                service.write_to_behind(
                    activity_ref=taught.activity.public_id, enrolment_refs=[taught.refs[1]], text=text, deed="deed0001"
                )
    assert [m for m in messages(app) if m.kind == "attendance.behind"] == []


def test_who_left_in_the_meantime_gets_nothing(app, taught) -> None:
    with app.app_context():
        write(taught, [taught.refs[1]])
        left = taught.enrolments[1]
        with writing() as session:
            days = {"ends_on": clock.today("America/Santiago") + timedelta(days=1)}
            session.execute(update(Activity).where(Activity.id == taught.activity.id).values(days))
        enrolment_service.withdraw(enrolment_ref=left.public_id, person_id=left.person_id)
    deliver_all(app)
    assert [m.state for m in messages(app) if m.kind == "attendance.behind"] == ["skipped"]


def test_the_message_is_shown_as_each_will_get_it_before_it_is_sent(app, client, taught) -> None:
    sign_in(client, TEACHER)
    page = behind_url(taught)
    assert "Missed the last two class sessions" in client.get(page).text
    typed = {"people": [taught.refs[1]], "text": "Write <b>to</b> me", "deed": "deed0007"}
    shown = form_post(client, page, typed)
    assert shown.status_code == 200
    assert "Send it to 1 person" in shown.text
    assert "Your attendance: Prospectiva" in shown.text
    assert "Write &lt;b&gt;to&lt;/b&gt; me" in shown.text
    assert [m for m in messages(app) if m.kind == "attendance.behind"] == []
    seen = re.search(r'name="seen" value="(\w+)"', shown.text)
    assert seen is not None
    changed = form_post(client, page, typed | {"text": "Another text", "seen": seen[1]})
    assert (changed.status_code, "Send it to 1 person" in changed.text) == (200, True), "shown again, not sent"
    for _ in range(2):
        sent = form_post(client, page, typed | {"seen": seen[1]}, follow_redirects=True)
        assert sent.status_code == 200
    deliver_all(app)
    (letter,) = mailbox(app, to="ana@example.org")[-1:]
    assert letter["Subject"] == "Your attendance: Prospectiva"
    assert "Ana María Soto" in text_of(letter), "who writes is named"
    assert [m.state for m in messages(app) if m.kind == "attendance.behind"] == ["sent"]
    assert form_post(client, page, typed | {"people": []}).status_code == 422


def test_coordinators_see_it_in_the_log_of_messages_and_others_may_not_write(app, client, taught) -> None:
    with app.app_context():
        coordinator()
        write(taught, [taught.refs[1]])
        person("nobody@example.org")
        make_taught(instructor="other@example.org")
    deliver_all(app)
    sign_in(client, "coordinator@example.org")
    assert "Message to who is falling behind" in client.get("/coordinate/messages?lang=en").text
    for email, status in (("nobody@example.org", 403), ("other@example.org", 404)):
        sign_in(client, email)
        assert client.get(behind_url(taught)).status_code == status


def test_json_tells_who_and_writes_to_them(app, client, taught) -> None:
    url, headers = f"/api/v1/activities/{taught.activity.public_id}/falling-behind", bearer(app, TEACHER)
    (found,) = client.get(url, headers=headers).json["items"]
    assert (found["enrolment"], found["reasons"]) == (taught.refs[1], ["missed_in_a_row", "out_of_reach"])
    body, once = {"enrolments": [taught.refs[1]], "text": "Hola"}, {**headers, "Idempotency-Key": "k1"}
    answers = [client.post(f"{url}/messages", json=body, headers=once) for _ in range(2)]
    assert [(answer.status_code, answer.json) for answer in answers] == [(201, {"people": 1})] * 2
    assert len([m for m in messages(app) if m.kind == "attendance.behind"]) == 1
    refused = client.post(f"{url}/messages", json=body | {"enrolments": taught.refs}, headers=headers)
    assert (refused.status_code, refused.json["code"]) == (409, "recipients_changed")


def test_the_instructor_s_page_says_how_many_and_leads_there(client, taught) -> None:
    sign_in(client, TEACHER)
    text = client.get("/teach?lang=en").text
    assert "1 person is falling behind" in text
    assert behind_url(taught).split("?")[0] in text


def test_one_s_own_page_shows_minutes_and_where_a_mark_comes_from(app, client, taught) -> None:
    with app.app_context():
        mine = enrol(taught.activity, person("bea@example.org")).public_id
        service.mark(
            class_session_ref=taught.session_refs[0], enrolment_ref=mine, mark="late", minutes=40, note="nur intern"
        )
    sign_in(client, "bea@example.org")
    text = client.get(f"/my/attendance/{mine}?lang=en").text
    assert "Marked by hand" in text
    assert "40 minutes" in text
    assert "nur intern" not in text
    found = client.get(f"/api/v1/enrolments/{mine}/attendance", headers=bearer(app, "bea@example.org")).json
    assert found["marks"][0]["minutes"] == 40
    assert found["marks"][0]["source"] == "hand"
    assert "nur intern" not in str(found)
