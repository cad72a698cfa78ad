"""An institution's way and its nominee's on a phone without scripts: a list corrected and sent, a place confirmed."""

import re
import time
from collections.abc import Callable

from tests.browser.conftest import Site, Visitor, account
from tests.browser.test_way import PASSWORD, letter_to

Make = Callable[..., Visitor]
HEADER = "Nombres;Apellidos;Correo electrónico;Cargo\n"


def uploads(focal: Visitor, text: str) -> str:
    """Choose a file, have it read, and return what the page says."""
    page = focal.page
    page.locator("main input[name=file]").set_input_files(
        {"name": "lista.csv", "mimeType": "text/csv", "buffer": text.encode("cp1252")}
    )
    with page.expect_navigation():
        page.locator("main form:has(input[name=file]) button").click()
    return page.locator("main").inner_text()


def link_in(site: Site, address: str, path: str) -> str:
    found = re.search(rf"{path}\S+", letter_to(site, address, path))
    assert found is not None
    return found.group()


def test_a_list_is_corrected_and_sent_and_a_nominee_confirms(visitor: Make, site: Site) -> None:
    number = int(time.time() * 1000)
    address = f"nusta{number}@example.org"
    desk = link_in(site, account("focal point")[0], "/nominate/")
    focal = visitor(width="phone", scripts=False)
    focal.opens(desk)
    with focal.page.expect_navigation():
        focal.page.locator("main a[href$='/list']").click()
    said = uploads(focal, f"{HEADER}Ñusta;Quispe;{address};Jefa\nRosa;Mamani;rosa.example.org;\n")
    assert "rosa.example.org" in said
    assert "No se agregó a nadie" in said
    said = uploads(focal, f"{HEADER}Ñusta;Quispe;{address};Jefa\nRosa;Mamani;rosa{number}@gmial.com;\n")
    assert "gmail.com" in said
    focal.page.locator("main [name=doubts_accepted]").check()
    focal.sends(focal.page.locator("main form:has([name=send])"))
    assert focal.page.url.endswith(desk)
    assert "Ñusta Quispe" in focal.page.locator("main").inner_text()

    invitation = link_in(site, address, "/invitations/")
    nominee = visitor(width="phone", scripts=False)
    page = nominee.opens(invitation).page
    with page.expect_navigation():
        page.locator("main a[href^='/sign-up']").click()
    for name, text in {
        "email": address, "password": PASSWORD, "given_names": "Ñusta", "first_surname": "Quispe",
    }.items():  # fmt: skip
        page.locator(f"main [name={name}]").fill(text)
    page.locator("main select[name=country]").select_option("BOL")
    page.locator("main [name=sex][value=female]").check()
    page.locator("main [name=consent]").check()
    nominee.sends(page.locator("main form:has([name=password])"))
    nominee.opens(link_in(site, address, "/confirm/"))
    nominee.sends(page.locator("main form").first)
    assert invitation in page.url, "confirmation leads back to the invitation"
    assert page.locator("main [name=position]").input_value() == "Jefa"
    assert page.locator("main [name=organization]").input_value() != ""
    page.locator("main select[name=sector]").select_option("central_government")
    nominee.sends(page.locator("main form:has([name=sector])"))
    assert "/my/enrolments/" in page.url
    letter_to(site, address, "/my/enrolments/")


def test_the_pages_of_nominations_are_fit_for_everyone(visitor: Make, site: Site) -> None:
    number = int(time.time() * 1000)
    desk = link_in(site, account("focal point")[0], "/nominate/")
    for width, language in (("phone", "es"), ("desk", "pt")):
        someone = visitor(width=width, language=language)
        someone.opens(desk).is_content()
        replacing = someone.page.locator("main a[href$='/replace']").first.get_attribute("href")
        assert replacing is not None
        someone.opens(replacing).is_content()
        someone.opens(f"{desk}/list").is_content()
        uploads(someone, f"{HEADER}Eva;;no\nRosa;Mamani;rosa{number}@example.org;\n")
        # The browser's console names every answer that is a refusal.
        someone.complaints.clear()
        someone.is_content()
        uploads(someone, f"{HEADER}Rosa;Mamani;rosa{number}@gmial.com;\n")
        someone.is_content()
    invitation = link_in(site, "@", "/invitations/")
    for path in (invitation, f"{invitation}/decline"):
        visitor(width="phone").opens(path).is_content()


def test_the_coordinator_s_pages_of_places_and_invitations_are_fit_for_everyone(visitor: Make) -> None:
    for width, language in (("phone", "es"), ("desk", "pt")):
        coordinator = visitor(width=width, language=language).signs_in(*account("coordinator"))
        page = coordinator.opens("/coordinate/activities?kind=national_restricted&status=published").page
        links = page.eval_on_selector_all("main a", "links => links.map(link => link.getAttribute('href'))")
        seen = set()
        for activity in sorted({link for link in links if re.fullmatch(r"/coordinate/activities/\w{26}", link or "")}):
            for tab in ("nominations", "invitations", "invitations/list"):
                coordinator.opens(f"{activity}/{tab}").is_content()
                if tab == "nominations":
                    one = page.locator("main table a").first
                    if one.count():
                        coordinator.opens(one.get_attribute("href") or "").is_content()
                        seen.add(tab)
        assert seen, "an activity with institutions was looked at"
