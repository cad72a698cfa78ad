"""What messages say, and a message to the people of an activity, in a real browser."""

import re
from collections.abc import Callable

import pytest

from tests.browser.conftest import Visitor, account

Make = Callable[..., Visitor]


@pytest.mark.parametrize(("width", "scripts", "language"), [("phone", True, "es"), ("desk", False, "fr")])
def test_a_text_is_changed_looked_at_and_set_back(visitor: Make, width: str, scripts: bool, language: str) -> None:
    # Each run changes another language, so that they do not meet.
    carla = visitor(width=width, scripts=scripts).signs_in(*account("coordinator"))
    page = carla.opens(f"/coordinate/message-texts?lang={language}").page
    if scripts:
        carla.is_content()
    with page.expect_navigation():
        page.locator(f"main a[href$='/enrolment.confirmed/{language}']").click()
    frame = page.frame_locator("iframe.letter")
    frame.locator("td", has_text="ILPES").first.wait_for()
    body = page.locator("[name=body]")
    body.fill(body.input_value() + "\n\n- **Uno**")
    page.locator("button[name=part][value=html]").click()
    frame.locator("strong", has_text="Uno").wait_for()
    if scripts:
        carla.is_content()
    save = page.locator("main form:has([name=body]) button:not([name])")
    body.fill("{nadie}")
    with page.expect_navigation():
        save.click()
    assert page.locator(".error-summary a[href='#body']").count() == 1
    carla.complaints.clear()  # the browser complains of the refusal's status
    if scripts:
        carla.is_content()
    body.fill("{name}\n\n{link}")
    with page.expect_navigation():
        save.click()
    back = page.locator("main form[action$='/original']")
    assert back.count() == 1
    carla.sends(back)
    assert page.locator("main form[action$='/original']").count() == 0
    if scripts:
        carla.is_content()


@pytest.mark.parametrize(
    ("width", "scripts", "language"), [("phone", True, "pt"), ("desk", True, "en"), ("desk", False, "es")]
)
def test_a_message_is_written_counted_sent_and_watched(visitor: Make, width: str, scripts: bool, language: str) -> None:
    ana = visitor(width=width, scripts=scripts).signs_in(*account("instructor"))
    page = ana.opens(f"/teach?lang={language}").page
    with page.expect_navigation():
        page.locator("main a[href$='/behind']").first.click()
    activity = re.findall(r"/activities/(\w+)/behind", page.url)[0]
    ana.opens(f"/coordinate/activities/{activity}/announcements")
    if scripts:
        ana.is_content()
    ana.opens(f"/coordinate/activities/{activity}/announcements/new")
    closed = page.locator("main details:not([open]) > summary")
    while closed.count():
        closed.first.click()
    page.locator("[name=subject_es]").fill("Sobre {activity}")
    page.locator("[name=body_es]").fill("Hola, {name}:\n\nTraiga sus preguntas.")
    if scripts:
        ana.is_content()
    with page.expect_navigation():
        page.locator("main form:has([name=body_es]) button[type=submit]").click()
    page.frame_locator("iframe.letter").locator("p", has_text="Traiga sus preguntas.").wait_for()
    if scripts:
        ana.is_content()
    ana.sends(page.locator("main form[action$='/test']"))
    ana.sends(page.locator("main form[action$='/send']"))
    progress = page.locator("#progress")
    assert progress.count() == 1
    if scripts:
        ana.is_content()
        # It shows by itself that all are done.
        page.wait_for_selector("#progress:not([hx-get])", timeout=60_000)
        ana.is_content()
