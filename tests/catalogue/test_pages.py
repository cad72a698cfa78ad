"""The catalogue's pages."""

import json
import re
from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine

from ilpes_lms.catalogue import queries, service
from ilpes_lms.core import clock
from ilpes_lms.core.database import writing
from ilpes_lms.core.settings import institute_day
from tests.factories.catalogue import make_activity, make_class_session, make_course
from tests.factories.people import coordinator, csrf_token, person, sign_in

COORDINATOR = "coordinator@example.org"


@pytest.fixture
def arranged(app):
    """A context to arrange data in, left before the first request."""
    with app.app_context():
        yield app


def titles(page):
    return re.findall(r'<h3><a href="[^"]+">([^<]+)</a></h3>', page.text)


def counts(page, heading):
    """Return the counts of one filter by the label of its links."""
    found = re.search(rf"<h2>{heading}</h2>(.*?)</ul>", page.text, re.DOTALL)
    if not found:
        return {}
    pairs = re.findall(r'([^<>]+)</span><span class="count">(\d+)</span>', found.group(1))
    return {label: int(count) for label, count in pairs}


def get(client, address):
    answer = client.get(address, headers={"Accept-Language": "en"})
    assert answer.status_code == 200, answer.text
    return answer


def publish_some(app):
    with app.app_context():
        make_activity(
            "international_open", title="Planificación y Ñandú", country="CHL", topics=["planning"], languages=["es"],
            starts_in=20,
        )  # fmt: skip
        make_activity("webinar", title="Governo aberto", country="BRA", topics=["open_government"], languages=["pt"])
        make_activity("webinar", title="Running one", starts_in=-5, days=30, closes_in=-6)
        make_activity("webinar", title="Past one", starts_in=-50, languages=["en"], status="archived")
        make_activity("webinar", title="Secret draft", status="draft")
        make_activity("webinar", title="Called off", status="cancelled")


def test_the_catalogue_shows_current_activities_first_what_can_be_joined_before_what_runs(app, client):
    publish_some(app)
    assert titles(get(client, "/activities")) == ["Governo aberto", "Planificación y Ñandú", "Running one"]


def test_past_activities_are_one_link_away(app, client):
    publish_some(app)
    assert "/activities?when=past" in get(client, "/activities").text
    assert titles(get(client, "/activities?when=past")) == ["Past one"]


@pytest.mark.parametrize("words", ["nandu", "PLANIFICACION", "ñandú planificación", "  chile "])
def test_a_search_minds_neither_accents_nor_case(app, client, words):
    publish_some(app)
    assert titles(get(client, f"/activities?q={words}")) == ["Planificación y Ñandú"]


@pytest.mark.parametrize("words", ["50%", "a_b", "x\\y"])
def test_signs_that_databases_mean_something_by_are_only_signs(app, client, words):
    with app.app_context():
        make_activity(title=f"Sobre {words} hoy")
        make_activity(title="Sobre 50 axb xy")
    assert len(titles(client.get("/activities", query_string={"q": words}))) == 1


def test_filters_count_what_each_would_show_given_the_others(app, client):
    publish_some(app)
    page = get(client, "/activities?kind=webinar")
    assert titles(page) == ["Governo aberto", "Running one"]
    assert counts(page, "Kind") == {"International course, open to all": 1, "Webinar or seminar": 2}
    assert counts(page, "Country where it is given") == {"Brazil": 1}
    assert counts(page, "Applications") == {"Open for application": 1}
    assert counts(page, "Language") == {"Spanish": 1, "Portuguese": 1}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("topic=planning", ["Planificación y Ñandú"]),
        ("country=BRA", ["Governo aberto"]),
        ("language=pt", ["Governo aberto"]),
        ("when=running", ["Running one"]),
        ("when=upcoming&kind=international_open", ["Planificación y Ñandú"]),
        ("open=yes", ["Governo aberto", "Planificación y Ñandú"]),
        ("modality=in_person", []),
        ("when=past&language=en", ["Past one"]),
    ],
)
def test_each_filter_narrows_the_list(app, client, query, expected):
    publish_some(app)
    assert titles(get(client, f"/activities?{query}")) == expected


@pytest.mark.parametrize("query", ["q=%FF%FE", "q=" + "a" * 5000, "kind=", "utm_source=x&fbclid=y", "lang=en"])
def test_an_odd_address_breaks_nothing(app, client, query):
    publish_some(app)
    assert client.get(f"/activities?{query}").status_code == 200


@pytest.mark.parametrize(
    ("query", "said", "rest"),
    [
        ("kindd=x", "kindd=x", ""),
        ("kind=nonsense&topic=planning", "kind=nonsense", "?topic=planning"),
        ("country=XXX&language=zz", "country=XXX, language=zz", ""),
        ("when=never&q=governo", "when=never", "?q=governo"),
        ("kind=webinar&kind=international_open", "kind=international_open", "?kind=webinar"),
        ("a=1&b=2&c=3&d=4", "a=1, b=2, c=3, …", ""),
    ],
)
def test_what_a_filter_does_not_know_is_said_with_the_way_on(app, client, query, said, rest):
    publish_some(app)
    for _asked_again in range(2):
        page = client.get(f"/activities?{query}", headers={"Accept-Language": "en"})
        assert page.status_code == 422
        assert f'leaves it out: {said}. <a href="/activities{rest.replace("&", "&amp;")}">Go on without it' in page.text
        assert titles(page)
    assert client.get(f"/activities{rest}").status_code == 200


def test_a_list_goes_on_by_cursor_forth_and_back_and_misses_nothing(app, client):
    with app.app_context():
        for number in range(45):
            make_activity(title=f"Activity {number:02}", starts_in=number + 1)
    address, seen = "/activities", []
    for _page in range(3):
        page = get(client, address)
        seen += titles(page)
        following = re.search(r'href="([^"]+)" rel="next"', page.text)
        address = following.group(1).replace("&amp;", "&") if following else None
    assert address is None
    assert seen == [f"Activity {number:02}" for number in range(45)]
    assert "41 to 45 of 45" in page.text
    previous = re.search(r'href="([^"]+)" rel="prev"', page.text).group(1).replace("&amp;", "&")
    assert titles(get(client, previous))[0] == "Activity 20"


def test_a_page_that_never_was_is_refused_in_words(app, client):
    assert client.get("/activities?cursor=nonsense").status_code == 422


def test_the_catalogue_takes_few_statements_however_many_activities_there_are(app, client, statements):
    with app.app_context():
        course = make_course()
        for number in range(82):
            make_activity(
                title=f"Activity {number}", course_id=course.id, partners=[("CIDE", "academic_partner")],
                starts_in=number - 52, status="published" if number > 40 else "archived",
            )  # fmt: skip
    del statements[:]
    page = get(client, "/activities")
    assert len(titles(page)) == 20
    assert len(statements) <= 3


def test_a_page_that_still_stands_is_not_made_again(app, client, statements):
    publish_some(app)
    first = get(client, "/activities").text
    del statements[:]
    assert get(client, "/activities").text == first
    assert [statement.split("FROM")[1].split()[0] for statement in statements] == ["catalogue_editions"]


def test_whatever_the_list_shows_is_seen_at_once(app, client):
    with app.app_context():
        ref = make_activity(title="Before", capacity=1).public_id
    assert titles(get(client, "/activities")) == ["Before"]
    with app.app_context():
        activity = service.edit_activity(activity_ref=ref, version=2, titles={"es": "After"})
        number = activity.id
    page = get(client, "/activities")
    assert titles(page) == ["After"]
    assert "Full: waiting list" not in page.text
    with app.app_context(), writing():
        service.set_counts(service.lock(number), confirmed=1, waiting=0)
    assert "Full: waiting list" in get(client, "/activities").text
    with app.app_context():
        service.cancel(activity_ref=ref)
    assert titles(get(client, "/activities")) == []


def test_a_kept_page_is_nobody_s(app, client):
    publish_some(app)
    anonymous = get(client, "/activities").text
    with app.app_context():
        person("reader@example.org", given_names="Rosalía", language="es")
    reader = app.test_client()
    sign_in(reader, "reader@example.org")
    assert "Rosalía" in reader.get("/activities").text
    assert "Iniciar sesión" in app.test_client().get("/activities", headers={"Accept-Language": "es"}).text
    assert get(app.test_client(), "/activities").text == anonymous
    assert "csrf" not in anonymous


def test_applications_close_by_the_clock_though_nothing_is_written(app, client):
    with app.app_context():
        make_activity(closes_in=1)
    assert "Open for registration" in get(client, "/activities").text
    with time_machine.travel(clock.now() + timedelta(days=2)):
        assert "Registration closed" in get(client, "/activities").text


def test_where_a_committee_selects_one_applies_and_elsewhere_one_registers(app, client):
    with app.app_context():
        refs = [make_activity(kind=kind, closes_in=1).public_id for kind in ("international_open", "webinar")]
    selected, open_to_all = (get(client, f"/activities/{ref}").text for ref in refs)
    assert "Open for application" in selected
    assert "<dt>Applications</dt>" in selected
    assert "Open for registration" in open_to_all
    assert "<dt>Registration</dt>" in open_to_all


def test_nothing_matching_says_what_to_do(app, client):
    page = get(client, "/activities?q=zzzz")
    assert "Nothing matches" in page.text
    assert "Clear all" in page.text


def test_an_activity_says_what_for_whom_when_and_by_whom(app, client):
    with app.app_context():
        activity = make_activity(
            titles={"es": "Prospectiva", "en": "Foresight"}, summaries={"en": "How to think ahead."}, hours=12,
            country="PER", eligible_countries=["PER", "CHL"], partners=[("CIDE", "academic_partner")], capacity=30,
            topics=["foresight"], contact="ilpes@example.org", notes=[{"where": "table", "text": "A note."}],
            closes_in=5,
        )  # fmt: skip
        make_class_session(activity)
        address = f"/activities/{activity.public_id}"
    page = get(client, address)
    for text in ("Foresight", "How to think ahead.", "12 hours", "Chile, Peru", "CIDE", "30 places left",
                 "Closes in 5 days", "Class sessions", "ilpes@example.org", "A note."):  # fmt: skip
        assert text in page.text, text
    assert client.get(f"{address}/any-slug").status_code == 200


def test_class_sessions_are_told_in_the_reader_s_zone_and_at_the_place(app, client):
    with app.app_context():
        person("reader@example.org", zone="America/Mexico_City", language="en")
        activity = make_activity(zone="America/Santiago")
        make_class_session(activity)
        ref = activity.public_id
    sign_in(client, "reader@example.org")
    text = client.get(f"/activities/{ref}").text
    assert "At the place: 10:00–11:30" in text


def test_trust_33_search_engines_read_structured_data_that_cannot_end_its_script(app, client):
    with app.app_context():
        ref = make_activity(title="</script><script>alert(1)</script>").public_id
    text = get(client, f"/activities/{ref}").text
    data = re.search(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL).group(1)
    assert json.loads(data)["name"] == "</script><script>alert(1)</script>"
    assert "<script>alert" not in text


def test_a_headcount_is_shown_as_published(app, client):
    with app.app_context():
        activity = make_activity(starts_in=-400, status="archived")
        service.record_headcount(activity_id=activity.id, women=1172, men=1168, source="LC/MDCRP.29/3")
        other = make_activity(starts_in=-400, status="archived", record="no_record")
        refs = activity.public_id, other.public_id
    text = get(client, f"/activities/{refs[0]}").text
    for expected in ("1,172", "1,168", "2,340", "As published in LC/MDCRP.29/3"):
        assert expected in text
    assert "There is no record of how many people took part." in get(client, f"/activities/{refs[1]}").text


def test_drafts_and_what_does_not_exist_are_not_found(app, client):
    with app.app_context():
        draft = make_activity(status="draft").public_id
        discarded = make_activity(status="draft")
        service.cancel(activity_ref=discarded.public_id)
        refs = draft, discarded.public_id, "nothing"
    for ref in refs:
        assert client.get(f"/activities/{ref}").status_code == 404


def test_a_cancelled_activity_says_so_to_whoever_has_its_address(app, client):
    with app.app_context():
        ref = make_activity(status="cancelled").public_id
    assert "Cancelled" in get(client, f"/activities/{ref}").text


def test_joining_links_are_never_public(app, client):
    with app.app_context():
        activity = make_activity(joining_link="https://meet.example.org/secret")
        make_class_session(activity, joining_link="https://meet.example.org/other")
        ref = activity.public_id
    assert "meet.example.org" not in client.get(f"/activities/{ref}").text
    assert "meet.example.org" not in client.get(f"/api/v1/activities/{ref}").text


FORM = {
    "titles_es": "Gobierno abierto", "starts_on": "2027-04-06", "ends_on": "2027-05-04", "zone": "America/Santiago",
    "modality": "live_online", "admission": "selection", "languages": ["es", "en"], "topics": ["open_government"],
    "division": "ilpes", "hours": "40", "capacity": "30", "applications_close_at": "2027-03-20T23:59",
    "partners-0-name": "CIDE", "partners-0-role": "academic_partner", "partners-1-name": "", "partners-1-role": "donor",
}  # fmt: skip


@pytest.fixture
def coordinating(app, client):
    with app.app_context():
        coordinator(COORDINATOR, language="en")
    sign_in(client, COORDINATOR)
    return client


def send(client, address, data=None, page=None):
    proof = csrf_token(client, page or address)
    return client.post(address, data={**(data or {}), "csrf_token": proof})


def test_a_coordinator_plans_an_activity_from_draft_to_the_public_catalogue(app, coordinating):
    answer = send(coordinating, "/coordinate/activities/new/international_open", FORM)
    assert answer.status_code == 303, answer.text
    managing = answer.location
    answer = send(coordinating, f"{managing}/class-sessions", data={
        "starts_wall": "2027-04-06T10:00", "minutes": "90", "zone": "America/Santiago", "title": "Introducción",
    })  # fmt: skip
    assert answer.status_code == 303
    assert send(coordinating, f"{managing}/publish", page=managing).status_code == 303
    assert "Introducción" in coordinating.get(f"{managing}/class-sessions").text
    assert "Published" in coordinating.get(managing).text
    ref = managing.rsplit("/", 1)[-1]
    with app.app_context():
        activity = queries.published_activity(ref)
        assert activity.languages == ["es", "en"]
        assert [(p.name, p.role) for p in activity.partners] == [("CIDE", "academic_partner")]
        assert activity.applications_close_at.isoformat() == "2027-03-21T02:59:00+00:00"
    assert coordinating.get(f"/activities/{ref}").status_code == 200


@pytest.mark.parametrize(
    ("change", "precisions"),
    [
        ({"start_precision": "month", "end_precision": "month"}, ("month", "month")),
        ({"start_precision": "month"}, ("month", "day")),
        ({"ends_on": "", "start_precision": "month"}, ("month", "month")),
        ({}, ("day", "day")),
    ],
)
def test_of_a_first_or_last_day_only_the_month_may_be_known(app, coordinating, change, precisions):
    answer = send(coordinating, "/coordinate/activities/new/international_open", {**FORM, **change})
    assert answer.status_code == 303, answer.text
    ref = answer.location.rsplit("/", 1)[-1]
    with app.app_context():
        activity = queries.managed_activity(ref, frozenset())
        assert (activity.start_precision, activity.end_precision) == precisions
    edited = send(coordinating, f"{answer.location}/edit", {**FORM, "version": "1", "hours": "41"})
    assert edited.status_code == 303, edited.text
    with app.app_context():
        activity = queries.managed_activity(ref, frozenset())
        assert (activity.start_precision, activity.hours) == (precisions[0], 41), "what is not sent stays"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"titles_es": ""}, "Write a title in at least one language."),
        ({"starts_on": ""}, "This field is required."),
        ({"ends_on": "2027-04-01"}, "The end can&#39;t be before the start."),
        ({"capacity": "0"}, "This must be greater than zero"),
        ({"starts_on": "9999-12-31"}, "This date is not plausible."),
        ({"applications_close_at": "9999-12-31T23:59"}, "This date is not plausible."),
        ({"admission": "nomination"}, "Not a valid choice."),
        ({"joining_link": "javascript:alert(1)"}, "A link begins with https://"),
        ({"country": "XXX"}, "Not a valid choice."),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_is_kept(coordinating, change, message):
    answer = send(coordinating, "/coordinate/activities/new/international_open", {**FORM, **change})
    assert answer.status_code == 422
    assert message in answer.text
    assert 'value="CIDE"' in answer.text


def test_the_form_tells_what_is_missing_and_what_is_wrong_at_once(coordinating):
    wrong = {
        "titles_es": "", "starts_on": "", "ends_on": "1492-10-12", "languages": [], "hours": "-2", "capacity": "many",
        "joining_link": "http://example.org", "eligible_organizations": "Ministerio que nadie conoce",
        "applications_open_at": "2027-04-01T10:00",
    }  # fmt: skip
    answer = send(coordinating, "/coordinate/activities/new/international_open", {**FORM, **wrong})
    summary = answer.text.split('class="error-summary"', 1)[1].split("</div>", 1)[0]
    assert answer.status_code == 422
    told = set(re.findall(r'href="#([a-z_]+)', summary))
    assert told == {
        "titles_es", "starts_on", "ends_on", "languages", "hours", "capacity", "joining_link", "eligible_organizations",
        "applications_close_at",
    }  # fmt: skip


def test_an_edit_shows_what_stands_and_saves_what_is_changed(app, coordinating):
    with app.app_context():
        activity = make_activity(
            "international_open", title="Antes", country="PER", eligible_countries=["PER"], closes_in=30, capacity=20,
            partners=[("CIDE", "academic_partner")], topics=["planning"], hours=7.5,
        )  # fmt: skip
        before = {
            name: getattr(activity, name) for name in ("country", "eligible_countries", "topics", "hours", "zone")
        }
        closes, ref, version = activity.applications_close_at, activity.public_id, activity.version
    address = f"/coordinate/activities/{ref}/edit"
    page = coordinating.get(address).text
    data = fields_of(page) | {"titles_es": "Después"}
    answer = send(coordinating, address, data)
    assert answer.status_code == 303, answer.text
    with app.app_context():
        saved = queries.published_activity(ref)
        assert (saved.titles, saved.version) == ({"es": "Después"}, version + 1)
        assert {name: getattr(saved, name) for name in before} == before
        assert saved.applications_close_at == closes.replace(second=0, microsecond=0)
        assert [p.name for p in saved.partners] == ["CIDE"]


def fields_of(page):
    """Return what a browser would send of the form on a page, unchanged."""
    from html import unescape

    data = {}
    for tag in re.findall(r"<input[^>]+>", page):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if not name or ('type="checkbox"' in tag and "checked" not in tag):
            continue
        data.setdefault(name.group(1), []).append(unescape(value.group(1)) if value else "")
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        data[name] = re.findall(r'<option selected value="([^"]*)"', options)
    for name, text in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', page, re.DOTALL):
        data[name] = [unescape(text.lstrip("\r\n"))]
    data.pop("csrf_token", None)
    return data


def test_two_who_edit_at_once_are_shown_both_versions(app, coordinating):
    with app.app_context():
        ref = make_activity("international_open", title="Antes", capacity=20).public_id
    address = f"/coordinate/activities/{ref}/edit"
    data = fields_of(coordinating.get(address).text) | {"location": "Lima"}
    with app.app_context():
        service.edit_activity(activity_ref=ref, version=2, location="Quito")
    answer = send(coordinating, address, data)
    assert answer.status_code == 409
    assert "Someone else changed this in the meantime" in answer.text
    assert "Lima" in answer.text
    assert "Quito" in answer.text
    with app.app_context():
        assert queries.published_activity(ref).location == "Quito"
    again = send(coordinating, address, fields_of(answer.text))
    assert again.status_code == 303
    with app.app_context():
        assert queries.published_activity(ref).location == "Lima"


def test_a_copy_opens_for_correction(app, coordinating):
    with app.app_context():
        ref = make_activity(title="Modelo").public_id
    answer = send(coordinating, f"/coordinate/activities/{ref}/clone", page=f"/coordinate/activities/{ref}")
    assert answer.status_code == 303
    assert "Modelo" in coordinating.get(answer.location).text


def test_a_step_that_is_not_possible_is_said_and_changes_nothing(app, coordinating):
    with app.app_context():
        ref = make_activity(status="archived").public_id
    page = f"/coordinate/activities/{ref}"
    send(coordinating, f"{page}/cancel", page=page)
    assert "can&#39;t take this step" in coordinating.get(page).text


def test_an_instructor_is_assigned_by_address_and_taken_off(app, coordinating):
    with app.app_context():
        teacher = person("teacher@example.org", given_names="Elena")
        activity = make_activity()
        ref, teacher_ref, teacher_id = activity.public_id, teacher.public_id, teacher.id
    page = f"/coordinate/activities/{ref}/staff"
    assert send(coordinating, page, {"email": "nobody@example.org", "role": "instructor"}).status_code == 422
    assert send(coordinating, page, {"email": "Teacher@example.org", "role": "instructor"}).status_code == 303
    assert "Elena" in coordinating.get(page).text
    with app.app_context():
        assert queries.roles_by_assignment(teacher_id) == {"instructor"}
        assert [a.public_id for a in queries.activities_taught_by(teacher_id)] == [ref]
    send(coordinating, f"{page}/{teacher_ref}/remove", {"role": "instructor"}, page)
    with app.app_context():
        assert queries.roles_by_assignment(teacher_id) == set()


def test_an_assignment_counts_between_its_dates_only(app, arranged):
    today = institute_day()
    teacher, activity = person(), make_activity()
    service.assign(activity_id=activity.id, person_id=teacher.id, role="instructor", ends_on=today - timedelta(days=1))
    assert queries.roles_by_assignment(teacher.id) == set()
    service.assign(activity_id=activity.id, person_id=teacher.id, role="instructor", ends_on=today)
    assert queries.roles_by_assignment(teacher.id) == {"instructor"}


def test_an_assignment_counts_until_its_last_evening_at_the_institute(app, arranged):
    last = date(2026, 11, 20)
    teacher, activity = person(), make_activity(starts_on=last)
    service.assign(activity_id=activity.id, person_id=teacher.id, role="instructor", ends_on=last)
    # By UTC the next day has begun.
    with time_machine.travel(datetime(2026, 11, 21, 2, 30, tzinfo=UTC), tick=False):
        assert queries.roles_by_assignment(teacher.id) == {"instructor"}
        assert [taught.id for taught in queries.activities_taught_by(teacher.id)] == [activity.id]
    with time_machine.travel(datetime(2026, 11, 21, 3, 30, tzinfo=UTC), tick=False):
        assert queries.roles_by_assignment(teacher.id) == set()


def test_the_coordinators_table_has_drafts_states_and_filters(app, coordinating):
    publish_some(app)
    everything = coordinating.get("/coordinate/activities").text
    assert "Secret draft" in everything
    drafts = coordinating.get("/coordinate/activities?status=draft&kind=&q=secret").text
    assert "Secret draft" in drafts
    assert "Governo aberto" not in drafts
    unknown = coordinating.get("/coordinate/activities?status=draft&kind=nonsense&lang=en")
    assert unknown.status_code == 422
    assert '"/coordinate/activities?status=draft">Go on without it' in unknown.text


def test_the_coordinators_pages_take_few_statements(app, coordinating, statements):
    with app.app_context():
        for number in range(60):
            activity = make_activity(title=f"Activity {number}", partners=[("CIDE", "donor")])
        for minute in range(20):
            make_class_session(activity, at=time(10, minute))
        ref = activity.public_id
    managing = f"/coordinate/activities/{ref}"
    for address in ("/coordinate/activities", managing, f"{managing}/class-sessions", f"{managing}/staff",
                    f"{managing}/edit", f"/activities/{ref}"):  # fmt: skip
        del statements[:]
        assert coordinating.get(address).status_code == 200
        assert len(statements) <= 12, (address, *statements)


def test_a_coordinator_of_one_division_finds_only_its_activities(app, client):
    with app.app_context():
        coordinator("statistics@example.org", division="statistics", language="en")
        own = make_activity("other_division", title="Own", division="statistics").public_id
        foreign = make_activity("other_division", title="Foreign", division="gender_affairs").public_id
        session = make_class_session(queries.published_activity(foreign)).public_id
    sign_in(client, "statistics@example.org")
    text = client.get("/coordinate/activities").text
    assert "Own" in text
    assert "Foreign" not in text
    assert client.get(f"/coordinate/activities/{own}").status_code == 200
    for address in (f"/coordinate/activities/{foreign}", f"/coordinate/activities/{foreign}/edit"):
        assert client.get(address).status_code == 404
    page = f"/coordinate/activities/{own}"
    for address in (f"/coordinate/activities/{foreign}/publish", f"/coordinate/activities/{foreign}/clone",
                    f"/coordinate/activities/{foreign}/class-sessions", f"/coordinate/activities/{foreign}/staff",
                    f"/coordinate/class-sessions/{session}/cancel"):  # fmt: skip
        assert send(client, address, page=page).status_code == 404, address


def test_participants_are_not_shown_how_activities_are_managed(app, client):
    with app.app_context():
        person("someone@example.org")
        ref = make_activity().public_id
    sign_in(client, "someone@example.org")
    assert client.get("/coordinate/activities").status_code == 403
    assert client.get(f"/coordinate/activities/{ref}").status_code == 403
