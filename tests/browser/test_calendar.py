"""One's calendar in a real browser: a feed's address made without scripts, on a phone; the file of an activity."""

from collections.abc import Callable

import pytest

from tests.browser.conftest import Visitor, account

Make = Callable[..., Visitor]


@pytest.mark.parametrize(("width", "language", "scripts"), [("phone", "es", False), ("desk", "fr", True)])
def test_a_feed_is_made_renewed_and_stopped(visitor: Make, width: str, language: str, scripts: bool) -> None:
    someone = visitor(width=width, language=language, scripts=scripts).signs_in(*account("participant"))
    someone.opens("/my/calendar")
    for _ in range(2):
        someone.sends(someone.page.locator("form[action$='/my/calendar/feed']"))
        address = someone.page.locator("#feed-address").input_value()
        answer = someone.page.request.get(address)
        assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
        if scripts:
            someone.is_content()
    someone.sends(someone.page.locator("form[action$='/my/calendar/feed/stop']"))
    assert someone.page.request.get(address).status == 404


def test_an_activity_s_page_gives_a_file_for_calendars(visitor: Make) -> None:
    someone = visitor(width="phone").signs_in(*account("participant"))
    someone.opens("/my/calendar")
    someone.page.locator("main .tasks a.button").last.wait_for()
    someone.page.locator("main .tasks a:not(.button)").last.click()
    with someone.page.expect_download() as download:
        someone.page.locator("a[href$='/calendar.ics']").click()
    assert download.value.path().read_text(encoding="utf-8").startswith("BEGIN:VCALENDAR")
