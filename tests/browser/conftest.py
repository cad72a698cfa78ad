"""A real site and a real browser. Without Chromium the tests are skipped loudly; in CI its absence is a failure."""

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Locator, Page, sync_playwright

from ilpes_lms.config import ROOT
from ilpes_lms.demo.accounts import ACCOUNTS
from ilpes_lms.supervisor import answers, free_port
from tests.running.processes import PATIENCE_SECONDS, until

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
WIDTHS = {"phone": 360, "desk": 1280}


# The shell draws the same pages with two thirds of the work.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


def chromium() -> str | None:
    return next(filter(None, map(shutil.which, NAMES)), None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if chromium() is None and os.environ.get("CI") != "true":
        reason = "CHROMIUM IS MISSING: nothing was tried in a browser (Debian: apt-get install chromium-headless-shell)"
        for item in items:
            if "tests/browser" in item.path.as_posix():
                item.add_marker(pytest.mark.skip(reason=reason))


@dataclass
class Site:
    """A running system with the demonstration loaded."""

    address: str
    var: Path

    def mails(self) -> list[Path]:
        return sorted((self.var / "mail").glob("*.eml"))


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The whole system as `make run` starts it, on SQLite and the embedded broker."""
    var, port = tmp_path_factory.mktemp("site"), free_port()
    environment = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "REDIS_URL", "ILPES_ENV"}}
    process = subprocess.Popen(
        [sys.executable, "-m", "ilpes_lms.cli", "up", "--demo"], cwd=ROOT, text=True,
        env=environment | {"PORT": str(port), "VAR_FOLDER": str(var), "WEB_WORKERS": "1"},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    said: list[str] = []
    listener = threading.Thread(target=lambda: said.extend(process.stdout or []), daemon=True)
    listener.start()
    address = f"http://127.0.0.1:{port}"
    try:
        ready = until(lambda: answers(f"{address}/health/ready") or process.poll() is not None, PATIENCE_SECONDS)
        assert ready, "".join(said)
        assert process.poll() is None, "".join(said)
        yield Site(address, var)
    finally:
        process.terminate()
        process.wait(60)
        listener.join(10)
        if process.stdout:
            process.stdout.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = chromium()
    assert path, "Chromium is needed in CI"
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield launched
        launched.close()


@dataclass
class Visitor:
    """Someone with a browser of their own, who notices what the console complains about."""

    site: Site
    page: Page
    scripts: bool = True
    complaints: list[str] = field(default_factory=list)

    def opens(self, path: str) -> "Visitor":
        response = self.page.goto(self.site.address + path)
        assert response is not None
        assert response.ok, f"{path}: {response.status}"
        return self

    def signs_in(self, email: str, password: str) -> "Visitor":
        self.opens("/sign-in")
        self.page.locator("input[name=email]").fill(email)
        self.page.locator("input[name=password]").fill(password)
        with self.page.expect_navigation():
            self.page.locator("main form button[type=submit]").first.click()
        assert "/sign-in" not in self.page.url, self.page.locator("main").inner_text()
        return self

    def sends(self, form: Locator) -> None:
        """Press a form's last button and wait for the answer, which must not be a refusal."""
        question = form.locator("xpath=ancestor::details/summary")
        if question.count():
            question.first.click()
        with self.page.expect_navigation():
            form.locator("button").last.click()
        refused = self.page.locator("main .error-summary")
        assert refused.count() == 0, refused.inner_text()

    def is_content(self) -> None:
        """Nothing overflows sideways, the console is silent, and axe finds nothing against WCAG 2.2 AA."""
        assert self.scripts, "without scripts axe waits for ever"
        width = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert width <= 0, f"{self.page.url} is {width} pixels too wide"
        assert self.complaints == []
        options = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
        found = Axe().run(self.page, options=options)
        assert found.violations_count == 0, f"{self.page.url}\n{found.generate_report()}"


@pytest.fixture
def visitor(site: Site, browser: Browser) -> Iterator[Callable[..., Visitor]]:
    """Make visitors: `visitor(width="phone", language="es", scripts=True)`."""
    contexts: list[BrowserContext] = []

    def make(*, width: str = "desk", language: str = "es", scripts: bool = True) -> Visitor:
        context = browser.new_context(
            viewport={"width": WIDTHS[width], "height": 900}, locale=language, java_script_enabled=scripts,
            timezone_id="America/Bogota",
            reduced_motion="reduce",  # axe measures colours, which must not be on their way to others
        )  # fmt: skip
        contexts.append(context)
        made = Visitor(site, context.new_page(), scripts)
        made.page.on("pageerror", lambda error: made.complaints.append(str(error)))
        made.page.on("console", lambda said: said.type == "error" and made.complaints.append(said.text))
        return made

    yield make
    for context in contexts:
        context.close()


def account(audience: str) -> tuple[str, str]:
    """Return the address and password of one of the demonstration's accounts."""
    found = next(a for a in ACCOUNTS if a.audience.replace("_", " ") == audience)
    return found.email, found.password
