"""The evidence beyond class sessions on a phone: rule, an export of the learning platform, a correction asked for."""

from collections.abc import Callable

import pytest

from tests.browser.conftest import Visitor, account
from tests.factories.exports import SPANISH, Learner, as_csv, completion_rows

Make = Callable[..., Visitor]


def attendance_page(someone: Visitor) -> str:
    """Return the address of an activity that somebody teaches."""
    someone.opens("/teach")
    return min(hrefs_in(someone, "/teach/activities/"), key=len)


@pytest.mark.parametrize(("width", "language"), [("phone", "es"), ("desk", "fr")])
def test_an_export_goes_from_the_file_to_the_record_and_back(visitor: Make, width: str, language: str) -> None:
    someone = visitor(width=width, language=language).signs_in(*account("instructor"))
    here = attendance_page(someone)
    for part in ("", "/rule", "/corrections", "/platform"):
        someone.opens(here + part).is_content()
    learners = [
        Learner("Ana", width, f"{width}@example.com", done=(True, False)),
        Learner("Eva", "Paz", "", done=(True, True)),
    ]
    content = as_csv(completion_rows(learners, SPANISH, ["Foro de presentación de cada participante", "Ensayo final"]))
    someone.page.set_input_files(
        "input[type=file]", {"name": "progress.csv", "mimeType": "text/csv", "buffer": content}
    )
    someone.sends(someone.page.locator("main form").first)
    someone.is_content()
    export = someone.page.url.removeprefix(someone.site.address)
    assert "Ensayo final" in someone.page.locator("main").inner_text()
    someone.sends(someone.page.locator("main form[action$='/columns']"))
    decide = someone.page.locator("main a[href*='/people/']").first
    with someone.page.expect_navigation():
        decide.click()
    someone.is_content()
    someone.opens(export)
    someone.sends(someone.page.locator("main form[action$='/apply']"))
    someone.is_content()
    someone.sends(someone.page.locator("main form[action$='/undo']"))
    someone.is_content()


def test_a_participant_asks_for_a_correction_on_a_phone_without_scripts(visitor: Make) -> None:
    someone = visitor(width="phone", scripts=False).signs_in(*account("participant"))
    someone.opens("/my/enrolments")
    asked = [link for link in hrefs_in(someone, "/my/enrolments/") if asks(someone, link)]
    assert asked, "one of the participant's activities has begun"
    someone.opens(asked[0].replace("/my/enrolments/", "/my/attendance/"))
    assert "Estuve en la primera sesión." in someone.page.locator("main").inner_text()


def hrefs_in(someone: Visitor, beginning: str) -> list[str]:
    """Return where the links of a page lead that begin so."""
    hrefs = "links => links.map(link => link.getAttribute('href'))"
    found: list[str] = someone.page.eval_on_selector_all(f"main a[href^='{beginning}']", hrefs)
    return found


def asks(someone: Visitor, enrolment: str) -> bool:
    """Ask for a correction of one enrolment's outcome by pressing what the pages offer; tell whether it was taken."""
    someone.opens(enrolment)
    for own in hrefs_in(someone, "/my/attendance/")[:1]:
        someone.opens(own)
        for page in [link for link in hrefs_in(someone, "/my/attendance/") if link.endswith("/correction")]:
            someone.opens(page)
            someone.page.locator("textarea").fill("Estuve en la primera sesión.")
            with someone.page.expect_navigation():
                someone.page.locator("main form button").last.click()
            return someone.page.locator("main .error-summary").count() == 0
    return False
