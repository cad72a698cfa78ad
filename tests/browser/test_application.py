"""An applicant's whole way, by phone and without scripts; what scripts add; the pages by axe."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Visitor, account
from tests.factories.applications import pdf

Make = Callable[..., Visitor]
LETTER = {"name": "../Carta de apoyo.PDF", "mimeType": "application/octet-stream", "buffer": pdf()}


def presses(page: Page, step: str) -> None:
    with page.expect_navigation():
        page.locator(f"main button[name=step][value={step}]").click()


def goes_on(applicant: Visitor) -> Page:
    """Find the begun application on one's own page and go on with it."""
    page = applicant.opens("/my").page
    with page.expect_navigation():
        page.locator("main a[href$='/apply']").first.click()
    return page


def test_an_application_with_a_letter_by_phone_without_scripts(visitor: Make) -> None:
    ana = visitor(width="phone", scripts=False).signs_in(*account("participant"))
    page = goes_on(ana)
    page.locator("main [name=motivation]").fill("Para el plan de mi provincia")
    page.locator("main input[type=file]").set_input_files(LETTER)
    presses(page, "check")
    assert page.locator("main .error-summary").count() == 1, "one question is not answered yet"
    assert "Carta de apoyo.pdf" in page.locator("main").inner_text()
    presses(page, "save")

    with page.expect_navigation():
        page.locator("form[action$='/sign-out'] button").first.dispatch_event("click")
    ana.signs_in(*account("participant"))
    page = goes_on(ana)
    assert page.locator("main [name=motivation]").input_value() == "Para el plan de mi provincia"
    page.locator("main input[type=radio]").nth(1).check()
    presses(page, "check")
    assert page.url.endswith("/apply/check")
    shown = page.locator("main").inner_text()
    for text in ("Para el plan de mi provincia", "Capacitaré a mis colegas", "Carta de apoyo.pdf"):
        assert text in shown
    ana.sends(page.locator("main form[action$='/send']"))
    assert "/my/enrolments/" in page.url
    with page.expect_download() as download:
        page.locator("main a[href^='/applications/']").click()
    assert download.value.suggested_filename == "Carta de apoyo.pdf"
    assert download.value.path().read_bytes().startswith(b"%PDF")

    ana.sends(page.locator("main form[action$='/withdraw']"))
    with page.expect_navigation():
        page.locator("main a[href$='/apply']").click()
    assert page.locator("main [name=motivation]").input_value() == "Para el plan de mi provincia"
    assert "Carta de apoyo.pdf" in page.locator("main").inner_text()


@pytest.mark.parametrize(("width", "language", "who"), [("phone", "es", "instructor"), ("desk", "pt", "administrator")])
def test_the_pages_of_an_application_are_fit_for_everyone_and_save_by_themselves(
    visitor: Make, width: str, language: str, who: str
) -> None:
    eva = visitor(width=width, language=language).signs_in(*account(who))
    coordinator = visitor(width=width, language=language).signs_in(*account("coordinator"))
    page = eva.opens("/activities?kind=international_open&open=yes").page
    links = page.eval_on_selector_all("main article a", "links => links.map(link => link.getAttribute('href'))")
    activity = next(link for link in links if eva.opens(link).page.locator("main .panel a[href$='/apply']").count())
    eva.is_content()
    ref = re.search(r"/activities/(\w+)", activity)
    assert ref is not None
    eva.opens(f"/activities/{ref.group(1)}/apply").is_content()
    with page.expect_response(re.compile("/apply/draft")) as saved:
        page.locator("main [name=motivation]").press_sequentially("Enough", delay=10)
    assert saved.value.status == 200
    page.locator("main [role=status]", has_text=re.compile(r"\d\d:\d\d")).wait_for()
    page.reload()
    assert page.locator("main [name=motivation]").input_value() == "Enough"
    presses(page, "check")
    assert page.locator("main .error-summary").count() == 1
    eva.complaints.clear()  # the browser notes the answer 422
    eva.is_content()
    eva.opens(f"/activities/{ref.group(1)}/apply/check").is_content()
    for path in ("/questions", "/questions/new", "/questions/preview", "/materials"):
        coordinator.opens(f"/coordinate/activities/{ref.group(1)}{path}").is_content()
