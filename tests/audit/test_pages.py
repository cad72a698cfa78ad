"""The audit record: newest first, page by page, of one object, inert."""

from datetime import timedelta

import pytest

from ilpes_lms.audit import queries, service
from ilpes_lms.audit.chain import service as chain
from ilpes_lms.core import actor
from ilpes_lms.core.settings import institute_day
from tests.factories import people

SOMEONE = queries.Sought(actor="someone")


def record_some(number: int, **details) -> None:
    for count in range(number):
        service.record("thing.done", "thing", f"object{count}", **details)


def test_what_was_done_last_stands_on_top(app, client) -> None:
    with app.app_context():
        people.administrator()
        record_some(3)
    people.sign_in(client, "admin@example.org")
    page = client.get("/admin/audit?lang=en").text
    assert page.index("object2") < page.index("object1") < page.index("object0")


def test_one_object_s_record_leaves_out_all_others(app, client) -> None:
    with app.app_context():
        people.administrator()
        record_some(3)
    people.sign_in(client, "admin@example.org")
    page = client.get("/admin/audit?object=object1").text
    assert "object1" in page
    assert "object2" not in page


def test_earlier_pages_follow_without_gap_or_repetition(context) -> None:
    with actor.acting("someone"):
        record_some(7)
    first = queries.entries(SOMEONE, size=3)
    second = queries.entries(SOMEONE, size=3, cursor=first.next_cursor)
    third = queries.entries(SOMEONE, size=3, cursor=second.next_cursor)
    seen = [entry.object_id for page in (first, second, third) for entry in page.items]
    assert seen == [f"object{count}" for count in range(6, -1, -1)]
    assert third.next_cursor is None


def test_trust_33_text_in_the_record_is_inert(app, client) -> None:
    with app.app_context():
        people.administrator()
        record_some(1, note="<script>alert(1)</script>", listed=["<img src=x onerror=alert(1)>"])
    people.sign_in(client, "admin@example.org")
    page = client.get("/admin/audit?object=%3Cscript%3Ealert(2)%3C/script%3E").text
    assert "<script>alert(2)" not in page
    page = client.get("/admin/audit?object=object0").text
    assert "<script>alert" not in page
    assert "<img" not in page


def test_a_filter_without_a_hit_says_how_to_go_on(app, client) -> None:
    with app.app_context():
        people.administrator()
    people.sign_in(client, "admin@example.org")
    page = client.get("/admin/audit?object=nothing&lang=en").text
    assert "Nothing on record here" in page
    assert "All actions" in page


def test_a_page_that_does_not_exist_is_refused_in_words(app, client) -> None:
    with app.app_context():
        people.administrator()
    people.sign_in(client, "admin@example.org")
    assert client.get("/admin/audit?cursor=bent").status_code == 422


def test_a_full_page_asks_the_database_little(app, client, statements) -> None:
    with app.app_context():
        people.administrator()
        record_some(60)
    people.sign_in(client, "admin@example.org")
    del statements[:]
    assert client.get("/admin/audit").status_code == 200
    assert len(statements) <= 4


def test_programs_read_the_same_record(app, client) -> None:
    with app.app_context():
        people.administrator()
        record_some(2, places=7)
    headers = people.bearer(app, "admin@example.org")
    answer = client.get("/api/v1/audit?object=object1&size=5", headers=headers).get_json()
    assert [(entry["verb"], entry["object"], entry["details"]) for entry in answer["items"]] == [
        ("thing.done", "object1", {"places": 7})
    ]
    assert answer["next_cursor"] is None


def test_a_program_that_asks_for_too_much_is_told_which_field(app, client) -> None:
    with app.app_context():
        people.administrator()
    headers = people.bearer(app, "admin@example.org")
    answer = client.get("/api/v1/audit?size=5000", headers=headers)
    assert answer.status_code == 422
    assert "size" in answer.text


def test_deeds_are_found_by_what_was_done_and_when(app, client) -> None:
    with app.app_context():
        people.administrator()
        record_some(2)
        service.record("other.done", "other", "elsewhere")
        today = institute_day()
    headers = people.bearer(app, "admin@example.org")

    def found(**asked: str) -> set[str]:
        answer = client.get("/api/v1/audit", query_string=asked, headers=headers)
        return {entry["object"] for entry in answer.json["items"]}

    assert found(verb="thing.") == {"object0", "object1"}
    assert found(verb="other.done") == {"elsewhere"}
    assert found(verb="thing_") == set()
    assert "elsewhere" in found(**{"from": today.isoformat(), "to": today.isoformat()})
    assert found(to=(today - timedelta(days=1)).isoformat()) == set()
    assert found(**{"from": (today + timedelta(days=1)).isoformat()}) == set()


@pytest.mark.parametrize(
    ("query", "said"),
    [("from=nonsense", "first day"), ("from=2026-05-02&to=2026-05-01", "before the first"), ("to=9999-12-31", "year")],
)
def test_days_that_make_no_sense_are_refused_beside_their_field(app, client, query, said) -> None:
    with app.app_context():
        people.administrator()
    people.sign_in(client, "admin@example.org")
    page = client.get(f"/admin/audit?lang=en&{query}")
    assert page.status_code == 422
    assert said in page.text.lower()
    assert client.get(f"/admin/audit/export.json?lang=en&{query}").status_code == 422
    assert client.get(f"/api/v1/audit?{query}", headers=people.bearer(app, "admin@example.org")).status_code == 422


def test_who_stands_behind_an_account_is_looked_up_as_the_record_is_shown(app, client) -> None:
    with app.app_context():
        people.administrator(given_names="Ana", first_surname="Soto", second_surname="")
        code = people.account("admin@example.org").public_id
        with actor.acting(code):
            record_some(1)
        with actor.acting("job:people.tidy"):
            record_some(1)
    people.sign_in(client, "admin@example.org")
    page = client.get(f"/admin/audit?lang=en&actor={code}").text
    assert "Actor: Ana Soto" in page
    assert f'actor={code}">Ana Soto</a>' in page
    assert "job:people.tidy" in client.get("/admin/audit?object=object0").text


def test_an_auditor_reads_the_record_and_nothing_else(app, client) -> None:
    with app.app_context():
        people.staff("auditor", "auditor@example.org")
    people.sign_in(client, "auditor@example.org")
    assert client.get("/admin/audit").status_code == 200
    assert 'href="/admin/audit"' in client.get("/").text
    assert [client.get(page).status_code for page in ("/admin", "/admin/people", "/coordinate")] == [403] * 3


def test_what_was_erased_is_said_to_be(app, client) -> None:
    with app.app_context():
        people.administrator()
        record_some(1)
        chain.erase(["object0", "system"])
    people.sign_in(client, "admin@example.org")
    page = client.get("/admin/audit?lang=en&verb=thing.done").text
    assert "object0" not in page
    assert "erased" in page
