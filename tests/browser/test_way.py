"""A person's whole way through the pages, in a browser, with the worker and the mail of a running system."""

import re
import sqlite3
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from email import policy
from email.parser import BytesParser
from zoneinfo import ZoneInfo

import pytest

from tests.browser.conftest import Site, Visitor, account
from tests.running.processes import until

Make = Callable[..., Visitor]
PASSWORD = "tres montes callados"
ZONE = "America/Santiago"


def letter_to(site: Site, address: str, containing: str) -> str:
    """Wait for a letter with a link and return its text."""
    found: list[str] = []

    def arrived() -> bool:
        for path in site.mails():
            letter = BytesParser(policy=policy.default).parsebytes(path.read_bytes())
            body = letter.get_body(("plain",))  # type: ignore[attr-defined]
            if address in str(letter["To"]) and containing in (text := body.get_content()):
                found[:] = [text]
        return bool(found)

    assert until(arrived, 60), f"no letter to {address} with {containing}"
    return found[0]


def the_hour_comes(site: Site, title: str) -> None:
    """Move an activity of ten days ahead to today, and its class session to an hour ago: the hour has come."""
    now = datetime.now(ZoneInfo("UTC"))
    with sqlite3.connect(site.var / "ilpes.db", timeout=20) as database:
        row = database.execute("SELECT id FROM activities WHERE titles LIKE ?", (f"%{title}%",)).fetchone()
        begun, over = now - timedelta(hours=1), now + timedelta(minutes=30)
        stamp = "%Y-%m-%d %H:%M:%S.%f"
        today = now.astimezone(ZoneInfo(ZONE)).date().isoformat()
        database.execute("UPDATE activities SET starts_on = ?, ends_on = ? WHERE id = ?", (today, today, row[0]))
        database.execute(
            "UPDATE class_sessions SET starts_at = ?, ends_at = ? WHERE activity_id = ?",
            (begun.strftime(stamp), over.strftime(stamp), row[0]),
        )
    database.close()


def announces_a_webinar(coordinator: Visitor, title: str) -> str:
    """Create, date, staff and publish a webinar through the pages; return its public address."""
    day = datetime.now(ZoneInfo(ZONE)).date() + timedelta(days=10)
    page = coordinator.opens("/coordinate/activities/new/webinar").page
    page.locator("[name=titles_es]").fill(title)
    page.locator("[name=starts_on]").fill(day.isoformat())
    page.locator("[name=ends_on]").fill(day.isoformat())
    coordinator.sends(page.locator("main form:has([name=titles_es])"))
    managed = re.sub(r"[?#].*", "", page.url)
    page = coordinator.opens(managed.removeprefix(coordinator.site.address) + "/class-sessions").page
    form = page.locator("main form:has([name=starts_wall])")
    form.locator("[name=starts_wall]").fill(f"{day.isoformat()}T10:00")
    form.locator("[name=minutes]").fill("90")
    coordinator.sends(form)
    page = coordinator.opens(managed.removeprefix(coordinator.site.address) + "/staff").page
    form = page.locator("main form:has([name=email])")
    form.locator("[name=email]").fill(account("instructor")[0])
    coordinator.sends(form)
    page = coordinator.opens(managed.removeprefix(coordinator.site.address)).page
    coordinator.sends(page.locator("main form[action$='/publish']"))
    return managed


@pytest.mark.parametrize(("width", "scripts"), [("phone", False), ("desk", True)])
def test_from_the_catalogue_to_a_checked_certificate(visitor: Make, site: Site, width: str, scripts: bool) -> None:
    number = int(time.time() * 1000)
    title, address = f"Datos abiertos {number}", f"rosa{number}@example.org"
    coordinator = visitor().signs_in(*account("coordinator"))
    managed = announces_a_webinar(coordinator, title)

    rosa = visitor(width=width, scripts=scripts)
    page = rosa.opens(f"/activities?q={number}").page
    page.locator("main a", has_text=title).first.click()
    page.wait_for_url(re.compile("/activities/.+"))
    page.locator("main a[href$='/register']").first.click()
    page.wait_for_url(re.compile("/register"))
    for name, text in {
        "email": address, "password": PASSWORD, "given_names": "Rosa", "first_surname": "Quispe",
        "organization": "Municipalidad",
    }.items():  # fmt: skip
        page.locator(f"main [name={name}]").fill(text)
    page.locator("main select[name=country]").select_option("BOL")
    page.locator("main [name=sex][value=female]").check()
    page.locator("main [name=consent]").check()
    rosa.sends(page.locator("main form:has([name=password])"))
    link = re.search(r"/confirm/\S+", letter_to(site, address, "/confirm/"))
    assert link is not None
    rosa.opens(link.group())
    rosa.sends(page.locator("main form").first)
    assert "/my/enrolments/" in page.url, "one press confirms the address and gives the place"
    letter_to(site, address, "/my/enrolments/")

    the_hour_comes(site, title)
    instructor = visitor(width=width, scripts=scripts).signs_in(*account("instructor"))
    instructor.opens("/teach")
    instructor.page.locator("main a[href*='/teach/class-sessions/']", has_text=re.compile("")).first.wait_for()
    links = instructor.page.eval_on_selector_all(
        "main a[href*='/teach/class-sessions/']", "links => links.map(link => link.getAttribute('href'))"
    )
    roster = next(link for link in links if title in instructor.opens(link).page.locator("main").inner_text())
    instructor.opens(roster)
    instructor.page.locator("#roster button[value*='.p.']").first.click()
    instructor.page.wait_for_load_state()
    instructor.page.locator("#roster button[value*='.p.'][aria-pressed=true]").first.wait_for()
    if scripts:
        instructor.page.locator("#roster-state[data-state=saved]").wait_for()

    coordinator.opens(managed.removeprefix(site.address) + "/certificates")
    coordinator.sends(coordinator.page.locator("main form[action$='/certificates'], main form[action$='/issue']").first)
    code = re.search(r"/verify/(\w+)", letter_to(site, address, "/verify/"))
    assert code is not None

    stranger = visitor(width=width, scripts=scripts, language="en").opens("/verify")
    stranger.page.locator("main input[name=code]").fill(code.group(1).upper())
    stranger.sends(stranger.page.locator("main form:has([name=code])"))
    answer = stranger.page.locator("main").inner_text()
    assert "Rosa Quispe" in answer
    assert "valid" in answer.lower()
    rosa.opens("/my/certificates")
    with rosa.page.expect_download() as download:
        rosa.page.locator("main a[href$='.pdf']").first.click()
    assert download.value.path().read_bytes().startswith(b"%PDF")
