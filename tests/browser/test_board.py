"""A coordinator's way over the selection board, in a browser: filter, score, propose, see the letters, decide."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator

from tests.browser.conftest import Visitor, account

Make = Callable[..., Visitor]


def presses(someone: Visitor, button: Locator) -> None:
    """Press a button or follow a link, wait for the page it leads to, and look whether that is fit for everyone."""
    with someone.page.expect_navigation():
        button.click()
    someone.is_content()


def scores(someone: Visitor, score: int, then: str) -> str:
    """Give the application that is open a score, go on, and return whose it was."""
    page = someone.page
    name = page.locator("main h1").inner_text()
    page.locator("main [name=score]").fill(str(score))
    page.locator("main [name=note]").fill("Experiencia y un plan concreto.")
    button = page.locator("form[action$='/review'] button")
    presses(someone, button.last if then == "next" else button.first)
    return name


@pytest.mark.parametrize(("width", "place"), [("phone", 0), ("desk", 1)])
def test_from_the_filter_to_the_decision(visitor: Make, width: str, place: int) -> None:
    coordinator = visitor(width=width).signs_in(*account("coordinator"))
    page = coordinator.opens("/coordinate").page
    boards = page.eval_on_selector_all(
        "main a[href*='applications?state=applied']", "links => links.map(link => link.getAttribute('href'))"
    )
    board = sorted(set(boards))[place].split("?")[0]

    coordinator.opens(board).is_content()
    page.locator("select[name=state]").select_option("applied")
    page.locator("input[name=mine]").check()
    presses(coordinator, page.locator("form.board-filters button"))
    assert "state=applied" in page.url
    presses(coordinator, page.locator("main tbody th a").first)
    best = scores(coordinator, 100, "next")
    second = scores(coordinator, 99, "stay")
    assert second != best

    coordinator.opens(f"{board}?sort=score&order=desc")
    shown = page.locator("main tbody th a").all_inner_texts()
    assert shown[:2] == [best, second]
    presses(coordinator, page.locator("main a[href$='/proposal']"))
    ticked = page.locator("main [name=chosen]:checked")
    free = ticked.count()
    assert free >= 2, "there are places, and people for them"
    ticked.last.uncheck()
    presses(coordinator, page.locator("button[formaction$='/proposal']").first)
    assert page.locator("main [name=chosen]:checked").count() == free - 1

    presses(coordinator, page.locator("main form button:not([formaction])").first)
    assert page.locator("main blockquote").count() >= 1
    if page.locator("main [name=number]").count():
        page.locator("main [name=number]").fill(str(free - 1))
    presses(coordinator, page.locator("form[action$='/decisions'] button:not([formaction])"))
    assert re.search(rf"\b{free - 1}\b", page.locator(".message.good").first.inner_text())

    coordinator.opens(f"{board}?state=confirmed&sort=score&order=desc")
    confirmed = page.locator("main tbody th a").all_inner_texts()
    assert confirmed[:2] == [best, second]
