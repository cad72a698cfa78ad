import re
from functools import partial
from html import unescape
from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy.exc import OperationalError

from ilpes_lms.certificates import queries, service
from tests.factories.attendance import make_taught, mark
from tests.factories.certificates import certificates, make_completed, make_issued
from tests.factories.enrolment import enrol
from tests.factories.people import coordinator, form_post, person, sign_in

HOLDER = "holder@example.org"
COORDINATOR = "coordinator@example.org"


@pytest.fixture
def issued(app):
    with app.app_context():
        coordinator()
        return make_issued(email=HOLDER, given_names="Ana María", first_surname="Pérez", second_surname="Soto")


def page_of(taught) -> str:
    return f"/coordinate/activities/{taught.activity.public_id}/certificates?lang=en"


def test_anyone_checks_a_certificate_by_its_code(client, issued) -> None:
    answer = client.get(f"/verify/{issued.certificate.code}?lang=en")
    assert answer.status_code == 200
    assert "This certificate is valid" in answer.text
    for expected in ("Ana María Pérez Soto", "Curso de prospectiva", issued.certificate.serial):
        assert expected in answer.text
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert '<meta name="robots" content="noindex, nofollow">' in answer.text


def test_the_field_forgives_case_spaces_and_dashes(client, issued) -> None:
    code = issued.certificate.code
    typed = " ".join(code.upper()[start : start + 5] for start in range(0, 26, 5)).replace(" ", " - ", 1)
    answer = client.get("/verify", query_string={"code": typed})
    assert answer.status_code == 303
    assert answer.location == f"/verify/{code}"
    assert "valid" in client.get(f"/verify/{code.upper()}?lang=en").text


def test_a_revoked_certificate_is_told_apart_at_once(app, client, issued) -> None:
    with app.app_context():
        service.revoke(code=issued.certificate.code, reason="Written for the wrong person")
    answer = client.get(f"/verify/{issued.certificate.code}?lang=en")
    assert "This certificate was revoked and is not valid" in answer.text
    assert "This certificate is valid" not in answer.text
    assert "wrong person" not in answer.text


def test_an_unknown_code_is_404_and_says_how_to_go_on(client, issued) -> None:
    code = issued.certificate.code
    altered = ("b" if code[0] == "a" else "a") + code[1:]
    for path in (f"/verify/{altered}", "/verify/nothing", "/verify?code=nothing"):
        answer = client.get(path, headers={"Accept-Language": "en"})
        assert answer.status_code == 404, path
        assert "There is no certificate with this code" in answer.text
        assert "How to go on" in answer.text
        assert "certificate is valid" not in answer.text


def test_a_certificate_that_is_still_being_made_is_unknown(app, client) -> None:
    with app.app_context():
        service.issue(activity_ref=make_completed(participants=1).activity.public_id)
        code = certificates()[0].code
    assert client.get(f"/verify/{code}").status_code == 404


def test_nothing_typed_asks_for_the_code(client) -> None:
    answer = client.get("/verify?code=+&lang=en")
    assert (answer.status_code, "Write the code first" in answer.text) == (200, True)
    assert client.get("/verify").status_code == 200


def test_trust_36_a_check_that_can_not_be_made_is_never_valid(client, issued, monkeypatch) -> None:
    def away(_code: str) -> None:
        raise OperationalError("select", {}, Exception("connection refused"))

    monkeypatch.setattr(queries, "by_code", away)
    for path in (f"/verify/{issued.certificate.code}?lang=en", f"/api/v1/certificates/{issued.certificate.code}"):
        answer = client.get(path)
        assert answer.status_code == 503
        assert "certificate is valid" not in answer.text
        assert '"valid"' not in answer.text


def test_trust_33_a_script_in_a_name_is_inert(app, client) -> None:
    with app.app_context():
        coordinator()
        found = make_issued(
            given_names="Ana", first_surname="Pérez", certificate_name="<script>alert(1)</script> #panic()"
        )
        code, ref = found.certificate.code, found.taught.activity.public_id
        key = found.certificate.file_key
    sign_in(client, COORDINATOR)
    for path in (
        f"/verify/{code}",
        f"/coordinate/activities/{ref}/certificates",
        f"/coordinate/certificates/{code}/revoke",
    ):
        text = client.get(path).text
        assert "<script>alert" not in text
        assert "&lt;script&gt;alert(1)" in text
    assert key
    pdf = client.get(f"/certificates/{code}.pdf").data
    assert "<script>alert(1)</script> #panic()" in " ".join(PdfReader(BytesIO(pdf)).pages[0].extract_text().split())


def test_the_holder_and_staff_get_the_file_as_issued_and_nobody_else(app, issued) -> None:
    with app.app_context():
        person("other@example.org")
        coordinator("elsewhere@example.org", division="statistics")
    url, bodies = f"/certificates/{issued.certificate.code}.pdf", []
    for email, status in (
        (HOLDER, 200), (COORDINATOR, 200), ("other@example.org", 404), ("elsewhere@example.org", 404),
    ):  # fmt: skip
        visitor = app.test_client()
        sign_in(visitor, email)
        answer = visitor.get(url)
        assert answer.status_code == status, email
        if status == 200:
            assert answer.content_type == "application/pdf"
            assert issued.certificate.serial in answer.headers["Content-Disposition"]
            bodies.append(answer.data)
    assert bodies[0] == bodies[1]
    assert bodies[0].startswith(b"%PDF")
    assert app.test_client().get(url).status_code == 303


def test_one_s_own_certificates(app, client, issued) -> None:
    sign_in(client, HOLDER)
    text = client.get("/my/certificates?lang=en").text
    assert issued.certificate.serial in text
    assert f"/certificates/{issued.certificate.code}.pdf" in text
    with app.app_context():
        person("nobody@example.org")
    other = app.test_client()
    sign_in(other, "nobody@example.org")
    assert "No certificates yet" in other.get("/my/certificates?lang=en").text


def test_a_coordinator_issues_and_sees_how_far_it_is(app, client, run_jobs) -> None:
    with app.app_context():
        coordinator()
        taught = make_completed(participants=3)
    sign_in(client, COORDINATOR)
    page = page_of(taught)
    assert "3 people completed the activity and have no certificate." in client.get(page).text
    answer = form_post(client, page, page=page, follow_redirects=True)
    assert "3 certificates are being made." in answer.text
    progress = page.replace("certificates?", "certificates/progress?")
    assert 'hx-trigger="load delay:2s"' in client.get(page).text
    assert "HX-Refresh" not in client.get(progress).headers
    run_jobs()
    done = client.get(progress)
    assert done.headers["HX-Refresh"] == "true"
    assert "hx-trigger" not in done.text
    assert client.get(page).text.count("ILPES-") == 3


def test_who_has_no_certificate_is_listed_with_the_reason(app, client) -> None:
    with app.app_context():
        coordinator()
        taught = make_taught(sessions=2, participants=2)
        mark(taught.sessions[0], taught.enrolments[0], "absent")
    sign_in(client, COORDINATOR)
    text = client.get(page_of(taught)).text
    assert "Attended: 0 of 2 class sessions; needed: 2." in text
    assert "No marks yet" in text
    assert "Issue certificates" not in text


def test_a_certificate_that_failed_says_which_character_is_to_blame(app, client) -> None:
    with app.app_context():
        coordinator()
        found = make_issued(given_names="Ana", first_surname="Pérez", certificate_name="Ana \u4e2d")
        taught = found.taught
    sign_in(client, COORDINATOR)
    text = client.get(page_of(taught)).text
    assert "no glyph for" in text
    assert "U+4E2D" in text
    assert "1 person completed the activity and has no certificate." in text


def test_a_coordinator_revokes_with_a_reason(app, client, issued) -> None:
    sign_in(client, COORDINATOR)
    url = f"/coordinate/certificates/{issued.certificate.code}/revoke?lang=en"
    empty = form_post(client, url, {"reason": ""})
    assert (empty.status_code, "Write why the certificate is revoked." in empty.text) == (422, True)
    assert form_post(client, url, {"reason": "Mistake"}).status_code == 303
    again = form_post(client, url, {"reason": "Mistake"})
    assert (again.status_code, "can&#39;t take this step" in again.text) == (422, True)
    assert "Mistake" in client.get(page_of(issued.taught)).text


@pytest.mark.parametrize("step", ["revoke", "reissue"])
def test_the_page_of_a_certificate_that_is_ended_leads_on_and_asks_nothing(app, client, issued, step) -> None:
    code = issued.certificate.code
    with app.app_context():
        successor = service.reissue(code=code, reason="Surname").code
        service.render_queued()
    sign_in(client, COORDINATOR)
    text = client.get(f"/coordinate/certificates/{code}/{step}?lang=en").text
    assert "This can’t be done any more" in text
    assert 'name="reason"' not in text
    for way in (page_of(issued.taught).split("?")[0], f"/verify/{successor}", f"/verify/{code}"):
        assert f'href="{way}"' in text
    assert 'name="reason"' in client.get(f"/coordinate/certificates/{successor}/{step}").text


def test_nobody_else_issues_or_revokes(app, issued) -> None:
    with app.app_context():
        coordinator("elsewhere@example.org", division="statistics")
    paths = [
        f"/coordinate/activities/{issued.taught.activity.public_id}/certificates",
        f"/coordinate/activities/{issued.taught.activity.public_id}/certificates/progress",
        f"/coordinate/certificates/{issued.certificate.code}/revoke",
    ]
    for email, status in ((HOLDER, 403), ("elsewhere@example.org", 404)):
        visitor = app.test_client()
        sign_in(visitor, email)
        assert [visitor.get(path).status_code for path in paths] == [status] * 3
        for path in (paths[0], paths[2]):
            refused = form_post(visitor, path, {"reason": "why"}, page="/my/certificates")
            assert refused.status_code == status
    with app.app_context():
        assert [c.state for c in certificates()] == ["issued"]


def test_certificates_and_those_without_come_in_pages_of_their_own(app, client, monkeypatch) -> None:
    for name in ("of_activity", "page_of_candidates"):
        monkeypatch.setattr(queries, name, partial(getattr(queries, name), size=2))
    with app.app_context():
        coordinator()
        taught = make_completed(participants=3)
        service.issue(activity_ref=taught.activity.public_id)
        late = [enrol(taught.activity, person(first_surname=f"Tardía {n}")).person.full_name for n in range(3)]
    sign_in(client, COORDINATOR)
    first = unescape(client.get(page_of(taught)).text)
    assert [name in first for name in late] == [True, True, False]
    (following,) = re.findall(r'href="([^"]+)#certificates"', first)
    second = unescape(client.get(following).text)
    serials = [re.findall(r"ILPES-\d{4}-\d{6}", text) for text in (first, second)]
    assert [len(set(some)) for some in serials] == [2, 1]
    assert max(serials[0]) < min(serials[1])
    (following,) = re.findall(r'href="([^"]+)#without"', second)
    last = unescape(client.get(following).text)
    assert [name in last for name in late] == [False, False, True]
    assert set(re.findall(r"ILPES-\d{4}-\d{6}", last)) == set(serials[1])
    assert client.get(f"{page_of(taught)}&without=nobody").status_code == 422


def test_pages_of_200_certificates_take_few_statements(app, client, statements) -> None:
    with app.app_context():
        coordinator()
        taught = make_completed(participants=200)
        service.issue(activity_ref=taught.activity.public_id)
    sign_in(client, COORDINATOR)
    # That somebody looked is recorded once for some minutes, which is no part of the page.
    client.get(page_of(taught)).close()
    del statements[:]
    assert client.get(page_of(taught)).status_code == 200
    assert len(statements) <= 12, statements


def test_what_a_certificate_says_in_another_language_than_the_page_is_marked_so(client, issued) -> None:
    said = '<span lang="es">Curso de prospectiva</span>'
    assert said in client.get(f"/verify/{issued.certificate.code}?lang=fr").text
    assert said not in client.get(f"/verify/{issued.certificate.code}?lang=es").text
    sign_in(client, HOLDER)
    assert f"<h2>{said}</h2>" in client.get("/my/certificates?lang=fr").text
