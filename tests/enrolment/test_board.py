"""The selection board: filters, orders, files, previews and proposals, by pages and by JSON."""

import csv
import io
import re
import time
from datetime import timedelta
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import text as sql

from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core import clock, files, tables
from ilpes_lms.core.database import db, writing
from ilpes_lms.enrolment import queries, service
from ilpes_lms.enrolment.errors import TooManyAtOnce
from ilpes_lms.enrolment.models import ApplicationAnswer, ApplicationQuestion, PlaceRule, Review
from ilpes_lms.enrolment.queries import BoardFilter, Order
from ilpes_lms.enrolment.rules import Reviewer
from ilpes_lms.people.models import Person
from tests.conftest import empty
from tests.factories.catalogue import make_activity
from tests.factories.enrolment import enrol, make_crowd, make_institution, make_someone, states
from tests.factories.people import bearer, coordinator, form_post, person, sign_in

API = "/api/v1"
EVERYWHERE: frozenset[str] = frozenset()


@pytest.fixture
def staff(app: APIFlask, client: FlaskClient) -> int:
    with app.app_context():
        number = coordinator(language="en").id
    sign_in(client, "coordinator@example.org")
    return number


@pytest.fixture
def helper(app: APIFlask) -> int:
    with app.app_context():
        return person("helper@example.org", language="en").id


def a_board(**fields: Any) -> Activity:
    return make_activity(kind="international_open", **{"capacity": 5, **fields})


def put(activity: Activity, *, score: int | None = None, reviewer: Person | None = None, **fields: Any) -> str:
    """Let somebody apply, judged with a score if one is given."""
    made = enrol(activity, make_someone(**fields), state="applied")
    if score is not None:
        judge = Reviewer((reviewer or make_someone()).id, EVERYWHERE)
        service.review(
            activity_ref=activity.public_id, enrolment_ref=made.public_id, reviewer=judge, score=score, seen=0
        )
    return made.public_id


def refs(activity: Activity, asked: BoardFilter | None = None, **order: Any) -> list[str]:
    return [one.enrolment.public_id for one in queries.board(activity.id, asked, Order(**order)).items]


def path(activity: Activity) -> str:
    return f"/coordinate/activities/{activity.public_id}/applications"


def test_each_filter_leaves_those_who_match(context: APIFlask) -> None:
    activity, me = a_board(), make_someone()
    ministry = make_institution("Ministerio de Planificación", "PER")
    rosa = put(activity, sex="female", residence_country="PER", sector="academia", organization_id=ministry.id)
    juan = put(activity, sex="male", residence_country="CHL", score=80, given_names="Juan", first_surname="Núñez")
    mine = put(activity, sex="male", residence_country="CHL", score=40, reviewer=me)
    found = {
        BoardFilter(country="PER"): {rosa},
        BoardFilter(sex="male"): {juan, mine},
        BoardFilter(sector="academia"): {rosa},
        BoardFilter(text="NUNEZ"): {juan},
        BoardFilter(text="planificacion"): {rosa},
        BoardFilter(text="juan planificación"): set(),
        BoardFilter(text="%"): set(),
        BoardFilter(score=41): {juan},
        BoardFilter(score=40): {juan, mine},
        BoardFilter(not_reviewed_by=me.id): {rosa, juan},
        BoardFilter(state="confirmed"): set(),
        BoardFilter(state="applied", sex="male", country="CHL", score=50): {juan},
    }
    for asked, expected in found.items():
        assert set(refs(activity, asked)) == expected, asked
        assert queries.number_matching(activity.id, asked) == len(expected), asked
        assert set(queries.matching_refs(activity.id, asked)) == expected, asked


def test_what_was_copied_at_the_application_counts_and_what_was_not_is_read_of_the_person(context: APIFlask) -> None:
    activity = a_board()
    ministry = make_institution("Ministerio Antiguo", "PER")
    kept, bare = (make_someone(organization_id=ministry.id, residence_country="PER") for _ in range(2))
    first, second = enrol(activity, kept, state="applied"), enrol(activity, bare, state="applied")
    with writing():
        second.country = second.sex = second.organization_name = second.organization_id = None
        for someone in (kept, bare):
            someone.residence_country, someone.organization_id = "CHL", None
            someone.organization_text = "Comuna"
    lines = {one.enrolment.public_id: one for one in queries.board(activity.id).items}
    assert (lines[first.public_id].country, lines[first.public_id].institution) == ("PER", "Ministerio Antiguo")
    assert (lines[second.public_id].country, lines[second.public_id].institution) == ("CHL", "Comuna")
    assert refs(activity, BoardFilter(text="antiguo")) == [first.public_id]
    assert refs(activity, BoardFilter(text="comuna")) == [second.public_id]


def test_countries_sort_by_their_names_and_scores_by_the_average(context: APIFlask) -> None:
    activity = a_board()
    germany = put(activity, residence_country="DEU", score=10)
    brazil = put(activity, residence_country="BRA")
    chile = put(activity, residence_country="CHL", score=90)
    spanish, english = ["DEU", "BRA", "CHL"], ["BRA", "CHL", "DEU"]
    assert refs(activity, sort="country", countries=spanish) == [germany, brazil, chile]
    assert refs(activity, sort="country", countries=english) == [brazil, chile, germany]
    assert refs(activity, sort="score", descending=True) == [chile, germany, brazil]
    assert queries.matching_refs(activity.id, BoardFilter()) == [chile, germany, brazil]


@pytest.mark.parametrize("cursor", ["x", "W10", "WyJhIl0", "WyIxIiw5OTk5OTk5OTk5OTk5OTk5OTk5OV0", "é"])
@pytest.mark.parametrize("sort", ["date", "name", "score"])
def test_a_cursor_that_nobody_gave_is_refused(app: APIFlask, client: FlaskClient, staff: int, sort, cursor) -> None:
    with app.app_context():
        ref = a_board().public_id
    address, headers = f"{API}/activities/{ref}/enrolments", bearer(app, "coordinator@example.org")
    assert client.get(f"{address}?sort={sort}&cursor={cursor}", headers=headers).status_code == 422


def test_what_an_address_asks_without_sense_is_as_if_not_asked(app: APIFlask, client: FlaskClient, staff: int) -> None:
    with app.app_context():
        activity = a_board()
        put(activity, first_surname="Quispe")
        where = path(activity)
    for query in ("state=x", "country=ZZZ", "score=1000", "score=x", "sort=x&order=y", "sex=1&sector=2", "mine=1"):
        assert "Quispe" in client.get(f"{where}?{query}").text, query


def test_a_board_of_two_thousand_asks_little_and_shows_a_hundred_at_a_time(
    app: APIFlask, client: FlaskClient, staff: int, statements: list[str]
) -> None:
    with app.app_context():
        activity = a_board(capacity=100)
        made = make_crowd(activity, 2000)
        with writing() as session:
            session.add_all(
                Review(enrolment_id=one, reviewer_id=staff, score=one % 101, at=clock.now()) for one in made[:1500]
            )
        base = path(activity)
    for query in ("", "?sort=score&order=desc&score=50", "?q=rojas&mine=yes", "?state=applied&sex=female&sort=country"):
        # That somebody looked is recorded once for some minutes, which is no part of the page.
        client.get(base + query).close()
        del statements[:]
        page = client.get(base + query).text
        assert len(statements) <= 12, statements
        assert page.count('name="chosen"') == 100
    for where in (f"{base}/proposal", f"{base}/{_first(page)}"):
        client.get(where).close()
        del statements[:]
        assert client.get(where).status_code == 200
        assert len(statements) <= 12, statements
    del statements[:]
    values = {"decision": "accept", "scope": "all"}
    seen = form_post(client, f"{base}/preview", values, page="/my/profile")
    assert "Accept: 100 persons" in seen.text
    assert "1,900 persons stay as they are" in seen.text


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_a_board_does_not_wait_until_the_database_has_looked_at_what_is_new(app: APIFlask, client: FlaskClient) -> None:
    """PostgreSQL expects next to nothing of tables that were empty when it last looked."""
    # Seen once, pages and statements are compiled: what is compared is the database's part.
    warming = _judged_by_one(app)
    sign_in(client, "coordinator@example.org")
    _seconds(client, warming)
    empty(app)
    _look_at_tables(app)
    base = _judged_by_one(app)
    sign_in(client, "coordinator@example.org")
    unaware = _seconds(client, base)
    _look_at_tables(app)
    assert unaware < 10 * _seconds(client, base)


def _judged_by_one(app: APIFlask) -> str:
    """Return the address of a board of five hundred who have a score each."""
    with app.app_context():
        judge, activity = coordinator(language="en").id, a_board(capacity=10)
        with writing() as session:
            session.add_all(
                Review(enrolment_id=one, reviewer_id=judge, score=50, at=clock.now())
                for one in make_crowd(activity, 500)
            )
        return path(activity)


def _look_at_tables(app: APIFlask) -> None:
    with app.app_context(), db.engine.begin() as connection:
        for table in ("enrolments", "persons", "reviews"):
            connection.execute(sql(f"ANALYZE {table}"))


def _seconds(client: FlaskClient, base: str) -> float:
    began = time.monotonic()
    for address in (f"{base}?sort=score&order=desc&score=1", f"{base}/proposal"):
        assert client.get(address).status_code == 200
    return time.monotonic() - began


def test_two_thousand_have_pages_with_numbers_and_a_decision_leads_back_to_the_same_one(
    app: APIFlask, client: FlaskClient, staff: int, statements: list[str]
) -> None:
    with app.app_context():
        activity = a_board(capacity=100)
        make_crowd(activity, 2000)
        base = path(activity)
    seen: list[str] = []
    for number in (1, 2, 10, 20):
        del statements[:]
        page = client.get(f"{base}?page={number}&sort=name").text
        assert len(statements) <= 12, statements
        found = re.findall(r'name="chosen" id="[^"]+" value="([^"]+)"', page)
        assert len(found) == 100
        seen.extend(found)
        assert f"{number * 100 - 99:,} to {number * 100:,} of 2,000" in page.replace("\xa0", ",").replace("\u202f", ",")
    assert len(set(seen)) == 400
    tenth = client.get(f"{base}?page=10&sort=name").text
    for one in (1, 8, 9, 11, 12, 20):
        assert re.search(
            rf'href="[^"]*{"page=" + str(one) if one > 1 else "sort=name"}"', tenth.replace("&amp;", "&")
        ), one
    assert 'aria-current="page"' in tenth
    for beyond in ("21", "99999999", "0", "-1", "x"):
        assert client.get(f"{base}?page={beyond}").text.count('name="chosen"') == 100
    decided = form_post(
        client, f"{base.removesuffix('/applications')}/decisions?page=10&sort=name",
        {"decision": "decline", "chosen": seen[-1]}, page=base,
    )  # fmt: skip
    assert decided.location.endswith("/applications?sort=name&page=10")


def _first(page: str) -> str:
    found = re.search(r'name="chosen" id="[^"]+" value="([^"]+)"', page)
    assert found is not None
    return found.group(1)


def test_two_thousand_are_decided_in_one_go_and_the_best_get_the_places(context: APIFlask) -> None:
    activity = a_board(capacity=3)
    made = make_crowd(activity, 2000)
    ordered = queries.matching_refs(activity.id, BoardFilter())[::-1]
    done = service.decide(activity_ref=activity.public_id, enrolment_refs=ordered, decision="accept")
    assert [one.ref for one in done if not one.refused] == ordered[:3]
    service.decide(activity_ref=activity.public_id, enrolment_refs=ordered, decision="decline")
    assert states(activity) == {"confirmed": 3, "declined": 1997}
    assert len(made) == 2000
    with pytest.raises(TooManyAtOnce):
        service.decide(activity_ref=activity.public_id, enrolment_refs=[*ordered, "x"], decision="decline")


def test_a_decision_shows_one_letter_for_each_language_with_the_sentence_and_how_many_read_it(
    app: APIFlask, client: FlaskClient, staff: int
) -> None:
    with app.app_context():
        activity = a_board(titles={"es": "Planes", "fr": "Les plans"})
        chosen = [put(activity, language=language) for language in ("fr", "es", "es", "en")]
        where = path(activity)
    values = {"decision": "decline", "chosen": chosen, "reason": "Too <b>many</b> this year"}
    seen = form_post(client, f"{where}/preview", values, page=where).text
    for language, number in (("es", "2 letters"), ("fr", "1 letter"), ("en", "1 letter")):
        assert f'<blockquote lang="{language}">' in seen
        assert number in seen
    assert "Les plans" in seen
    assert seen.count("Too &lt;b&gt;many&lt;/b&gt; this year") == 4, "in three letters and in the field"


def test_many_are_decided_only_once_their_number_is_written(app: APIFlask, client: FlaskClient, staff: int) -> None:
    with app.app_context():
        activity = a_board(capacity=40)
        for _ in range(30):
            put(activity)
        where = path(activity)
    everyone = {"decision": "decline", "scope": "all"}
    seen = form_post(client, f"{where}/preview", everyone, page=where).text
    chosen = re.findall(r'name="chosen" value="([^"]+)"', seen)
    assert len(chosen) == 30
    decisions = where.replace("/applications", "/decisions")
    for number in ("", "29", "x"):
        refused = form_post(client, decisions, {"decision": "decline", "chosen": chosen, "number": number}, page=where)
        assert (refused.status_code in {303, 422}, "Decided" in refused.text) == (True, False)
    with app.app_context():
        assert states(activity) == {"applied": 30}
    done = form_post(client, decisions, {"decision": "decline", "chosen": chosen, "number": "30"}, page=where)
    assert done.status_code == 303
    with app.app_context():
        assert states(activity) == {"declined": 30}


def test_all_on_the_page_are_those_whom_the_page_named(app: APIFlask, client: FlaskClient, staff: int) -> None:
    with app.app_context():
        activity = a_board()
        here = [put(activity) for _ in range(2)]
        put(activity)
        where = path(activity)
    seen = form_post(client, f"{where}/preview", {"decision": "decline", "scope": "page", "here": here}, page=where)
    assert re.findall(r'name="chosen" value="([^"]+)"', seen.text) == here


def test_a_proposal_says_why_of_everybody_can_be_changed_and_changes_nothing(
    app: APIFlask, client: FlaskClient, staff: int
) -> None:
    with app.app_context():
        activity = a_board(capacity=2)
        with writing() as session:
            session.add(PlaceRule(activity_id=activity.id, kind="at_most_per_country", number=1, countries=[]))
        first, second = (
            put(activity, residence_country="CHL", score=90),
            put(activity, residence_country="CHL", score=80),
        )
        third = put(activity, residence_country="PER", score=10)
        where = path(activity)
    page = client.get(f"{where}/proposal").text
    assert _ticked(page) == [first, third]
    assert "number 1 by score" in page
    assert "Already 1 of Chile" in page
    changed = form_post(client, f"{where}/proposal", {"chosen": [second]}).text
    assert _ticked(changed) == [second]
    assert changed.count("Changed by you.") == 3
    with app.app_context():
        assert states(activity) == {"applied": 3}
    seen = form_post(client, f"{where}/preview", {"decision": "accept", "chosen": _ticked(page)}, page=where)
    assert "Accept: 2 persons" in seen.text


def _ticked(page: str) -> list[str]:
    return re.findall(r'name="chosen" id="[^"]+" value="([^"]+)" checked', page)


def test_those_who_are_out_come_in_parts_and_ticks_are_kept(app: APIFlask, client: FlaskClient, staff: int) -> None:
    with app.app_context():
        activity = a_board(capacity=2)
        make_crowd(activity, 450)
        where = path(activity)
    page = client.get(f"{where}/proposal").text
    ins, first = _ticked(page), _offered(page)
    assert (len(ins), len(first), "1 to 200 of 448" in page) == (2, 200, True)
    second = form_post(client, f"{where}/proposal", {"chosen": [ins[0], first[7]], "from": "201"}).text
    assert _ticked(second) == [ins[0], first[7]]
    last = form_post(client, f"{where}/proposal", {"chosen": ins, "from": "401"}).text
    assert (len(_offered(last)), "401 to 448 of 448" in last) == (48, True)
    for nonsense in ("0", "x", "99999999", "-1", "9999999"):
        assert client.get(f"{where}/proposal?from={nonsense}").status_code == 200


def _offered(page: str) -> list[str]:
    return re.findall(r'name="chosen" id="[^"]+" value="([^"]+)">', page)


def test_a_proposal_for_nobody_says_what_to_do(app: APIFlask, client: FlaskClient, staff: int) -> None:
    with app.app_context():
        where = path(a_board())
    assert "Nobody to choose from" in client.get(f"{where}/proposal").text


def test_an_application_shows_all_that_was_written_with_answers_and_files(
    app: APIFlask, client: FlaskClient, staff: int
) -> None:
    with app.app_context():
        activity = a_board()
        made = enrol(activity, make_someone(position="Jefa <i>de</i> unidad"), state="applied")
        with writing() as session:
            questions = [
                ApplicationQuestion(
                    activity_id=activity.id, number=number, kind=kind, labels={"en": f"Question {kind}"}, hints={},
                    options=[{"code": "a", "labels": {"en": "The first"}}] if kind == "choice" else [],
                )
                for number, kind in enumerate(("text", "choice", "number", "file"), start=1)
            ]  # fmt: skip
            session.add_all(questions)
            session.flush()
            letter = {"file_name": "carta.pdf", "file_key": files.keep(b"%PDF-1.7")}
            given = [{"text": "One\nTwo <script>"}, {"text": "a"}, {"number": 12}, letter]
            session.add_all(
                ApplicationAnswer(enrolment_id=made.id, question_id=question.id, **values)
                for question, values in zip(questions, given, strict=True)
            )
        where = f"{path(activity)}/{made.public_id}"
    page = " ".join(client.get(where).text.split())
    for text in (
        "Jefa &lt;i&gt;de",
        "Question text",
        "One<br>Two &lt;script&gt;",
        "The first",
        "<dd> 12 </dd>",
        "carta.pdf</a>",
    ):
        assert text in page, text
    headers = bearer(app, "coordinator@example.org")
    told = client.get(f"{API}/activities/{activity.public_id}/enrolments/{made.public_id}", headers=headers).get_json()
    assert [(answer["text"], answer["number"], answer["file"]) for answer in told["answers"]] == [
        ("One\nTwo <script>", None, None), ("a", None, None), ("", 12.0, None), ("", None, "carta.pdf"),
    ]  # fmt: skip


def test_who_helps_opens_the_letter_of_an_applicant_and_other_helpers_do_not(
    app: APIFlask, client: FlaskClient, helper: int
) -> None:
    with app.app_context():
        mine, other = a_board(), a_board()
        catalogue.assign(activity_id=mine.id, person_id=helper, role="co_coordinator")
        addresses = []
        for activity in (mine, other):
            made = enrol(activity, make_someone(), state="applied")
            with writing() as session:
                question = ApplicationQuestion(
                    activity_id=activity.id, number=1, kind="file", labels={"en": "Letter"}, hints={}, options=[]
                )
                session.add(question)
                session.flush()
                answer = ApplicationAnswer(
                    enrolment_id=made.id, question_id=question.id, file_name="c.pdf", file_key=files.keep(b"%PDF-1.7")
                )
                session.add(answer)
            addresses.append(f"/applications/{made.public_id}/files/{answer.public_id}")
    sign_in(client, "helper@example.org")
    assert [client.get(address).status_code for address in addresses] == [200, 404]


def test_a_reviewer_scores_on_the_page_and_goes_to_the_next(
    app: APIFlask, client: FlaskClient, staff: int, helper: int
) -> None:
    with app.app_context():
        activity = a_board()
        catalogue.assign(activity_id=activity.id, person_id=helper, role="co_coordinator")
        first, second = put(activity), put(activity)
        where = path(activity)
    sign_in(client, "helper@example.org")
    desk = client.get("/coordinate/reviews").text
    assert "2 applications left for you" in desk
    board = client.get(where).text
    assert "Propose who gets a place" not in board
    assert 'name="decision"' not in board
    here = f"{where}/{first}"
    wrong = form_post(client, f"{here}/review", {"score": "101", "version": "0"}, page=here)
    assert (wrong.status_code, 'href="#score"' in wrong.text) == (422, True)
    saved = form_post(
        client, f"{here}/review", {"score": "70", "note": "Good", "version": "0", "then": "next"}, page=here
    )
    assert saved.location.endswith(second)
    stale = form_post(client, f"{here}/review", {"score": "20", "version": "0"}, page=here)
    assert (stale.status_code, "Saved meanwhile: score 70" in stale.text) == (422, True)
    left = client.get(f"{where}?mine=yes").text
    assert (first in left, second in left) == (False, True)


def test_a_conflict_is_declared_and_taken_back_on_the_page(app: APIFlask, client: FlaskClient, staff: int) -> None:
    with app.app_context():
        activity = a_board()
        one = put(activity)
        where = path(activity)
    here = f"{where}/{one}"
    assert form_post(client, f"{here}/conflict", {"reason": "Same team"}, page=here).status_code == 303
    page = client.get(here).text
    assert "Someone else judges and decides about this person." in page
    assert 'name="decision"' not in page
    assert "You: conflict of interest" in client.get(where).text
    seen = form_post(client, f"{where}/preview", {"decision": "accept", "chosen": [one]}, page=where).text
    assert "declared a conflict of interest" in seen
    assert form_post(client, f"{here}/conflict/take-back", page=here).status_code == 303
    assert "Save the review" in client.get(here).text


def test_the_files_hold_what_the_filter_leaves_as_text_without_notes(
    app: APIFlask, client: FlaskClient, staff: int
) -> None:
    with app.app_context():
        activity, judge = a_board(), make_someone()
        one = put(activity, first_surname="=HYPERLINK(1)", given_names="Íñigo", sex="male", score=80, reviewer=judge)
        put(activity, sex="female")
        service.review(
            activity_ref=activity.public_id, enrolment_ref=one, reviewer=Reviewer(staff, EVERYWHERE), score=75,
            note="SECRET", seen=0,
        )  # fmt: skip
        where = path(activity)
    answer = client.get(f"{where}.csv?sex=male")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert (len(rows), rows[0][1], rows[1][1], rows[1][2]) == (2, "Given names", "Íñigo", "'=HYPERLINK(1)")
    assert rows[1][11:13] == ["77.5", "2"]
    book = client.get(f"{where}.xlsx?sex=male")
    read = list(tables.read(io.BytesIO(book.data), tables.Limits(file_bytes=1_000_000, rows=10)))
    assert [row.cells[2] for row in read] == ["Surnames", "=HYPERLINK(1)"]
    assert b"<f>" not in book.data
    for data in (answer.data, book.data):
        assert b"SECRET" not in data


def test_taking_the_board_along_is_on_record(app: APIFlask, client: FlaskClient, staff: int) -> None:
    from sqlalchemy import select

    from ilpes_lms.audit.models import AuditEntry
    from ilpes_lms.core.database import db

    with app.app_context():
        activity = a_board()
        put(activity)
        where = path(activity)
    client.get(f"{where}.csv")
    with app.app_context():
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.verb == "enrolment.exported")).one()
        assert (entry.object_id, entry.details) == (activity.public_id, {"number": 1})


def test_json_filters_judges_proposes_previews_and_decides(app: APIFlask, client: FlaskClient, staff: int) -> None:
    with app.app_context():
        activity = a_board(capacity=1)
        first, second = put(activity, residence_country="PER", language="pt"), put(activity, score=20)
        base = f"{API}/activities/{activity.public_id}"
    headers = bearer(app, "coordinator@example.org")
    found = client.get(f"{base}/enrolments?country=PER&not_reviewed_by_me=true", headers=headers).get_json()
    assert ([one["id"] for one in found["items"]], found["total"]) == ([first], 1)
    assert client.get(f"{base}/enrolments?colour=red", headers=headers).status_code == 422
    here = f"{base}/enrolments/{first}"
    tag = client.get(here, headers=headers).headers["ETag"]
    body = {"score": 95, "note": "Strong"}
    assert client.put(f"{here}/review", json=body, headers=headers).status_code == 428
    saved = client.put(f"{here}/review", json=body, headers={**headers, "If-Match": tag})
    assert (saved.status_code, saved.get_json()["my_review"]["version"], saved.headers["ETag"]) == (200, 1, '"1"')
    assert client.put(f"{here}/review", json=body, headers={**headers, "If-Match": tag}).status_code == 412
    proposal = client.get(f"{base}/proposal", headers=headers).get_json()
    assert [(one["id"], one["chosen"], one["reason"]["code"]) for one in proposal["items"]] == [
        (first, True, "in_rank"), (second, False, "no_places"),
    ]  # fmt: skip
    assert [line["chosen"] for line in proposal["after"]["country"] if line["value"] == "PER"] == [1]
    wish = {"enrolments": [first, second], "decision": "accept"}
    seen = client.post(f"{base}/decisions/preview", json=wish, headers=headers).get_json()
    assert [(letter["language"], letter["number"]) for letter in seen["letters"]] == [("pt", 1)]
    assert [one["refused"] and one["refused"]["code"] for one in seen["items"]] == [None, "activity_full"]
    declared = client.put(f"{base}/enrolments/{second}/conflict", json={"reason": "x"}, headers=headers).get_json()
    assert (declared["my_conflict"], declared["may_take_back"]) == (True, True)
    done = client.post(f"{base}/decisions", json=wish, headers=headers).get_json()["items"]
    assert [one["refused"] and one["refused"]["code"] for one in done] == [None, "conflict_declared"]
    taken = client.delete(f"{base}/enrolments/{second}/conflict", headers=headers).get_json()
    assert taken["my_conflict"] is False
    balance = client.get(f"{base}/balance", headers=headers).get_json()
    assert sum(line["chosen"] for line in balance["sex"]) == 1


@pytest.mark.parametrize("score", [-1, 101, "x", 10**30, 1.5])
def test_a_score_without_sense_is_refused_by_json(app: APIFlask, client: FlaskClient, staff: int, score) -> None:
    with app.app_context():
        activity = a_board()
        here = f"{API}/activities/{activity.public_id}/enrolments/{put(activity)}/review"
    headers = {**bearer(app, "coordinator@example.org"), "If-Match": '"0"'}
    answer = client.put(here, json={"score": score}, headers=headers)
    assert (answer.status_code, answer.get_json()["errors"][0]["field"]) == (422, "score")


def test_an_application_of_another_activity_or_division_does_not_exist(
    app: APIFlask, client: FlaskClient, staff: int, helper: int
) -> None:
    with app.app_context():
        mine, other = a_board(), a_board()
        catalogue.assign(activity_id=mine.id, person_id=helper, role="co_coordinator")
        foreign = put(other)
        pages = [f"{path(mine)}/{foreign}", f"{path(other)}/{foreign}", path(other)]
        apis = [f"{API}/activities/{one.public_id}/enrolments/{foreign}" for one in (mine, other)]
    assert client.get(pages[0]).status_code == 404
    headers = bearer(app, "helper@example.org")
    sign_in(client, "helper@example.org")
    assert [client.get(page).status_code for page in pages] == [404, 404, 404]
    for api in apis:
        tagged = {**headers, "If-Match": '"0"'}
        assert client.get(api, headers=headers).status_code == 404
        assert client.put(f"{api}/review", json={"score": 1}, headers=tagged).status_code == 404
        assert client.put(f"{api}/conflict", json={}, headers=headers).status_code == 404
    for closed in ("proposal", "decisions/preview"):
        method = client.get if closed == "proposal" else client.post
        options = {} if closed == "proposal" else {"json": {}}
        assert method(f"{API}/activities/{mine.public_id}/{closed}", headers=headers, **options).status_code == 403


def test_an_assignment_that_is_over_lets_nobody_judge(app: APIFlask, client: FlaskClient, helper: int) -> None:
    with app.app_context():
        activity = a_board()
        yesterday = clock.today("America/Santiago") - timedelta(days=1)
        catalogue.assign(activity_id=activity.id, person_id=helper, role="co_coordinator", ends_on=yesterday)
        where = path(activity)
    sign_in(client, "helper@example.org")
    assert client.get(where).status_code == 403


def test_the_applicant_reads_no_score_and_no_note(app: APIFlask, client: FlaskClient) -> None:
    with app.app_context():
        activity = a_board()
        ana = person("ana@example.org", language="en")
        made = service.enrol_directly(activity_id=activity.id, person_id=ana.id, state="applied")
        service.review(
            activity_ref=activity.public_id, enrolment_ref=made.public_id, score=97, note="CONFIDENTIAL", seen=0,
            reviewer=Reviewer(make_someone().id, EVERYWHERE),
        )  # fmt: skip
        ref = made.public_id
    sign_in(client, "ana@example.org")
    for page in (f"/my/enrolments/{ref}", "/my", "/my/data", "/my/data.json"):
        text = client.get(page).text
        assert "CONFIDENTIAL" not in text
        assert "97" not in re.sub(r"[0-9a-z]{26}|\d{4}-\d\d-\d\d\S*|[\d:.]+", "", text)
    assert "deliberate is not part of it" in client.get("/my/data").text
