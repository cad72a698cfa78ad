"""Templates of certificates in a browser: the picture follows what is written; without scripts; for everyone."""

from collections.abc import Callable

import pytest

from tests.browser.conftest import Visitor, account

Make = Callable[..., Visitor]
BASE = "/coordinate/certificate-templates"


def template_of(coordinator: Visitor) -> str:
    """Return the address of the demonstration's template."""
    coordinator.opens(BASE)
    found = coordinator.page.locator("main table a").first.get_attribute("href")
    assert found
    return found


@pytest.mark.parametrize(("width", "language"), [("phone", "es"), ("desk", "fr"), ("desk", "en"), ("phone", "pt")])
def test_every_page_of_a_template_is_fit_for_everyone(visitor: Make, width: str, language: str) -> None:
    coordinator = visitor(width=width, language=language).signs_in(*account("coordinator"))
    template = template_of(coordinator)
    for path in (
        f"{BASE}?lang={language}", template, f"{template}/words/completion/{language}", f"{template}/logos/0",
        f"{template}/logos/new", f"{template}/signatories/0", f"{template}/signatories/new", f"{template}/versions/1",
    ):  # fmt: skip
        coordinator.opens(path).is_content()
        missing = "images => images.filter(image => !image.complete || !image.naturalWidth).length"
        coordinator.page.wait_for_load_state("networkidle")
        assert coordinator.page.eval_on_selector_all("main img", missing) == 0, path


def test_the_picture_follows_what_is_typed_and_the_focus_stays(visitor: Make) -> None:
    coordinator = visitor().signs_in(*account("coordinator"))
    page = coordinator.opens(f"{template_of(coordinator)}/words/completion/es").page
    heading = page.locator("#heading")
    heading.fill("Diploma de honor")
    page.locator("#preview img[alt*='Diploma de honor']").wait_for()
    assert heading.evaluate("field => field === document.activeElement")
    heading.fill("Diploma {nombre}")
    page.locator("#preview .message.wrong").wait_for()
    assert "{hours_earned}" in page.locator("#preview").inner_text()
    assert heading.evaluate("field => field === document.activeElement")
    assert heading.input_value() == "Diploma {nombre}"
    coordinator.complaints.clear()  # the browser notes the answer 422
    coordinator.is_content()


def test_without_scripts_a_template_is_begun_looked_at_and_published(visitor: Make) -> None:
    coordinator = visitor(width="phone", scripts=False).signs_in(*account("coordinator"))
    page = coordinator.opens(BASE).page
    page.locator("#name").fill("Plantilla sin guiones")
    coordinator.sends(page.locator("main form[method=post]"))
    here = page.url.removeprefix(coordinator.site.address)
    coordinator.opens(f"{here}/words/completion/es")
    page.locator("#heading").fill("Título sin guiones")
    with page.expect_navigation():
        page.locator("button[name=preview]").click()
    assert page.locator("#preview img[alt*='Título sin guiones']").count() == 1
    with page.expect_navigation():
        page.locator("main form button[type=submit]:not([name])").click()
    assert page.url.endswith(here)
    coordinator.opens(f"{here}/signatories/new")
    page.locator("#name").fill("Ana Muestra")
    page.locator("#title_es").fill("Directora")
    coordinator.sends(page.locator("main form[method=post]"))
    coordinator.sends(page.locator("main form[action$='/publish']"))
    assert page.locator("main table a[href$='/versions/1']").count() == 1
    assert "Título sin guiones" in coordinator.opens(f"{here}/versions/1").page.locator("main").inner_html()
