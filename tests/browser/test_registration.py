"""Registering for a webinar in one step, in a browser, on a phone and without scripts; every page of it looked at."""

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Site, Visitor, account
from tests.browser.test_way import PASSWORD, letter_to

Make = Callable[..., Visitor]
LOOKS = [("phone", "es", False), ("phone", "pt", True), ("desk", "fr", True)]


def open_webinar(someone: Visitor) -> str:
    """Return the address of the form of the first webinar that can be registered for."""
    someone.opens("/activities?kind=webinar&open=yes")
    links = someone.page.eval_on_selector_all("main a", "links => links.map(link => link.getAttribute('href'))")
    for link in dict.fromkeys(found for found in links if re.fullmatch(r"/activities/[a-z2-7]{26}(/.*)?", found or "")):
        someone.opens(link)
        register = someone.page.locator("main a[href$='/register']")
        if register.count():
            path = register.first.get_attribute("href")
            assert path is not None
            return path
    raise AssertionError("no webinar is open for registration")


def fills_in(page: Page, address: str) -> None:
    for name, text in {
        "email": address, "password": PASSWORD, "given_names": "Inés", "first_surname": "Llanos",
        "organization": "Gobernación",
    }.items():  # fmt: skip
        page.locator(f"main [name={name}]").fill(text)
    page.locator("main select[name=country]").select_option("PRY")
    page.locator("main [name=sex][value=not_stated]").check()
    page.locator("main [name=consent]").check()


@pytest.mark.parametrize(("width", "language", "scripts"), LOOKS)
def test_one_form_and_one_press_are_a_place(
    visitor: Make, site: Site, width: str, language: str, scripts: bool
) -> None:
    someone = visitor(width=width, language=language, scripts=scripts)
    looked_at: list[str] = []

    def is_fit() -> None:
        looked_at.append(someone.page.url)
        if scripts:
            someone.is_content()

    page, address = someone.page, f"ines{int(time.time() * 1000)}@example.org"
    form = open_webinar(someone)
    someone.opens(form)
    is_fit()
    fills_in(page, address)
    someone.sends(page.locator("main form:has([name=password])"))
    assert page.url.endswith("/register/sent")
    is_fit()
    link = re.search(r"/confirm/\S+", letter_to(site, address, "/confirm/"))
    assert link is not None
    someone.opens(link.group())
    is_fit()
    someone.sends(page.locator("main form").first)
    assert "/my/enrolments/" in page.url
    assert page.locator("main .state.good").count()
    is_fit()
    stranger = visitor(width=width, language=language, scripts=scripts)
    stranger.opens(link.group())
    assert "“" in stranger.page.locator("h1").inner_text() or "«" in stranger.page.locator("h1").inner_text()
    if scripts:
        stranger.is_content()
    assert len(looked_at) == 4


def test_a_form_with_mistakes_is_fit_for_everyone(visitor: Make) -> None:
    someone = visitor(width="phone")
    someone.opens(open_webinar(someone))
    someone.page.locator("main form button").last.click()
    someone.page.locator("main .error-summary").wait_for()
    someone.complaints.clear()  # the browser says of its own that the answer was 422
    someone.is_content()


@pytest.mark.parametrize("width", ["phone", "desk"])
def test_the_record_and_the_headcount_are_fit_for_everyone(visitor: Make, width: str) -> None:
    coordinator = visitor(width=width).signs_in(*account("coordinator"))
    coordinator.opens("/coordinate/activities?status=archived")
    links = coordinator.page.eval_on_selector_all("main a", "links => links.map(link => link.getAttribute('href'))")
    past = [link for link in links if re.fullmatch(r"/coordinate/activities/[a-z2-7]{26}", link or "")]
    by_headcount = next(
        link for link in past if coordinator.opens(link).page.locator("main a[href$='/headcount']").count()
    )
    coordinator.opens(f"{by_headcount}/headcount").is_content()
    coordinator.opens("/coordinate/activities?status=published")
    links = coordinator.page.eval_on_selector_all("main a", "links => links.map(link => link.getAttribute('href'))")
    for link in [found for found in links if re.fullmatch(r"/coordinate/activities/[a-z2-7]{26}", found or "")]:
        people = coordinator.opens(f"{link}/applications").page.eval_on_selector_all(
            "main a", "links => links.map(link => link.getAttribute('href'))"
        )
        for person in [found for found in people if re.fullmatch(r".*/applications/[a-z2-7]{26}", found or "")]:
            record = coordinator.opens(person).page.locator("main a[href$='/attributes']")
            coordinator.opens(str(record.first.get_attribute("href"))).is_content()
            return
    raise AssertionError("the demonstration has nobody in a published activity")
