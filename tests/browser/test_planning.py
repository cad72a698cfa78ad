"""Class sessions by a pattern, and a message to who is falling behind, in a real browser."""

import re
import sqlite3
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from tests.browser.conftest import Site, Visitor, account

Make = Callable[..., Visitor]


@pytest.mark.parametrize(("width", "scripts", "language"), [("phone", True, "es"), ("desk", False, "en")])
def test_a_coordinator_sees_the_days_of_a_pattern_and_adds_them_once(
    visitor: Make, width: str, scripts: bool, language: str
) -> None:
    carla = visitor(width=width, scripts=scripts).signs_in(*account("coordinator"))
    first = date(2032, 9, 6)
    page = carla.opens("/coordinate/activities/new/international_open").page
    page.locator("[name=titles_es]").fill("Taller de los martes")
    page.locator("[name=starts_on]").fill(first.isoformat())
    page.locator("[name=ends_on]").fill((first + timedelta(days=30)).isoformat())
    page.locator("[name=country]").select_option("CHL")
    carla.sends(page.locator("main form:has([name=titles_es])"))
    managed = re.sub(r"[?#].*", "", page.url).removeprefix(carla.site.address)
    carla.opens(f"{managed}/class-sessions/pattern?lang={language}")
    if scripts:
        carla.is_content()
    page.locator("[name=weekdays][value='1']").check()
    page.locator("[name=weekdays][value='5']").check()
    page.locator("[name=begins]").fill("18:00")
    page.locator("[name=ends]").fill("20:00")
    page.locator("[name=skipped]").fill("21/09/2032")
    page.locator("[name=holidays]").check()
    with page.expect_navigation():
        page.locator("main form button").last.click()
    assert page.locator("tbody tr").count() == 9
    assert page.locator("tbody tr", has_text=re.compile("Feriado|Public holiday")).count() == 1
    if scripts:
        carla.is_content()
    with page.expect_navigation():
        page.locator("button[name=expected]").click()
    assert page.locator("ul.tasks > li").count() == 7
    if scripts:
        carla.is_content()


@pytest.mark.parametrize("width", ["phone", "desk"])
def test_an_instructor_writes_to_who_is_falling_behind(visitor: Make, site: Site, width: str) -> None:
    ana = visitor(width=width).signs_in(*account("instructor"))
    page = ana.opens("/teach?lang=es").page
    ana.is_content()
    links = page.locator("main a[href$='/behind']")
    assert links.count(), "the demonstration has somebody who is falling behind"
    with page.expect_navigation():
        links.first.click()
    ana.is_content()
    page.locator("[name=text]").fill(f"¿Cómo podemos ayudarle? ({width})")
    with page.expect_navigation():
        page.locator("main form button").last.click()
    ana.is_content()
    number = page.locator("[name=people]:checked").count()
    with page.expect_navigation():
        page.locator("button[name=seen]").click()
    with sqlite3.connect(site.var / "ilpes.db", timeout=20) as database:
        asked = 'SELECT count(*) FROM messages WHERE kind = ? AND "values" LIKE ?'
        (sent,) = database.execute(asked, ("attendance.behind", f"%({width})%")).fetchone()
    database.close()
    assert sent == number
    assert sent > 0
