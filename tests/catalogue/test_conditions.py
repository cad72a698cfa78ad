"""For whom an activity is, and what its participants need: set by coordinators, on pages."""

from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from ilpes_lms.catalogue import queries, service
from ilpes_lms.catalogue.errors import InstitutionAmbiguous, InstitutionUnknown, LinkNotSafe, TooManyMaterials
from ilpes_lms.catalogue.service.materials import MOST_MATERIALS
from ilpes_lms.core.errors import NotFound
from tests.factories.catalogue import make_activity
from tests.factories.enrolment import make_institution
from tests.factories.people import coordinator, csrf_token, form_post, sign_in


@pytest.mark.parametrize("named", ["ref", "Ministerio de Hacienda (CHL)", " ministerio de hacienda (CHL) "])
def test_institutions_are_named_by_id_or_by_name_and_country(context, named: str) -> None:
    chile = make_institution("Ministerio de Hacienda", "CHL")
    make_institution("Ministerio de Hacienda", "PER")
    text = chile.public_id if named == "ref" else named
    activity = make_activity(eligible_organizations=[text, text, " "])
    assert activity.eligible_organizations == [chile.public_id]


def test_a_name_that_several_or_none_have_is_refused_with_a_way_on(context) -> None:
    make_institution("Ministerio de Hacienda", "CHL")
    make_institution("Ministerio de Hacienda", "PER")
    for text, refusal in (("Ministerio de Hacienda", InstitutionAmbiguous), ("Ministerio X", InstitutionUnknown)):
        with pytest.raises(refusal) as refused:
            make_activity(eligible_organizations=[text])
        assert refused.value.field == "eligible_organizations"


@pytest.fixture
def ref(app: APIFlask, client: FlaskClient) -> str:
    with app.app_context():
        coordinator(language="en")
        made = make_activity("international_open").public_id
    sign_in(client, "coordinator@example.org")
    return made


def settings(client: FlaskClient, ref: str, **more: Any) -> dict[str, Any]:
    page = client.get(f"/coordinate/activities/{ref}/edit").text
    version = page.partition('name="version"')[2].partition('value="')[2].partition('"')[0]
    day = page.partition('name="starts_on"')[2].partition('value="')[2].partition('"')[0]
    return {
        "csrf_token": csrf_token(client, f"/coordinate/activities/{ref}/edit"), "version": version,
        "titles_es": "Curso", "starts_on": day, "zone": "America/Santiago", "modality": "live_online",
        "languages": ["es"], "admission": "selection", **more,
    }  # fmt: skip


def test_conditions_are_set_on_the_settings_page_and_shown_again(app: APIFlask, client: FlaskClient, ref: str) -> None:
    with app.app_context():
        both = [make_institution("Ministerio A").public_id, make_institution("Ministerio B", "PER").public_id]
    data = settings(
        client, ref, eligible_sectors=["academia"], eligible_languages=["pt", "fr"],
        eligible_organizations="Ministerio A\r\n\r\nMinisterio B (PER)",
    )  # fmt: skip
    here = f"/coordinate/activities/{ref}/edit"
    assert client.post(here, data=data).status_code == 303
    with app.app_context():
        found = queries.published_activity(ref)
        assert found.eligible_organizations == both
        assert (found.eligible_sectors, found.eligible_languages) == (["academia"], ["pt", "fr"])
    page = client.get(here).text
    assert "Ministerio A (CHL)\nMinisterio B (PER)" in page
    wrong = client.post(here, data=settings(client, ref, eligible_organizations="Nowhere"))
    assert (wrong.status_code, 'href="#eligible_organizations"' in wrong.text) == (422, True)
    with app.app_context():
        assert service.clone(activity_ref=ref).eligible_organizations == both


def test_materials_are_added_corrected_moved_and_removed(app: APIFlask, client: FlaskClient, ref: str) -> None:
    here = f"/coordinate/activities/{ref}/materials"
    assert "No materials yet" in client.get(here).text
    for title in ("Reader", "Slides <b>"):
        form_post(client, here, {"title": title, "link": "https://files.example.org/x"})
    page = client.get(here).text
    assert "Slides &lt;b&gt;" in page
    with app.app_context():
        first, second = queries.managed_outline(ref, frozenset()).materials
    form_post(client, f"{here}/{second.public_id}/up", page=here)
    form_post(client, f"{here}/{second.public_id}", {"title": "Slides", "link": "https://files.example.org/s"})
    form_post(client, f"{here}/{first.public_id}/remove", page=here)
    with app.app_context():
        (left,) = queries.managed_outline(ref, frozenset()).materials
        assert (left.title, left.link) == ("Slides", "https://files.example.org/s")


LINKS = ("", "http://x.example.org", "javascript:alert(1)", "https://", "https://[", "x" * 501)


@pytest.mark.parametrize("link", LINKS)
def test_a_material_s_link_is_a_whole_https_address(client: FlaskClient, ref: str, link: str) -> None:
    refused = form_post(client, f"/coordinate/activities/{ref}/materials", {"title": "Reader", "link": link})
    assert (refused.status_code, 'href="#link"' in refused.text) == (422, True)


def test_materials_have_a_limit_and_belong_to_one_activity(context) -> None:
    activity, other = make_activity(), make_activity()
    where = {"activity_ref": activity.public_id, "link": "https://x.example.org"}
    first = service.add_material(**where, title="First")
    for number in range(1, MOST_MATERIALS):
        service.add_material(**where, title=str(number))
    with pytest.raises(TooManyMaterials):
        service.add_material(**where, title="One more")
    with pytest.raises(NotFound):
        service.remove_material(activity_ref=other.public_id, material_ref=first.public_id)
    with pytest.raises(LinkNotSafe):
        service.change_material(
            activity_ref=activity.public_id, material_ref=first.public_id, title="x", link="file:///etc"
        )
