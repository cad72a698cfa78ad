"""Check-in as it happens: a code on a screen, several browsers that send it at once."""

import re
import sqlite3
import time
from collections.abc import Callable

import pytest

from tests.browser.conftest import Site, Visitor, account
from tests.browser.test_way import announces_a_webinar, the_hour_comes

Make = Callable[..., Visitor]


def takes_part(site: Site, title: str, *addresses: str) -> None:
    """Give people of the demonstration a place in an activity."""
    with sqlite3.connect(site.var / "ilpes.db", timeout=20) as database:
        (activity,) = database.execute("SELECT id FROM activities WHERE titles LIKE ?", (f"%{title}%",)).fetchone()
        for number, address in enumerate(addresses, start=1):
            database.execute(
                "INSERT INTO enrolments (public_id, activity_id, activity_record, person_id, state, place_number,"
                " motivation, applied_at, confirmed_at) SELECT ?, ?, 'people', person_id, 'confirmed', ?, '',"
                " '2026-01-01 00:00:00.000000', '2026-01-01 00:00:00.000000' FROM email_addresses WHERE address = ?",
                (f"{activity:013}{number:013}", activity, number, address),
            )
    database.close()


def marks(site: Site, title: str) -> list[tuple[str, str]]:
    with sqlite3.connect(site.var / "ilpes.db", timeout=20) as database:
        rows = database.execute(
            "SELECT marks.mark, marks.source FROM marks JOIN class_sessions ON class_sessions.id = class_session_id"
            " JOIN activities ON activities.id = activity_id WHERE titles LIKE ?",
            (f"%{title}%",),
        ).fetchall()
    database.close()
    return rows


def class_session_of(site: Site, title: str) -> str:
    with sqlite3.connect(site.var / "ilpes.db", timeout=20) as database:
        (ref,) = database.execute(
            "SELECT class_sessions.public_id FROM class_sessions JOIN activities ON activities.id = activity_id"
            " WHERE titles LIKE ?",
            (f"%{title}%",),
        ).fetchone()
    database.close()
    return str(ref)


@pytest.fixture
def room(visitor: Make, site: Site) -> tuple[str, str, Visitor]:
    """A class session that goes on, with two participants: its title, its address, and the instructor's screen."""
    title = f"Registro {int(time.time() * 1000)}"
    announces_a_webinar(visitor().signs_in(*account("coordinator")), title)
    takes_part(site, title, account("participant")[0], account("focal point")[0])
    the_hour_comes(site, title)
    address = f"/teach/class-sessions/{class_session_of(site, title)}"
    return title, address, visitor(width="desk").signs_in(*account("instructor"))


def shown_code(screen: Visitor, address: str) -> str:
    text = screen.opens(f"{address}/check-in").page.locator(".check-in-code").inner_text()
    return re.sub(r"\s", "", text)


def test_one_participant_in_two_browsers_is_one_mark_and_two_participants_are_two(
    visitor: Make, site: Site, room: tuple[str, str, Visitor]
) -> None:
    title, address, screen = room
    screen.opens(f"{address}/check-in")
    screen.sends(screen.page.locator("main form[action$='/open']"))
    phones = [
        visitor(width="phone", language="es").signs_in(*account("participant")),
        visitor(width="desk", language="en").signs_in(*account("participant")),
        visitor(width="phone", language="fr").signs_in(*account("focal point")),
    ]
    code = shown_code(screen, address)
    for phone in phones:
        phone.opens("/check-in").page.locator("main [name=code]").fill(code)
    for phone in phones:
        # All are sent before the first answer is waited for.
        phone.page.evaluate("document.querySelector('main form:has([name=code])').requestSubmit()")
    for phone in phones:
        phone.page.wait_for_url("**/my/attendance/**")
        phone.is_content()
    assert marks(site, title) == [("late", "check_in")] * 2
    assert "2 " in screen.opens(f"{address}/check-in").page.locator("#check-in").inner_text()
    screen.opens(f"{address}/check-ins").is_content()
    assert screen.page.locator("main tbody tr").count() == 2
    assert screen.opens(address).page.locator("button[value*='.l.'][aria-pressed=true]").count() == 2


@pytest.mark.parametrize("language", ["es", "en", "pt", "fr"])
def test_the_screen_and_the_phone_are_fit_for_everyone(
    visitor: Make, room: tuple[str, str, Visitor], language: str
) -> None:
    _title, address, screen = room
    screen.opens(f"{address}/check-in?lang={language}").is_content()
    screen.sends(screen.page.locator("main form[action$='/open']"))
    code = shown_code(screen, address)
    screen.is_content()
    phone = visitor(width="phone", language=language).signs_in(*account("participant"))
    phone.opens(f"/check-in?lang={language}").is_content()
    phone.opens(f"/check-in/{code}?lang={language}").is_content()
    phone.page.locator("main form:has([name=code])").first.locator("button").last.click()
    phone.page.wait_for_url("**/my/attendance/**")
    phone.is_content()
    for path in (f"{address}/check-ins", f"{address}/sign-in-sheet", f"{address}/reports"):
        screen.opens(path).is_content()


def test_a_participant_checks_in_without_scripts(visitor: Make, site: Site, room: tuple[str, str, Visitor]) -> None:
    title, address, screen = room
    screen.opens(f"{address}/check-in")
    screen.sends(screen.page.locator("main form[action$='/open']"))
    phone = visitor(width="phone", scripts=False).signs_in(*account("participant"))
    page = phone.opens("/check-in").page
    page.locator("main [name=code]").fill(shown_code(screen, address))
    phone.sends(page.locator("main form:has([name=code])"))
    assert marks(site, title) == [("late", "check_in")]
