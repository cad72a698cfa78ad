"""The roster in a real browser: on a phone whose line drops, from the keyboard, with two at once, without scripts."""

import re
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, Route

from tests.browser.conftest import Site, Visitor, account
from tests.running.processes import until

Make = Callable[..., Visitor]
SAVED = "#roster-state[data-state=saved]"
OFFLINE = "#roster-state[data-state=offline]"


@dataclass
class Held:
    """A class session of the instructor's that has begun, with its participants and none of them marked."""

    site: Site
    ref: str
    people: list[str]

    @property
    def path(self) -> str:
        return f"/teach/class-sessions/{self.ref}"

    def marks(self) -> dict[str, str]:
        return dict(self._ask("SELECT e.public_id, m.mark FROM marks m JOIN enrolments e ON e.id = m.enrolment_id"))

    def changes(self) -> list[int]:
        """Return how often each person's mark was changed."""
        counted = self._ask("SELECT m.enrolment_id, count(*) FROM mark_changes m", "GROUP BY m.enrolment_id")
        return [number for _enrolment, number in counted]

    def _ask(self, question: str, rest: str = "") -> list[tuple[str, int]]:
        here = "m.class_session_id = (SELECT id FROM class_sessions WHERE public_id = ?)"
        with sqlite3.connect(self.site.var / "ilpes.db", timeout=20) as database:
            found = database.execute(f"{question} WHERE {here} {rest}", (self.ref,)).fetchall()
        database.close()
        return found


@pytest.fixture
def held(site: Site) -> Held:
    """Take the marks away from one class session of the instructor's, as if it had just begun."""
    with sqlite3.connect(site.var / "ilpes.db", timeout=20) as database:
        row = database.execute(
            "SELECT s.id, s.public_id, s.activity_id FROM class_sessions s "
            "JOIN activities a ON a.id = s.activity_id JOIN assignments t ON t.activity_id = a.id "
            "JOIN email_addresses m ON m.person_id = t.person_id AND m.address = ? "
            "WHERE s.status = 'scheduled' AND s.starts_at < datetime('now') AND a.confirmed_count >= 6 "
            "ORDER BY s.starts_at DESC LIMIT 1",
            (account("instructor")[0],),
        ).fetchone()
        for table in ("marks", "mark_changes"):
            database.execute(f"DELETE FROM {table} WHERE class_session_id = ?", (row[0],))
        people = database.execute(
            "SELECT e.public_id FROM enrolments e JOIN persons p ON p.id = e.person_id "
            "WHERE e.activity_id = ? AND e.state = 'confirmed' ORDER BY p.name_key, e.id",
            (row[2],),
        ).fetchall()
    database.close()
    return Held(site, row[1], [ref for (ref,) in people])


def teacher(visitor: Make, held: Held, **how: object) -> Visitor:
    made = visitor(**how).signs_in(*account("instructor"))
    return made.opens(f"{held.path}?lang={how.get('language', 'es')}")


def tap(page: Page, ref: str, key: str) -> None:
    page.locator(f"[id='{ref}'] button[value*='.{key}.']").click()


def pressed(page: Page, ref: str) -> list[str]:
    return page.locator(f"[id='{ref}'] [aria-pressed=true]").all_inner_texts()


def all_is_sent(page: Page) -> None:
    """Wait until no mark waits on the device."""
    assert until(lambda: page.evaluate("!Object.keys(localStorage).some((key) => key.startsWith('roster.'))"), 30)


@pytest.mark.parametrize("language", ["es", "en"])
def test_on_a_phone_marks_are_kept_while_the_line_is_down_and_sent_once_when_it_is_back(
    visitor: Make, held: Held, language: str
) -> None:
    ana = teacher(visitor, held, width="phone", language=language)
    page, (first, second, third, *_rest) = ana.page, held.people
    ana.is_content()
    tap(page, first, "p")
    page.locator(SAVED).wait_for()
    page.context.set_offline(True)
    tap(page, first, "l")
    tap(page, second, "a")
    tap(page, third, "p")
    page.locator(OFFLINE).wait_for()
    assert "3" in page.locator("#roster-state").inner_text()
    assert page.locator("[data-count=a]").inner_text() == "1"
    assert pressed(page, second) != []
    assert held.marks() == {first: "present"}
    refused = page.locator("details.confirm:has(form[action$='/all-present'])")
    refused.locator("summary").click()
    refused.locator("button").click()
    assert page.locator("#messages .message").count() == 1, "deeds over many wait until the line is back"
    page.keyboard.press("Escape")
    page.context.set_offline(False)
    page.locator(SAVED).wait_for(timeout=30_000)
    assert held.marks() == {first: "late", second: "absent", third: "present"}
    assert sorted(held.changes()) == [1, 1, 2]
    page.reload()
    assert page.locator("[data-count=a]").inner_text() == "1"
    ana.complaints.clear()  # the browser itself says that requests failed
    ana.is_content()


def test_what_waits_outlives_the_page(visitor: Make, held: Held) -> None:
    ana = teacher(visitor, held, width="phone")
    page, ref = ana.page, held.people[0]
    page.context.set_offline(True)
    tap(page, ref, "e")
    page.locator(OFFLINE).wait_for()
    page.close()
    ana.page.context.set_offline(False)
    again = ana.page.context.new_page()
    again.goto(held.site.address + held.path)
    again.locator(SAVED).wait_for(timeout=30_000)
    assert held.marks() == {ref: "excused"}


def test_what_waits_is_sent_from_a_page_of_the_roster_that_shows_others(visitor: Make, held: Held) -> None:
    ana = teacher(visitor, held, width="phone")
    page, (first, second, *_rest) = ana.page, held.people
    name = page.locator(f"[id='{second}'] a").inner_text()
    page.context.set_offline(True)
    tap(page, first, "e")
    page.locator(OFFLINE).wait_for()
    page.close()
    page.context.set_offline(False)
    found = page.context.new_page()
    found.goto(f"{held.site.address}{held.path}?q={name}")
    found.locator(SAVED).wait_for(timeout=30_000)
    assert found.locator(f"[id='{first}']").count() == 0
    assert held.marks() == {first: "excused"}
    tap(found, second, "p")
    all_is_sent(found)
    assert held.marks() == {first: "excused", second: "present"}
    assert found.locator("[data-count=p]").inner_text() == "1"


def test_without_scripts_people_are_found_by_name_and_a_press_leads_back_to_them(visitor: Make, held: Held) -> None:
    ana = teacher(visitor, held, scripts=False)
    page, ref = ana.page, held.people[1]
    name = page.locator(f"[id='{ref}'] a").inner_text()
    page.locator("#roster-search").fill(name.upper())
    with page.expect_navigation():
        page.locator("#roster-find button").click()
    found = page.url.removeprefix(ana.site.address)
    teacher(visitor, held).opens(found).is_content()
    with page.expect_navigation():
        tap(page, ref, "p")
    assert held.marks() == {ref: "present"}
    assert page.locator("#roster > li").count() < len(held.people)
    with page.expect_navigation():
        page.locator("main p[role=status] a").click()
    assert page.locator("#roster > li").count() == len(held.people)


def test_a_press_whose_answer_is_lost_is_done_once(visitor: Make, held: Held) -> None:
    ana = teacher(visitor, held)
    page, (first, *_rest) = ana.page, held.people
    lost: list[str] = []

    def lose(route: Route) -> None:
        if len(lost) < 2:
            lost.append(route.request.post_data or "")
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.route(re.compile("/marks$"), lose)
    tap(page, first, "p")
    page.locator(OFFLINE).wait_for()
    tap(page, first, "a")
    page.locator(SAVED).wait_for(timeout=30_000)
    assert held.marks() == {first: "absent"}
    assert held.changes() == [2], "present and absent, each once"
    assert pressed(page, first) == pressed(page, first)[:1]
    assert page.locator(".roster-conflict").count() == 0


def test_a_stale_page_shows_both_marks_and_lets_a_person_decide(visitor: Make, held: Held) -> None:
    ref = held.people[0]
    one, other = teacher(visitor, held), teacher(visitor, held, language="en")
    tap(one.page, ref, "p")
    one.page.locator(SAVED).wait_for()
    tap(other.page, ref, "a")
    conflict = other.page.locator(".roster-conflict")
    conflict.wait_for()
    assert "Now: Present. You wanted: Absent." in conflict.inner_text()
    assert pressed(other.page, ref) == ["Present"]
    assert held.marks() == {ref: "present"}
    other.complaints.clear()  # the refusal itself
    other.is_content()
    conflict.locator("[data-mine]").click()
    all_is_sent(other.page)  # "saved" is still said of what went before, unless saving takes a moment
    conflict.wait_for(state="detached")
    assert held.marks() == {ref: "absent"}


def test_the_keyboard_alone_marks_a_roster(visitor: Make, held: Held) -> None:
    ana = teacher(visitor, held)
    page, people = ana.page, held.people
    page.locator("#roster-search").press("ArrowDown")
    for key in ("p", "ArrowDown", "l", "ArrowDown", "e", "ArrowDown", "a", "ArrowUp", "p", "u"):
        page.keyboard.press(key)
    page.locator(SAVED).wait_for()
    expected = dict(zip(people, ("present", "late", "excused", "absent"), strict=False))
    all_is_sent(page)
    assert held.marks() == expected
    name = page.locator(f"[id='{people[2]}'] a").inner_text()
    page.locator("#roster-search").fill(name.upper())
    assert page.locator("#roster > li:visible").count() < len(people)
    page.locator("#roster-search").fill("xyzxyz")
    assert page.locator("#roster-nobody").is_visible()
    page.locator("#roster-search").fill("")
    ana.is_content()


@pytest.mark.parametrize("width", ["phone", "desk"])
def test_without_scripts_everything_goes_by_forms(visitor: Make, held: Held, width: str) -> None:
    ana = teacher(visitor, held, width=width, language="es", scripts=False)
    page, (first, *rest) = ana.page, held.people
    tap(page, first, "l")
    page.wait_for_load_state()
    assert held.marks() == {first: "late"}
    page.locator("details.confirm:has(form[action$='/all-present']) summary").click()
    with page.expect_navigation():
        page.locator("form[action$='/all-present'] button").click()
    assert len(held.marks()) == 1 + len(rest)
    with page.expect_navigation():
        page.locator("form[action$='/taken-back'] button").click()
    assert held.marks() == {first: "late"}
    page.locator(f"[id='{first}'] a").click()
    page.wait_for_url(re.compile("/people/"))
    page.locator("[name=minutes]").fill("45")
    page.locator("[name=note]").fill("Entró desde el celular")
    with page.expect_navigation():
        page.locator("main form button").last.click()
    assert "45" in page.locator(f"[id='{first}'] small").inner_text()


def test_a_person_s_page_is_content(visitor: Make, held: Held) -> None:
    for width, key in (("phone", "p"), ("desk", "l")):
        ana = teacher(visitor, held, width=width)
        tap(ana.page, held.people[0], key)
        ana.page.locator(SAVED).wait_for()
        ana.opens(f"{held.path}/people/{held.people[0]}").is_content()
