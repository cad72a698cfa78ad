"""Applying over the pages: filled in, saved, checked, sent; and what others may not see of it."""

import io
import re
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from ilpes_lms.catalogue import queries as activities
from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.core.database import db
from ilpes_lms.enrolment import queries, rules, service
from ilpes_lms.enrolment.models import ApplicationDraft
from ilpes_lms.people import queries as people
from tests.factories.applications import make_question, padded_pdf, pdf
from tests.factories.catalogue import make_activity
from tests.factories.enrolment import enrol, make_institution
from tests.factories.people import coordinator, csrf_token, form_post, person, sign_in

Refs = dict[str, str]
FULL = {"language": "en", "country": "CHL", "organization": "Ministry", "position": "Analyst", "sector": "academia"}


@pytest.fixture
def ana(app: APIFlask, client: FlaskClient) -> int:
    with app.app_context():
        number = person("ana@example.org", **FULL).id
    sign_in(client, "ana@example.org")
    return number


@pytest.fixture
def course(app: APIFlask) -> Refs:
    """A course that asks one question of each kind; the file is optional."""
    with app.app_context():
        activity = make_activity("international_open")
        asked = {k: make_question(activity, k, required=k != "file") for k in ("text", "choice", "number", "file")}
        return {"activity": activity.public_id, **{kind: found.public_id for kind, found in asked.items()}}


def page_of(refs: Refs, step: str = "") -> str:
    return f"/activities/{refs['activity']}/apply{step}"


def typed(refs: Refs, **more: Any) -> dict[str, Any]:
    answers = {"text": "A plan", "choice": "2", "number": "12,5"} | more
    return {"motivation": "To <b>plan</b>", **{f"answer-{refs[kind]}": said for kind, said in answers.items()}}


def letter(content: bytes | None = None, name: str = "Letter.pdf") -> FileStorage:
    return FileStorage(io.BytesIO(content if content is not None else pdf()), filename=name)


def apply(client: FlaskClient, refs: Refs, data: dict[str, Any], **more: Any) -> TestResponse:
    proof = csrf_token(client, page_of(refs))
    boundary, body = encode_multipart({**data, **more, "csrf_token": proof})
    return client.post(page_of(refs), data=body, content_type=f"multipart/form-data; boundary={boundary}")


def sends(client: FlaskClient, refs: Refs) -> TestResponse:
    shown = client.get(page_of(refs, "/check")).text
    seen = re.search(r'name="seen" value="([^"]+)"', shown)
    assert seen is not None, shown
    data = {"seen": seen.group(1)}
    return form_post(client, page_of(refs, "/send"), data, page=page_of(refs, "/check"), follow_redirects=True)


def test_an_application_is_filled_in_checked_and_sent(client: FlaskClient, course: Refs, ana: int) -> None:
    filled = apply(client, course, typed(course, file=letter(name="../../Carta de apoyo.PDF")))
    assert (filled.status_code, filled.location) == (303, page_of(course, "/check"))
    shown = client.get(filled.location).text
    for text in ("To &lt;b&gt;plan&lt;/b&gt;", "Up to ten", "12.5", "Carta de apoyo.pdf", "Analyst", "Ministry"):
        assert text in shown
    arrived = sends(client, course)
    assert "Your application has arrived" in arrived.text
    for text in ("Under review", "A plan", "Up to ten", "12.5", "Carta de apoyo.pdf", "A committee reads all"):
        assert text in arrived.text


def test_everything_that_is_wrong_is_said_at_once_and_what_was_typed_stays(
    client: FlaskClient, course: Refs, ana: int
) -> None:
    data = typed(course, choice="9", number="many", file=letter(b"GIF89a"))
    refused = apply(client, course, {**data, "motivation": " "})
    assert refused.status_code == 422
    for name in ("motivation", *(f"answer-{course[kind]}" for kind in ("number", "file"))):
        assert f'href="#{name}"' in refused.text
    for text in ("not a PDF file", "in digits", "one of the options", "A plan"):
        assert text in refused.text


def test_a_file_that_was_right_need_not_be_chosen_again_after_another_fault(
    app: APIFlask, client: FlaskClient, course: Refs, ana: int
) -> None:
    refused = apply(client, course, typed(course, number="", file=letter()))
    assert refused.status_code == 422
    assert "Chosen already: Letter.pdf" in refused.text
    assert apply(client, course, typed(course)).status_code == 303
    assert "Letter.pdf" in client.get(page_of(course, "/check")).text
    assert apply(client, course, {**typed(course), "forget": course["file"]}).status_code == 303
    assert "Letter.pdf" not in client.get(page_of(course, "/check")).text


def test_a_draft_survives_signing_out(client: FlaskClient, course: Refs, ana: int) -> None:
    saved = apply(client, course, typed(course, number="half a dozen", file=letter()), step="save")
    assert (saved.status_code, saved.location) == (303, page_of(course))
    client.get("/")
    form_post(client, "/sign-out", page="/my/profile")
    assert client.get(page_of(course)).status_code == 303
    sign_in(client, "ana@example.org")
    assert page_of(course) in client.get("/my").text
    again = client.get(page_of(course)).text
    for text in ("half a dozen", "A plan", "Chosen already: Letter.pdf", "To &lt;b&gt;plan"):
        assert text in again


def test_a_page_with_scripts_saves_by_itself(app: APIFlask, client: FlaskClient, course: Refs, ana: int) -> None:
    proof = csrf_token(client, page_of(course))
    data = {"motivation": "So far", "csrf_token": proof}
    saved = client.post(page_of(course, "/draft"), data=data)
    assert (saved.status_code, "Saved:" in saved.text) == (200, True)
    too_long = client.post(page_of(course, "/draft"), data={**data, "motivation": "x" * 5001})
    assert (too_long.status_code, "Not saved:" in too_long.text) == (422, True)
    assert "So far" in client.get(page_of(course)).text


def test_what_was_written_can_be_thrown_away(app: APIFlask, client: FlaskClient, course: Refs, ana: int) -> None:
    apply(client, course, typed(course), step="save")
    form_post(client, page_of(course, "/discard"), page=page_of(course))
    with app.app_context():
        assert db.session.query(ApplicationDraft).count() == 0


def test_nothing_is_sent_that_was_not_the_last_to_be_checked(client: FlaskClient, course: Refs, ana: int) -> None:
    apply(client, course, typed(course))
    old = re.search(r'name="seen" value="([^"]+)"', client.get(page_of(course, "/check")).text)
    assert old is not None
    apply(client, course, typed(course, text="Another plan"))
    sent = form_post(client, page_of(course, "/send"), {"seen": old.group(1)}, page=page_of(course, "/check"))
    assert sent.location == page_of(course, "/check")
    assert "changed in the meantime" in client.get(sent.location).text


def test_a_question_that_is_asked_since_the_form_was_filled_in_is_named_before_sending(
    app: APIFlask, client: FlaskClient, course: Refs, ana: int
) -> None:
    apply(client, course, typed(course))
    with app.app_context():
        make_question(activities.published_activity(course["activity"]), labels={"en": "One thing more"})
    shown = client.get(page_of(course, "/check")).text
    assert "One thing more: Please answer this question." in shown
    assert 'name="seen"' not in shown


def test_what_the_profile_lacks_is_asked_once_and_kept(app: APIFlask, client: FlaskClient) -> None:
    with app.app_context():
        number = person("eva@example.org", language="en", country="CHL").id
        institution = make_institution("Ministry of Finance")
        activity = make_activity(
            "international_open", eligible_sectors=["academia"], eligible_organizations=[institution.public_id],
            eligible_languages=["pt", "fr"],
        )  # fmt: skip
    sign_in(client, "eva@example.org")
    where = {"activity": activity.public_id}
    page = client.get(f"/activities/{activity.public_id}").text
    assert "does not say in which sector you work. The form asks you for it." in page
    nothing = form_post(client, page_of(where), {"motivation": "Yes"})
    named = [
        name for name in ("organization", "sector", "working_languages", "position") if f'href="#{name}' in nothing.text
    ]
    assert named == ["organization", "sector", "working_languages"]
    about = {"sector": "academia", "organization": "Ministry of Nowhere", "working_languages": ["fr"]}
    elsewhere = form_post(client, page_of(where), {"motivation": "Yes", **about})
    assert (elsewhere.status_code, "choose it from there" in elsewhere.text) == (422, True)
    needs = {"accessibility_needs": "Captions"}
    filled = form_post(
        client, page_of(where), {"motivation": "Yes", **about, **needs, "organization": "ministry of finance"}
    )
    assert filled.status_code == 303
    with app.app_context():
        known = people.person(number)
        assert (known.sector, known.working_languages, known.accessibility_needs) == ("academia", ["fr"], "Captions")
        assert known.organization_id == institution.id
    assert 'name="sector"' not in client.get(page_of(where)).text
    assert "arrived" in sends(client, where).text


def test_before_applying_everyone_sees_for_whom_it_is_and_what_is_asked(
    app: APIFlask, client: FlaskClient, course: Refs
) -> None:
    with app.app_context():
        institution = make_institution("Ministry of Finance")
        restricted = make_activity(
            eligible_sectors=["academia"], eligible_organizations=[institution.public_id], eligible_languages=["pt"]
        )
    page = client.get(f"/activities/{restricted.public_id}", headers={"Accept-Language": "en"}).text
    for text in ("Ministry of Finance", "Academia", "Portuguese", "Create an account"):
        assert text in page
    assert "Everyone, from any country" not in page
    page = client.get(f"/activities/{course['activity']}", headers={"Accept-Language": "en"}).text
    for text in (
        "What you are asked:",
        "Years of experience",
        "Letter of support (a PDF file of at most 5 MB)",
    ):
        assert text in page


def test_whoever_is_not_eligible_reads_every_reason_and_gets_no_form(
    app: APIFlask, client: FlaskClient, ana: int
) -> None:
    with app.app_context():
        activity = make_activity(eligible_sectors=["private"], eligible_countries=["BRA"])
    page = client.get(f"/activities/{activity.public_id}").text
    assert "for people of: Brazil." in page
    assert "people who work in: Private sector." in page
    assert client.get(f"/activities/{activity.public_id}/apply").location == f"/activities/{activity.public_id}"


def test_only_the_applicant_and_who_decides_may_read_a_letter(app: APIFlask, client: FlaskClient, course: Refs) -> None:
    with app.app_context():
        number = person("ana@example.org", **FULL).id
        person("eva@example.org")
        coordinator(language="en")
        coordinator("celade@example.org", division="celade")
    sign_in(client, "ana@example.org")
    apply(client, course, typed(course, file=letter(name='Carta "de" ação\u202e.pdf')))
    arrived = sends(client, course).text
    url = re.search(r'href="(/applications/[^"]+)"', arrived)
    assert url is not None
    mine = client.get(url.group(1))
    assert (mine.status_code, mine.content_type, mine.data[:5]) == (200, "application/pdf", b"%PDF-")
    disposition = mine.headers["Content-Disposition"]
    assert disposition.startswith("attachment;")
    assert "\u202e" not in disposition
    assert mine.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in mine.headers["Content-Security-Policy"]
    for who, status in (("coordinator", 200), ("eva", 404), ("celade", 404)):
        sign_in(client, f"{who}@example.org")
        assert client.get(url.group(1)).status_code == status, who
    with app.app_context():
        other = enrol(make_activity(), people.person(number)).public_id
    sign_in(client, "ana@example.org")
    elsewhere = re.sub(r"applications/\w+/", f"applications/{other}/", url.group(1))
    assert client.get(elsewhere).status_code == 404
    assert client.get(url.group(1)[:-1] + "0").status_code == 404


@pytest.mark.parametrize("size", [rules.LARGEST_DOCUMENT + 1, 6 * 1024 * 1024])
def test_a_file_over_five_megabytes_is_refused_beside_its_input(
    client: FlaskClient, course: Refs, ana: int, size: int
) -> None:
    refused = apply(client, course, typed(course, file=letter(padded_pdf(size))))
    assert (refused.status_code, "larger than 5 MB" in refused.text, "A plan" in refused.text) == (422, True, True)


def test_what_is_far_too_large_is_refused_by_its_length_alone(client: FlaskClient, course: Refs, ana: int) -> None:
    refused = client.post(
        page_of(course), data=b"--x", content_type="multipart/form-data; boundary=x",
        environ_overrides={"CONTENT_LENGTH": str(10**9)},
    )  # fmt: skip
    assert (refused.status_code, "Send a smaller file" in refused.text) == (413, True)


NONSENSE = ("\ud7ff" * 9, "\u202e", "🦜" * 400, "-1e999", "<script>", "'; DROP TABLE", " ", "x" * 60_000, "0" * 5000)


@pytest.mark.parametrize("nonsense", NONSENSE)
def test_nonsense_in_every_field_is_answered_in_words(
    app: APIFlask, client: FlaskClient, course: Refs, nonsense: str
) -> None:
    with app.app_context():
        person("eva@example.org", language="en", country="CHL")
        catalogue_values = {"eligible_languages": ["pt"], "eligible_sectors": ["academia"]}
        found = activities.published_activity(course["activity"])
        catalogue.edit_activity(activity_ref=found.public_id, version=found.version, **catalogue_values)
    sign_in(client, "eva@example.org")
    about = ("sector", "organization", "position", "working_languages", "accessibility_needs", "step", "seen")
    data = dict.fromkeys(about, nonsense) | typed(course, text=nonsense, choice=nonsense, number=nonsense)
    data["motivation"] = nonsense
    for extra in ({}, {f"answer-{course['file']}": letter(nonsense.encode(), nonsense[:200])}):
        refused = apply(client, course, {**data, **extra})
        assert refused.status_code == 422, nonsense
        assert "error-summary" in refused.text
    for path in ("/draft", "/send", "/discard"):
        answer = form_post(client, page_of(course, path), data, page=page_of(course))
        assert answer.status_code in (200, 303, 422), path


def test_nul_is_refused_at_the_door(client: FlaskClient, course: Refs, ana: int) -> None:
    assert form_post(client, page_of(course), {"motivation": "a\x00b"}).status_code == 400


def test_after_withdrawing_one_applies_again_from_what_one_wrote(
    client: FlaskClient, app: APIFlask, course: Refs, ana: int
) -> None:
    apply(client, course, typed(course, file=letter()))
    sends(client, course)
    with app.app_context():
        mine = queries.of_person(ana)[0].public_id
    here = f"/my/enrolments/{mine}"
    left = form_post(client, f"{here}/withdraw", page=here, follow_redirects=True).text
    assert "Apply again" in left
    again = client.get(page_of(course)).text
    assert "You applied before" in again
    assert "Chosen already: Letter.pdf" in again
    assert apply(client, course, typed(course, text="A better plan")).status_code == 303
    arrived = sends(client, course).text
    assert "A better plan" in arrived
    assert "Letter.pdf" in arrived


def test_who_waits_reads_their_position_and_what_it_means(app: APIFlask, client: FlaskClient, ana: int) -> None:
    with app.app_context():
        activity = make_activity(capacity=1)
        enrol(activity)
        enrol(activity, state="waitlisted")
        mine = service.apply(activity_ref=activity.public_id, person_id=ana).public_id
    page = client.get(f"/my/enrolments/{mine}").text
    assert re.search(r"Your position on the waiting list</dt><dd>2<", page)
    assert "What your position means" in page
    assert "the first in line who may have it gets it at once" in page


def test_only_the_confirmed_see_materials_beside_the_joining_links(
    app: APIFlask, client: FlaskClient, ana: int
) -> None:
    with app.app_context():
        activity = make_activity("international_open")
        catalogue.add_material(activity_ref=activity.public_id, title="Reader", link="https://files.example.org/r")
        mine = service.apply(activity_ref=activity.public_id, person_id=ana, motivation="Yes").public_id
    pages = (f"/activities/{activity.public_id}", f"/my/enrolments/{mine}")
    assert [("files.example.org" in client.get(page).text) for page in pages] == [False, False]
    with app.app_context():
        service.decide(activity_ref=activity.public_id, enrolment_refs=[mine], decision="accept")
    assert [("https://files.example.org/r" in client.get(page).text) for page in pages] == [True, True]


@pytest.mark.parametrize("path", ["/apply", "/apply/check", ""])
def test_the_pages_of_an_application_take_few_statements(
    app: APIFlask, client: FlaskClient, course: Refs, statements: list[str], path: str
) -> None:
    with app.app_context():
        person("eva@example.org", language="en", country="CHL")
    sign_in(client, "eva@example.org")
    apply(client, course, typed(course), step="save")
    del statements[:]
    assert client.get(f"/activities/{course['activity']}{path}").status_code == 200
    assert len(statements) <= 12, statements
