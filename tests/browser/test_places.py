"""Places in a browser: an offer accepted on a phone without scripts, a place taken back, the rules over them."""

import re
from collections.abc import Callable

import pytest

from tests.browser.conftest import Visitor, account

Make = Callable[..., Visitor]


def refs(someone: Visitor, path: str, pattern: str) -> list[str]:
    """Return the links of a page that look like a pattern, each once."""
    someone.opens(path)
    found = someone.page.eval_on_selector_all("main a", "links => links.map(link => link.getAttribute('href'))")
    return [link for link in dict.fromkeys(found) if re.fullmatch(pattern, link or "")]


def test_an_offer_is_accepted_on_a_phone_without_scripts_and_a_place_taken_back_goes_to_the_next(visitor: Make) -> None:
    ana = visitor(width="phone", scripts=False).signs_in(*account("participant"))
    page = ana.page
    offers = [link for link in refs(ana, "/my/enrolments", r"/my/enrolments/\w{26}") if offered(ana, link)]
    assert offers, "the demonstration offers the participant a place"
    ana.opens(offers[0])
    title = page.locator("main h1").inner_text()
    ana.sends(page.locator("main form[action$='/accept']"))
    assert page.locator("main .state.good").count() == 1
    assert page.locator("main form[action$='/accept']").count() == 0

    coordinator = visitor(width="phone", scripts=False).signs_in(*account("coordinator"))
    page = coordinator.page
    activity = of_title(coordinator, title)
    before = standing_in(coordinator, activity, "waitlisted")
    holder = standing_in(coordinator, activity, "confirmed")[0]
    coordinator.opens(holder)
    with page.expect_navigation():
        page.locator("main button[name=decision][value=decline]").click()
    assert page.locator("main [name=taken]").is_checked()
    # Without the reason nothing is done, and what was ticked stays.
    decides = page.locator("main form[action*='/decisions'] button:not([formaction])")
    with page.expect_navigation():
        decides.click()
    assert page.locator("main .error-summary").count() == 1
    assert page.locator("main [name=taken]").is_checked()
    page.locator("main [name=reason]").fill("Se confundieron dos postulaciones.")
    with page.expect_navigation():
        decides.click()
    assert page.locator(".message.good").count() == 1
    coordinator.opens(holder)
    assert "Se confundieron dos postulaciones." in page.locator("main").inner_text()
    # Who of them comes next, the rules over places say; one does, and only one.
    left = standing_in(coordinator, activity, "waitlisted")
    assert len(left) == len(before) - 1
    assert set(left) < set(before)
    coordinator.opens(f"{activity}/waiting")
    assert page.locator("main .timeline li").count() >= 1


@pytest.mark.parametrize(("width", "language"), [("phone", "es"), ("desk", "en")])
def test_rules_over_places_are_made_and_removed_on_pages_fit_for_everyone(
    visitor: Make, width: str, language: str
) -> None:
    coordinator = visitor(width=width, language=language).signs_in(*account("coordinator"))
    page = coordinator.page
    listed = "/coordinate/activities?kind=international_open&status=published"
    activity = refs(coordinator, listed, r"/coordinate/activities/\w{26}")[0]
    coordinator.opens(f"{activity}/places").is_content()
    page.locator("main select[name=kind]").select_option("minimum_women")
    page.locator("main form:has([name=kind]) [name=number]").fill("40")
    with page.expect_navigation():
        page.locator("main form:has([name=kind]) button[type=submit]").click()
    assert page.locator(".message.good").count() == 1
    coordinator.is_content()
    page.locator("main select[name=kind]").select_option("reserved_countries")
    page.locator("main form:has([name=kind]) [name=number]").fill("2")
    with page.expect_navigation():
        page.locator("main form:has([name=kind]) button[type=submit]").click()
    assert page.locator("main .error-summary a[href='#countries']").count() == 1
    coordinator.complaints.clear()  # the browser notes the answer 422
    coordinator.is_content()
    coordinator.opens(f"{activity}/waiting").is_content()
    coordinator.opens(f"{activity}/places")
    coordinator.sends(page.locator("main form[action$='/remove']").first)
    assert page.locator("main form[action$='/remove']").count() == 0


def offered(someone: Visitor, link: str) -> bool:
    return someone.opens(link).page.locator("main form[action$='/accept']").count() == 1


def of_title(coordinator: Visitor, title: str) -> str:
    for link in refs(coordinator, "/coordinate/activities?status=published", r"/coordinate/activities/\w{26}"):
        if coordinator.opens(link).page.locator("h1").first.inner_text() == title:
            return link
    raise AssertionError(title)


def standing_in(coordinator: Visitor, activity: str, state: str) -> list[str]:
    """Return the applications of an activity in one state."""
    return refs(
        coordinator, f"{activity}/applications?state={state}", r"/coordinate/activities/\w{26}/applications/\w{26}"
    )
