"""The pages of templates: without scripts, in words, and with both versions where two edit at once."""

import io
import re
from decimal import Decimal

import pytest

from ilpes_lms.certificates import service as certificates_service
from ilpes_lms.certificates import template_queries
from ilpes_lms.certificates.designing import service as template_service
from ilpes_lms.certificates.document import CertificateContent
from tests.factories.certificates import certificates, make_completed
from tests.factories.people import coordinator, form_post, sign_in
from tests.factories.pictures import DRAWING
from tests.factories.templates import EVERYWHERE, make_design, make_template

BASE = "/coordinate/certificate-templates"
WORDS = {"heading": "Diploma", "opening": "Se certifica que", "deed": "completó", "closing": "Fue en {place}."}


@pytest.fixture
def template(app, client):
    """A published template, and its coordinator signed in."""
    with app.app_context():
        coordinator()
        found = make_template()
    sign_in(client, "coordinator@example.org")
    return found


def test_a_template_is_begun_written_published_and_chosen(app, client) -> None:
    with app.app_context():
        coordinator()
        ref = make_completed(participants=1, hours=Decimal(60)).activity.public_id
    sign_in(client, "coordinator@example.org")
    page = client.get(f"{BASE}?lang=en")
    assert "The institute’s own words" in page.text
    answer = form_post(client, BASE, {"name": "Con logotipo", "division": "", "like": ""}, page=BASE)
    assert answer.status_code == 303
    here = answer.location
    answer = form_post(
        client, f"{here}/words/completion/es", {**WORDS, "version": "1"}, page=f"{here}/words/completion/es"
    )
    assert (answer.status_code, answer.location) == (303, here)
    logo = {"version": "2", "alt_es": "Logotipo de prueba", "picture": (io.BytesIO(DRAWING), "logo.svg")}
    assert form_post(client, f"{here}/logos/new", logo, page=f"{here}/logos/new").status_code == 303
    signing = {"version": "3", "name": "Ana Muestra", "title_es": "Directora", "since": "2020-01-01"}
    assert form_post(client, f"{here}/signatories/new", signing, page=f"{here}/signatories/new").status_code == 303
    facts = {"version": "4", "shown": ["dates", "outcome"]}
    assert form_post(client, f"{here}/facts", facts, page=here).status_code == 303
    page = client.get(f"{here}?lang=en")
    for expected in ("Ana Muestra", "Logotipo de prueba", "Publish as version 1", "Nothing published yet"):
        assert expected in page.text
    assert form_post(client, f"{here}/publish", {"version": "5"}, page=here).status_code == 303
    assert "Diploma" in client.get(f"{here}/versions/1?lang=en").text
    activity = f"/coordinate/activities/{ref}/certificates"
    choice = {"template": here.rsplit("/", 1)[-1]}
    assert form_post(client, f"{activity}/template", choice, page=activity).status_code == 303
    assert "“Con logotipo”, version 1" in client.get(f"{activity}?lang=en").text
    with app.app_context():
        certificates_service.issue(activity_ref=ref)
        said = CertificateContent.from_record(certificates()[0].content)
    assert (said.heading, said.shown, said.template) == ("Diploma", ("dates", "outcome"), choice["template"])
    assert [(one.name, one.title) for one in said.signatories] == [("Ana Muestra", "Directora")]


def test_the_preview_is_shown_by_a_button_and_saves_nothing(app, client, template) -> None:
    here = f"{BASE}/{template.public_id}/words/completion/es"
    before = client.get(here)
    assert 'src="data:image/png;base64,' in before.text
    answer = form_post(client, here, {**WORDS, "heading": "Sin guardar", "version": "2", "preview": "1"}, page=here)
    assert answer.status_code == 200
    assert 'value="Sin guardar"' in answer.text
    assert re.search(r'alt="[^"]*Sin guardar', answer.text)
    with app.app_context():
        assert template_queries.template(template.public_id, EVERYWHERE).draft_version == 2


@pytest.mark.parametrize("button", [{}, {"preview": "1"}])
def test_what_can_not_be_printed_is_said_beside_its_field_and_kept(client, template, button) -> None:
    here = f"{BASE}/{template.public_id}/words/completion/es"
    for typed, said in (("{nombre}", "{hours_earned}"), ("修了証", "U+4FEE"), ("{grade}", "closing sentences")):
        answer = form_post(
            client, here, {**WORDS, "heading": typed, "version": "2", **button}, page=here, query_string={"lang": "en"}
        )
        assert answer.status_code == 422
        assert said in answer.text
        assert typed in answer.text
        assert "data:image/png" not in answer.text
        assert 'href="#heading"' in answer.text


def test_two_who_edit_at_once_see_both_versions(app, client, template) -> None:
    here = f"{BASE}/{template.public_id}/words/completion/es"
    with app.app_context():
        theirs = make_design(shown=("grade",))
        theirs = theirs.with_words("completion", "es", type(theirs.words["completion", "es"])("De otra persona"))
        template_service.change_draft(ref=template.public_id, version=2, design=theirs, divisions=EVERYWHERE)
    answer = form_post(client, here, {**WORDS, "version": "2"}, page=here, query_string={"lang": "en"})
    assert answer.status_code == 422
    for expected in ("Someone else changed this template", "De otra persona", "Diploma", 'value="3"'):
        assert expected in answer.text
    assert form_post(client, here, {**WORDS, "version": "3"}, page=here).status_code == 303
    with app.app_context():
        draft = template_queries.template(template.public_id, EVERYWHERE).draft
    assert draft["shown"] == ["grade"]
    assert draft["words"][0]["heading"] == "Diploma"


def test_who_signs_is_ordered_changed_and_removed(app, client, template) -> None:
    here = f"{BASE}/{template.public_id}"
    assert form_post(client, f"{here}/signatories/0/down", {"version": "2"}, page=here).status_code == 303
    changed = {"version": "3", "name": "Ana Otra", "title_es": "Directora", "unsigned": "y"}
    assert form_post(client, f"{here}/signatories/1", changed, page=f"{here}/signatories/1").status_code == 303
    assert form_post(client, f"{here}/signatories/2/remove", {"version": "4"}, page=here).status_code == 303
    assert form_post(client, f"{here}/logos/0/remove", {"version": "5"}, page=here).status_code == 303
    with app.app_context():
        draft = template_queries.template(template.public_id, EVERYWHERE).draft
    assert [(one["name"], one["image"]) for one in draft["signatories"]] == [("Bruno Ejemplo", ""), ("Ana Otra", "")]
    assert draft["logos"] == []
    assert form_post(client, f"{here}/logos/0/remove", {"version": "6"}, page=here).status_code == 404
    assert client.get(f"{here}/signatories/9").status_code == 404


def test_a_hostile_or_missing_picture_is_refused_in_words(client, template) -> None:
    here = f"{BASE}/{template.public_id}/logos/new"
    script = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><script/></svg>'
    sent = {"version": "2", "alt_es": "a", "picture": (io.BytesIO(script), "logo.svg")}
    answer = form_post(client, here, sent, page=here, query_string={"lang": "en"})
    assert answer.status_code == 422
    assert "&lt;script&gt;" in answer.text
    assert form_post(client, here, {"version": "2", "alt_es": "a"}, page=here).status_code == 422
    sent = {"version": "2", "picture": (io.BytesIO(DRAWING), "../../etc/logo.svg")}
    assert "read out" in form_post(client, here, sent, page=here, query_string={"lang": "en"}).text


def test_pictures_are_given_out_so_that_they_run_nothing(client, template) -> None:
    page = client.get(f"{BASE}/{template.public_id}")
    address = re.search(r'src="([^"]+/pictures/[0-9a-f]{64})"', page.text)
    assert address
    answer = client.get(address.group(1))
    assert answer.content_type.startswith("image/svg+xml")
    assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert client.get(f"{BASE}/pictures/{'0' * 64}").status_code == 404
    for which in ("draft/2", "published/1"):
        drawn = client.get(f"{BASE}/{template.public_id}/{which}/completion-fr.png")
        assert drawn.data.startswith(b"\x89PNG")


def test_previews_are_limited(app, client, template, monkeypatch) -> None:
    from ilpes_lms.people import rules

    few = rules.LIMITS["certificate_preview.account"].__class__(2, rules.LIMITS["certificate_preview.account"].within)
    monkeypatch.setitem(rules.LIMITS, "certificate_preview.account", few)
    path = f"{BASE}/{template.public_id}/draft/2/completion-es.png"
    assert [client.get(path).status_code for _ in range(3)] == [200, 200, 429]
    # The words can be written all the same.
    assert client.get(f"{BASE}/{template.public_id}/words/completion/es").status_code == 200


def test_a_division_s_coordinator_reads_the_institute_s_template_and_changes_nothing(app, client) -> None:
    with app.app_context():
        coordinator("celade@example.org", division="celade")
        institute, other = make_template("Instituto").public_id, make_template("Otra", "ilpes").public_id
    sign_in(client, "celade@example.org")
    here = f"{BASE}/{institute}"
    page = client.get(f"{here}?lang=en")
    assert "Only coordinators of all divisions" in page.text
    assert "Publish as version" not in page.text
    assert form_post(client, f"{here}/facts", {"version": "2"}, page=here).status_code == 422
    assert client.get(f"{BASE}/{other}").status_code == 404


def test_a_template_is_renamed_and_removed_by_its_page(client, template) -> None:
    here = f"{BASE}/{template.public_id}"
    assert form_post(client, f"{here}/name", {"name": "Otro nombre"}, page=f"{here}/name").location == here
    assert "<h1>Otro nombre</h1>" in client.get(here).text
    assert form_post(client, f"{here}/name", {"name": " "}, page=f"{here}/name").status_code == 422
    assert form_post(client, f"{here}/usual", page=here).status_code == 303
    kept = form_post(client, f"{here}/remove", page=here, query_string={"lang": "en"})
    assert kept.status_code == 422
    assert "This template is the usual one" in kept.text
    assert form_post(client, f"{here}/unusual", page=here).status_code == 303
    assert form_post(client, f"{here}/remove", page=here).location == BASE
    assert "“Otro nombre” is removed" in client.get(f"{BASE}?lang=en").text
    assert client.get(here).status_code == 404


def test_a_template_is_retired_and_brought_back_by_its_page(client, template) -> None:
    here = f"{BASE}/{template.public_id}"
    assert "Retire the template" in client.get(f"{here}?lang=en").text
    assert form_post(client, f"{here}/retire", page=here).location == here
    text = client.get(here).text
    assert "Retired since" in text
    assert "Make it the usual one" not in text
    assert "Retired, version 1" in client.get(BASE).text
    assert form_post(client, f"{here}/usual", page=here).status_code == 422
    assert form_post(client, f"{here}/restore", page=here).location == here
    assert "Retired since" not in client.get(here).text
