"""Reminders on a phone and at a desk: the calendar, its names, a rule of one's own, a pause; without scripts, too."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from ilpes_lms.core import clock
from tests.browser.conftest import Visitor, account

Make = Callable[..., Visitor]


@pytest.mark.parametrize(("width", "language", "scripts"), [("phone", "es", True), ("desk", "fr", False)])
def test_a_coordinator_sees_who_gets_what_sets_a_rule_and_pauses(
    visitor: Make, width: str, language: str, scripts: bool
) -> None:
    someone = visitor(width=width, language=language, scripts=scripts).signs_in(*account("coordinator"))
    check = someone.is_content if scripts else lambda: None
    someone.opens("/coordinate/reminders?weeks=8")
    check()
    for part in ("/rules/webinar", "/rules/webinar/activity_starts", "/rules/webinar/new"):
        someone.opens(f"/coordinate/reminders{part}")
        check()
    someone.opens("/coordinate/reminders?weeks=8")
    someone.page.locator("main table a[href*='rule=']").first.click()
    someone.page.locator("#people").wait_for()
    check()
    here = someone.page.locator("main table a[href^='/coordinate/activities/']").first.get_attribute("href")
    assert here
    someone.opens(here)
    check()
    someone.opens(f"{here}/rules/new")
    someone.page.locator("input[name=amount]").fill("6")
    someone.page.locator("input[name=recipients][value=confirmed]").check()
    someone.page.locator("select[name=about]").select_option("activity_start:before")
    someone.sends(someone.page.locator("main form").first)
    assert "6 " in someone.page.locator("main").inner_text()
    someone.page.locator("input[name=until]").fill(f"{clock.today('America/Santiago') + timedelta(days=30)}")
    someone.sends(someone.page.locator("main form[action$='/pause']"))
    check()
    someone.sends(someone.page.locator("main form[action$='/resume']"))
