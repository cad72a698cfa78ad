import re

import pytest

from ilpes_lms.attendance import queries
from ilpes_lms.attendance.queries import roster_pages
from ilpes_lms.core.database import db, writing
from ilpes_lms.core.text import fold
from tests.factories.attendance import complete, make_taught, mark
from tests.factories.catalogue import make_class_session
from tests.factories.enrolment import enrol, make_someone
from tests.factories.people import administrator, coordinator, csrf_token, form_post, person, sign_in

TEACHER = "teacher@example.org"


@pytest.fixture
def taught(app):
    with app.app_context():
        return make_taught(instructor=TEACHER, sessions=3, participants=3, title="Curso de prueba")


def roster_of(taught, number: int = 0) -> str:
    return f"/teach/class-sessions/{taught.session_refs[number]}?lang=en"


def marks_url(taught, session: int = 0) -> str:
    return f"/teach/class-sessions/{taught.session_refs[session]}/marks"


def pressed(taught, key: str, version: int = 0, person: int = 0) -> dict[str, str]:
    return {"m": f"{taught.refs[person]}.{key}.{version}"}


def stored(app) -> dict[str, str]:
    from sqlalchemy import select

    from ilpes_lms.attendance.models import Mark
    from ilpes_lms.enrolment.models import Enrolment

    with app.app_context():
        rows = db.session.execute(select(Enrolment.public_id, Mark.mark).join(Mark, Mark.enrolment_id == Enrolment.id))
        return dict(iter(rows))


def test_the_roster_has_a_line_for_each_participant(client, taught) -> None:
    sign_in(client, TEACHER)
    text = client.get(roster_of(taught)).text
    assert text.count("?who=") == 3
    assert text.count(".p.0>Present</button>") == 3
    assert 'Without a mark <strong data-count="n" data-all="3">3</strong>' in text
    assert 'aria-label="Pages of the roster"' not in text


def test_a_press_of_a_mark_works_without_a_script(app, client, taught) -> None:
    sign_in(client, TEACHER)
    answer = form_post(client, marks_url(taught), pressed(taught, "l"), page=roster_of(taught))
    assert (answer.status_code, answer.location.endswith(f"#{taught.refs[0]}")) == (303, True)
    assert stored(app) == {taught.refs[0]: "late"}
    text = client.get(roster_of(taught)).text
    assert re.search(rf"value={taught.refs[0]}\.l\.\d+ aria-pressed=true>Late", text)
    deed = re.search(r'name="deed" value="(\w+)"><span>', text)
    assert deed is not None
    back = f"/teach/class-sessions/{taught.session_refs[0]}/taken-back"
    answer = form_post(client, back + "?lang=en", {"deed": deed[1]}, page=roster_of(taught), follow_redirects=True)
    assert "1 mark is what it was." in answer.text
    assert stored(app) == {}


def test_a_script_is_told_the_mark_as_it_stands(client, taught) -> None:
    sign_in(client, TEACHER)
    said = {"page": roster_of(taught), "headers": {"Accept": "application/json"}}
    answer = form_post(client, marks_url(taught), pressed(taught, "p") | {"deed": "a" * 26}, **said)
    assert (answer.status_code, answer.json["key"], answer.json["text"]) == (200, "p", "")
    again = form_post(client, marks_url(taught), pressed(taught, "p") | {"deed": "a" * 26}, **said)
    assert again.json == answer.json, "sent twice, done once"
    other = form_post(client, marks_url(taught) + "?lang=en", pressed(taught, "a") | {"deed": "b" * 26}, **said)
    assert (other.status_code, other.json["version"]) == (409, answer.json["version"])
    assert "Now: Present. You wanted: Absent." in other.json["text"]


def test_a_stale_page_without_a_script_leads_to_both_marks(app, client, taught) -> None:
    with app.app_context():
        mark(taught.sessions[0], taught.enrolments[0], "excused")
    sign_in(client, TEACHER)
    answer = form_post(
        client, marks_url(taught) + "?lang=en", pressed(taught, "a"), page=roster_of(taught), follow_redirects=True
    )
    assert "Now: Excused. You wanted: Absent." in answer.text
    assert f"people/{taught.refs[0]}" in answer.request.path
    assert stored(app) == {taught.refs[0]: "excused"}


@pytest.mark.parametrize("said", ["here", "", "x.p.0", "aaaaaaaaaa.q.0", "aaaaaaaaaa.p.-1"])
def test_what_is_no_mark_is_refused(app, client, taught, said) -> None:
    sign_in(client, TEACHER)
    answer = form_post(client, marks_url(taught), {"m": said}, page=roster_of(taught), follow_redirects=True)
    assert answer.status_code == 200
    assert 'class="message wrong"' in answer.text
    assert stored(app) == {}


def test_a_mark_without_the_form_s_proof_is_refused(app, client, taught) -> None:
    sign_in(client, TEACHER)
    assert client.post(marks_url(taught), data=pressed(taught, "p")).status_code == 400
    assert stored(app) == {}


def test_all_present_spares_the_marks_that_are_there_and_is_taken_back_as_one(app, client, taught) -> None:
    sign_in(client, TEACHER)
    form_post(client, marks_url(taught), pressed(taught, "e"), page=roster_of(taught))
    url = f"/teach/class-sessions/{taught.session_refs[0]}"
    answer = form_post(
        client, f"{url}/all-present?lang=en", {"deed": "c" * 26}, page=roster_of(taught), follow_redirects=True
    )
    assert "2 people were marked present." in answer.text
    assert "2 people: present" in answer.text
    assert sorted(stored(app).values()) == ["excused", "present", "present"]
    form_post(client, f"{url}/taken-back", {"deed": "c" * 26}, page=roster_of(taught))
    assert list(stored(app).values()) == ["excused"]


def test_a_note_without_a_mark_is_not_lost_in_silence(app, client, taught) -> None:
    with app.app_context():
        mine = enrol(taught.activity).public_id
    sign_in(client, TEACHER)
    url = f"/teach/class-sessions/{taught.session_refs[0]}/people/{mine}?lang=en"
    typed = {"mark": "none", "minutes": "", "note": "Llega a las diez", "version": "0", "deed": "d" * 26}
    refused = form_post(client, url, typed)
    assert (refused.status_code, "Choose a mark" in refused.text, "Llega a las diez" in refused.text) == (
        422,
        True,
        True,
    )
    assert form_post(client, url, typed | {"mark": "excused"}).status_code == 303
    (version,) = re.findall(r'name="version"[^>]* value="(\d+)"', client.get(url).text)
    cleared = form_post(client, url, typed | {"version": version, "deed": "e" * 26})
    assert (cleared.status_code, stored(app)) == (303, {}), "a mark is taken back together with its note"


def test_minutes_and_a_note_for_staff_stand_on_a_person_s_page(app, client, taught) -> None:
    with app.app_context():
        mine = enrol(taught.activity, person("ana@example.org")).public_id
    sign_in(client, TEACHER)
    url = f"/teach/class-sessions/{taught.session_refs[0]}/people/{mine}?lang=en"
    typed = {"mark": "late", "minutes": "40", "note": "Salió antes", "version": "0", "deed": "d" * 26}
    assert form_post(client, url, typed).status_code == 303
    text = client.get(url).text
    assert "Late, 40 minutes" in text
    assert text.count("Salió antes") == 2, "in the form and in the history"
    stale = form_post(client, url, typed | {"mark": "absent", "deed": "e" * 26})
    assert (stale.status_code, "Somebody else changed this mark" in stale.text) == (422, True)
    assert 'name="mark" type="radio" value="absent"' in stale.text
    assert form_post(client, url, typed | {"minutes": "5000"}).status_code == 422
    assert "40 minutes · note" in client.get(roster_of(taught)).text
    sign_in(client, "ana@example.org")
    for path in (f"/my/attendance/{mine}", f"/my/enrolments/{mine}", "/my/data.json"):
        assert "Salió antes" not in client.get(path).text
    assert client.get(url).status_code == 403


def test_a_class_session_to_come_shows_names_and_no_buttons(app, client, taught) -> None:
    with app.app_context():
        ref = make_class_session(taught.activity, starts_in=2).public_id
    sign_in(client, TEACHER)
    text = client.get(f"/teach/class-sessions/{ref}?lang=en").text
    assert "Not begun yet" in text
    assert text.count("?who=") == 3
    assert "<button name=m" not in text
    said = {"page": roster_of(taught), "headers": {"Accept": "application/json"}}
    answer = form_post(client, f"/teach/class-sessions/{ref}/marks", pressed(taught, "p"), **said)
    assert (answer.status_code, "not begun" in answer.json["text"] or "comenzado" in answer.json["text"]) == (422, True)
    assert stored(app) == {}


def test_nobody_else_sees_a_roster(app, client, taught) -> None:
    with app.app_context():
        make_taught(instructor="other@example.org")
        person("nobody@example.org")
        coordinator("elsewhere@example.org", division="statistics")
    paths = [roster_of(taught), f"{roster_of(taught)}&who=a", f"/teach/activities/{taught.activity.public_id}"]
    for email, status in (("other@example.org", 404), ("nobody@example.org", 403), ("elsewhere@example.org", 404)):
        visitor = app.test_client()
        sign_in(visitor, email)
        assert [visitor.get(path).status_code for path in paths] == [status] * len(paths), email
    assert app.test_client().get(paths[0]).status_code == 303


def test_coordinators_and_administrators_see_every_roster(app, client, taught) -> None:
    with app.app_context():
        coordinator()
        administrator()
    for email in ("coordinator@example.org", "admin@example.org"):
        visitor = app.test_client()
        sign_in(visitor, email)
        assert visitor.get(roster_of(taught)).status_code == 200


def test_a_participant_of_another_activity_can_not_be_marked_here(app, client, taught) -> None:
    with app.app_context():
        other = make_taught()
    sign_in(client, TEACHER)
    answer = form_post(client, marks_url(taught), pressed(other, "p"), page=roster_of(taught))
    assert answer.status_code == 404
    assert stored(app) == {}


def test_outcomes_are_shown_with_their_reasons(app, client, taught) -> None:
    with app.app_context():
        complete(taught)
    sign_in(client, TEACHER)
    text = client.get(f"/teach/activities/{taught.activity.public_id}?lang=en").text
    assert "Attended: 3 of 3 class sessions; needed: 3." in text
    assert "At least 80 % of the class sessions" in text
    assert "Change the rule" not in text


def test_a_coordinator_changes_the_rule(app, client, taught) -> None:
    with app.app_context():
        coordinator()
        mark(taught.sessions[0], taught.enrolments[0])
    sign_in(client, "coordinator@example.org")
    page = f"/teach/activities/{taught.activity.public_id}?lang=en"
    rule = f"/teach/activities/{taught.activity.public_id}/rule?lang=en"
    data = {"minimum_share": "30", "version": "1"}
    assert form_post(client, rule, data).status_code == 303
    assert "At least 30 % of the class sessions" in client.get(page).text
    with app.app_context():
        assert queries.standings(taught.activity.id) == {"completed": 1}
    stale = form_post(client, rule, data)
    assert (stale.status_code, "Someone else changed this" in stale.text) == (422, True)


@pytest.mark.parametrize(("share", "text"), [("150", "between 0 and 100"), ("", "Write a number"), ("0", "must ask")])
def test_a_rule_that_makes_no_sense_is_refused_beside_its_field(app, client, taught, share, text) -> None:
    with app.app_context():
        coordinator()
    sign_in(client, "coordinator@example.org")
    rule = f"/teach/activities/{taught.activity.public_id}/rule?lang=en"
    answer = form_post(client, rule, {"minimum_share": share, "version": "1"})
    assert answer.status_code == 422
    assert re.search(rf'id="minimum_share-error".*{text}', answer.text)


def test_an_instructor_may_not_change_the_rule(client, taught) -> None:
    sign_in(client, TEACHER)
    rule = f"/teach/activities/{taught.activity.public_id}/rule"
    assert form_post(client, rule, {"minimum_share": "10"}, page=roster_of(taught)).status_code == 403


def test_a_participant_sees_their_own_attendance_only(app, client, taught) -> None:
    with app.app_context():
        mark(taught.sessions[0], taught.enrolments[0], "late")
        mine = enrol(taught.activity, person("ana@example.org")).public_id
        mark(taught.sessions[1], enrol_of(mine), "excused")
    sign_in(client, "ana@example.org")
    text = client.get(f"/my/attendance/{mine}?lang=en").text
    assert "Excused" in text
    assert "Late" not in text
    assert client.get(f"/my/attendance/{taught.refs[0]}").status_code == 404


def enrol_of(ref: str):
    from ilpes_lms.enrolment.queries import enrolment

    return enrolment(ref)


def test_trust_33_a_script_in_a_name_is_inert(app, client, taught) -> None:
    with app.app_context():
        enrol(taught.activity, make_someone(given_names='<script>alert(1)</script>"'))
    sign_in(client, TEACHER)
    for path in (roster_of(taught), f"/teach/activities/{taught.activity.public_id}"):
        text = client.get(path).text
        assert "<script>alert" not in text
        assert "&lt;script&gt;alert(1)" in text


def test_a_roster_of_500_is_small_and_takes_few_statements(app, client, statements) -> None:
    with app.app_context():
        big = make_taught(instructor=TEACHER, sessions=1, participants=500)
        ministry = "Ministerio de Planificación y Desarrollo"
        with writing():
            for enrolment in big.enrolments:
                enrolment.organization_name = ministry
        complete(big)
    sign_in(client, TEACHER)
    for language in ("es", "en", "pt", "fr"):
        del statements[:]
        answer = client.get(f"/teach/class-sessions/{big.session_refs[0]}?lang={language}")
        assert answer.text.count(ministry) == 500
        assert len(answer.data) < 300_000, (language, len(answer.data))
        assert len(statements) < 12, statements


@pytest.fixture
def small_pages(monkeypatch):
    """Let three lines be a page of a roster."""
    monkeypatch.setattr(roster_pages, "PAGE_SIZE", 3)


@pytest.fixture
def crowd(app, small_pages):
    """Seven people, by name: Ana to Eva, and two Solís."""
    with app.app_context():
        crowd = make_taught(instructor=TEACHER, sessions=1, participants=7)
        with writing():
            names = ("Ana", "Beto", "Caro", "Dora", "Eva", "Sara Solís", "Tito Solís")
            for enrolment, name in zip(crowd.enrolments, names, strict=True):
                enrolment.person.given_names, enrolment.person.name_key = name, fold(name)
        return crowd


def shown_on(text: str, taught) -> list[int]:
    return [number for number, ref in enumerate(taught.refs) if f"?who={ref}" in text]


def test_a_long_roster_has_numbered_pages_that_count_everyone(client, crowd) -> None:
    sign_in(client, TEACHER)
    first, last = (client.get(f"{roster_of(crowd)}&page={number}").text for number in (1, 99))
    assert (shown_on(first, crowd), shown_on(last, crowd)) == ([0, 1, 2], [6])
    assert "1 to 3 of 7" in first
    assert "7 to 7 of 7" in last
    assert first.count('aria-current="page"><span class="hidden-text">Page </span>1</a>') == 2
    assert 'data-count="n" data-all="7">7<' in last
    assert "data-whole" not in first


def test_people_on_all_pages_are_found_by_name_accents_apart(client, crowd) -> None:
    sign_in(client, TEACHER)
    found = client.get(f"{roster_of(crowd)}&q=SOLIS").text
    assert shown_on(found, crowd) == [5, 6]
    assert "2 people have this name." in found
    assert 'aria-label="Pages of the roster"' not in found
    nobody = client.get(f"{roster_of(crowd)}&q=%25").text
    assert shown_on(nobody, crowd) == []
    assert "Nobody in this activity has this name." in nobody
    assert "Show everyone" in nobody


def test_a_press_without_a_script_leads_back_to_the_page_or_the_search_it_came_from(client, crowd) -> None:
    sign_in(client, TEACHER)
    press = {"m": f"{crowd.refs[6]}.p.0"}
    answer = form_post(client, marks_url(crowd), press, page=roster_of(crowd), follow_redirects=True)
    assert shown_on(answer.text, crowd) == [6]
    press = {"m": f"{crowd.refs[5]}.p.0"}
    answer = form_post(client, f"{marks_url(crowd)}?q=solis", press, page=roster_of(crowd), follow_redirects=True)
    assert shown_on(answer.text, crowd) == [5, 6]


def test_all_others_present_says_how_many_and_marks_those_of_all_pages(app, client, crowd) -> None:
    sign_in(client, TEACHER)
    assert "7 people of this activity who have no mark yet" in client.get(f"{roster_of(crowd)}&page=2").text
    form_post(client, f"{roster_of(crowd).split('?')[0]}/all-present", {"deed": "c" * 26}, page=roster_of(crowd))
    assert len(stored(app)) == 7


def test_pages_of_200_participants_take_few_statements(app, client, statements) -> None:
    with app.app_context():
        big = make_taught(instructor=TEACHER, sessions=8, participants=200)
        complete(big)
    sign_in(client, TEACHER)
    for path in (roster_of(big), f"/teach/activities/{big.activity.public_id}"):
        del statements[:]
        answer = client.get(path)
        assert answer.status_code == 200
        assert len(statements) <= 12, statements
    assert csrf_token(client, roster_of(big))


def test_a_press_of_a_mark_takes_few_statements(app, client, taught, statements) -> None:
    sign_in(client, TEACHER)
    proof = csrf_token(client, roster_of(taught))
    client.post(marks_url(taught), data=pressed(taught, "p", person=1) | {"csrf_token": proof})
    del statements[:]
    json = {"Accept": "application/json"}
    client.post(marks_url(taught), data=pressed(taught, "p") | {"csrf_token": proof}, headers=json)
    assert len(statements) <= 14, statements
