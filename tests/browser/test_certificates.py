"""Certificates in a browser: made anew with a pause between, revoked, checked by code and by file, and the keys."""

import re
from collections.abc import Callable

import pytest

from tests.browser.conftest import Visitor, account
from tests.running.processes import until

Make = Callable[..., Visitor]
BOTH = pytest.mark.parametrize(("width", "language"), [("phone", "es"), ("desk", "fr")])


def hrefs(someone: Visitor, pattern: str) -> list[str]:
    """Return the links of the page that look like a pattern, each once."""
    found = someone.page.eval_on_selector_all("main a", "links => links.map(link => link.getAttribute('href'))")
    return [link for link in dict.fromkeys(found) if re.fullmatch(pattern, link or "")]


def certificates_page(someone: Visitor) -> str:
    """Return the page of an activity whose certificates were issued."""
    someone.opens("/coordinate/activities?kind=international_open")
    for activity in hrefs(someone, r"/coordinate/activities/\w{26}"):
        page = f"{activity}/certificates"
        if hrefs(someone.opens(page), r"/coordinate/certificates/\w{26}/reissue"):
            return page
    raise AssertionError("the demonstration has an activity with certificates")


def post(someone: Visitor, path: str) -> None:
    """Send a form that only stands on the page for a moment."""
    with someone.page.expect_navigation():
        someone.page.evaluate(
            """path => {
                const form = document.createElement('form')
                form.method = 'post'; form.action = path
                const token = document.createElement('input')
                token.name = 'csrf_token'; token.value = document.querySelector('meta[name=csrf-token]').content
                form.append(token); document.body.append(form); form.submit()
            }""",
            path,
        )


@BOTH
def test_one_is_made_anew_with_a_pause_between_and_then_revoked(visitor: Make, width: str, language: str) -> None:
    someone = visitor(width=width, language=language).signs_in(*account("coordinator"))
    here, page = certificates_page(someone), someone.page
    someone.opens(here).is_content()
    again = hrefs(someone, r"/coordinate/certificates/\w{26}/reissue")[0]
    post(someone, f"{here}/pause")
    someone.opens(again).is_content()
    with page.expect_navigation():
        page.locator("main form button").last.click()
    assert page.locator("main .error-summary").count() == 1
    someone.complaints.clear()  # The browser itself complains about a page that answers 422.
    someone.is_content()
    page.locator("main textarea").fill("Faltaba un apellido.")
    someone.sends(page.locator("main form").last)
    resume = page.locator("#certificates-progress form[action$='/resume']")
    assert resume.count() == 1
    someone.is_content()
    with page.expect_navigation():
        resume.locator("button").click()
    assert until(lambda: again not in hrefs(someone.opens(here), r".*/reissue"), 60), "the worker made it"
    assert "Faltaba un apellido." in page.locator("main").inner_text()
    someone.is_content()

    last = hrefs(someone, r"/coordinate/certificates/\w{26}/revoke")[-1]
    someone.opens(last).is_content()
    page.locator("main textarea").fill("Se expidió por error.")
    someone.sends(page.locator("main form").last)
    assert last not in hrefs(someone, r".*/revoke")
    someone.is_content()
    anyone = visitor(width=width, language=language)
    anyone.opens(f"/verify/{last.split('/')[3]}").is_content()
    assert anyone.page.locator("main .answer.wrong").count() == 1


@BOTH
def test_one_s_own_are_checked_by_code_and_by_file(visitor: Make, width: str, language: str) -> None:
    someone = visitor(width=width, language=language).signs_in(*account("participant"))
    page = someone.opens("/my/certificates").page
    someone.is_content()
    files, transcripts = hrefs(someone, r"/certificates/\w{26}\.pdf"), hrefs(someone, r".*/transcript\.pdf")
    assert files
    for path in (*files, *transcripts):
        assert page.request.get(someone.site.address + path).body().startswith(b"%PDF")
    code = next(path for path in files if standing(someone, path) == "valid").removeprefix("/certificates/")[:26]
    pdf = page.request.get(f"{someone.site.address}/certificates/{code}.pdf").body()

    # Whoever checks has neither an account nor, here, scripts.
    anyone = visitor(width=width, language=language, scripts=False)
    form = anyone.opens("/verify").page.locator("main form")
    with anyone.page.expect_navigation():
        form.first.locator("button").click()
    assert anyone.page.locator("main [role=alert]").count() == 1
    anyone.page.locator("main input[name=code]").fill(code.upper())
    with anyone.page.expect_navigation():
        form.first.locator("button").click()
    assert anyone.page.locator("main .answer.good").count() == 1
    anyone.opens("/verify")
    for content, tone in ((pdf, "good"), (pdf + b"\n", "wrong")):
        anyone.page.set_input_files(
            "main input[type=file]", {"name": "c.pdf", "mimeType": "application/pdf", "buffer": content}
        )
        with anyone.page.expect_navigation():
            anyone.page.locator("main form[enctype] button").click()
        assert anyone.page.locator(f"main .answer.{tone}").count() == 1
        if tone == "good":
            anyone.opens("/verify")


@BOTH
def test_the_pages_of_the_check_are_content(visitor: Make, width: str, language: str) -> None:
    anyone = visitor(width=width, language=language)
    for path in ("/verify", "/verify?code=", "/verify/keys"):
        anyone.opens(path).is_content()
    assert anyone.page.goto(f"{anyone.site.address}/verify/{'a' * 26}").status == 404
    anyone.complaints.clear()  # The browser itself complains about a page that answers 404.
    anyone.is_content()


def standing(someone: Visitor, path: str) -> str:
    """Return how the certificate of a file stands."""
    code = path.removeprefix("/certificates/")[:26]
    answer = someone.page.request.get(f"{someone.site.address}/api/v1/certificates/{code}")
    return str(answer.json()["state"])
