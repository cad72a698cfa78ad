"""Every audience's pages in a real browser: nothing too wide, the console silent, WCAG 2.2 AA by axe."""

import json
from collections.abc import Callable
from urllib.request import urlopen

import pytest

from ilpes_lms.statistics.quality.rules import GAPS
from tests.browser.conftest import Site, Visitor, account

EVERYONE = [
    "/", "/activities", "/activities?when=past", "/activities?q=gestion", "/statistics", "/verify", "/help", "/privacy",
    "/privacy/2026-02",
    "/accessibility", "/sign-in", "/sign-up", "/reset", "/api/v1/docs", "/verify/no-such-code",
    "/statistics/releases/{computed}", "/statistics/releases/{printed}",
]  # fmt: skip
STAFF = {
    "participant": ["/my", "/my/calendar", "/my/enrolments", "/my/certificates", "/my/profile", "/my/data",
                    "/my/data/audit", "/my/data/archive", "/my/sign-ins"],
    "instructor": ["/teach"],
    "coordinator": [
        "/coordinate", "/coordinate/activities", "/coordinate/activities/new", "/coordinate/messages",
        "/coordinate/statistics?from=2021-06-01&to=2022-05-31",
        "/coordinate/statistics?sex=women&by=institution&find=universidad", "/coordinate/statistics/activities",
        "/coordinate/statistics/tables?from=2021-06-01&to=2022-05-31", "/coordinate/statistics/tables",
        "/coordinate/statistics/compilations", "/coordinate/statistics/reconciliation", "/statistics",
        "/coordinate/statistics/releases/new", "/coordinate/statistics/releases/new?from=2021-06-01&to=2021-12-31",
        "/coordinate/statistics/releases/{computed}", "/coordinate/statistics/releases/{printed}",
        "/coordinate/statistics/publications/new", "/coordinate/statistics/quality",
        *(f"/coordinate/statistics/quality/{gap}" for gap in GAPS),
    ],
    "statistics reader": ["/coordinate/statistics", "/coordinate/statistics/activities?sex=women,men",
                          "/statistics/releases/{computed}"],
    "auditor": ["/admin/audit", "/admin/audit/export"],
    "administrator": ["/admin", "/admin/people", "/admin/undelivered-messages", "/admin/vocabularies",
                      "/admin/retention", "/admin/retention/messages"],
}  # fmt: skip
LOOKS = [("phone", "es"), ("desk", "pt")]
Make = Callable[..., Visitor]


@pytest.fixture(scope="session")
def releases(site: Site) -> dict[str, str]:
    """The refs of a release from the records and of one that a document printed, as they stand in addresses above."""
    with urlopen(f"{site.address}/api/v1/statistics/releases") as answer:
        listed = json.load(answer)["items"]
    return {"printed" if one["published_in"] else "computed": one["ref"] for one in listed}


@pytest.mark.parametrize(("width", "language"), LOOKS)
def test_pages_for_everyone_are_fit_for_everyone(
    visitor: Make, releases: dict[str, str], width: str, language: str
) -> None:
    someone = visitor(width=width, language=language)
    for path in EVERYONE:
        response = someone.page.goto(someone.site.address + path.format(**releases))
        assert response is not None
        assert response.status in {200, 404}, path
        someone.complaints.clear() if response.status != 200 else None
        someone.is_content()


@pytest.mark.parametrize(("width", "language"), LOOKS)
@pytest.mark.parametrize("audience", STAFF)
def test_pages_behind_the_door_are_fit_for_everyone(
    visitor: Make, releases: dict[str, str], audience: str, width: str, language: str
) -> None:
    someone = visitor(width=width, language=language).signs_in(*account(audience))
    for path in STAFF[audience]:
        someone.opens(path.format(**releases)).is_content()


@pytest.mark.parametrize("width", ["phone", "desk"])
def test_every_tab_of_an_activity_is_fit_for_everyone(visitor: Make, width: str) -> None:
    coordinator = visitor(width=width).signs_in(*account("coordinator"))
    coordinator.opens("/coordinate/activities?status=published")
    links = coordinator.page.eval_on_selector_all("main a", "links => links.map(link => link.getAttribute('href'))")
    activity = next(link for link in links if link and link.count("/") == 3 and not link.endswith("/new"))
    coordinator.opens(activity).is_content()
    tabs = coordinator.page.eval_on_selector_all(
        "main a", "(links, base) => links.map(l => l.getAttribute('href')).filter(h => h && h.startsWith(base + '/'))",
        activity,
    )  # fmt: skip
    assert tabs, "an activity has more to it than its overview"
    for tab in sorted(set(tabs)):
        coordinator.opens(tab).is_content()


def test_the_first_view_is_light(visitor: Make) -> None:
    """Under 60 kB over the line, everything counted."""
    someone = visitor(width="phone")
    sizes: list[int] = []
    someone.page.on("requestfinished", lambda request: sizes.append(request.sizes()["responseBodySize"]))
    someone.opens("/activities")
    someone.page.wait_for_load_state("networkidle")
    assert 0 < sum(sizes) < 60_000


def test_the_catalogue_works_without_scripts(visitor: Make) -> None:
    someone = visitor(width="phone", scripts=False)
    someone.opens("/activities")
    someone.page.locator("input[type=search], input[name=q]").first.fill("gestion")
    with someone.page.expect_navigation(url="**q=gestion**"):
        someone.page.keyboard.press("Enter")
    assert "estión" in someone.page.locator("main").inner_text()


NOT_STATED = {"es": "No declarado", "en": "Not stated", "pt": "Não declarado", "fr": "Non déclaré"}

# What the records of the day let the longest bar say may be short: it is given the longest text that it may have.
LONGEST_BARS_SAY = """text => {
    for (const chart of document.querySelectorAll("main svg.bars:has(.women, .men)")) {
        const values = [...chart.querySelectorAll("text.value")];
        const end = (one) => parseFloat(one.getAttribute("x"));
        const longest = values.reduce((most, one) => (end(one) > end(most) ? one : most), values[0]);
        if (longest) longest.textContent = text;
    }
}"""


@pytest.mark.parametrize("language", ["es", "en", "pt", "fr"])
def test_no_title_or_number_of_the_figures_is_cut_on_a_phone(visitor: Make, language: str) -> None:
    reader = visitor(width="phone", language=language).signs_in(*account("statistics reader"))
    reader.opens(f"/coordinate/statistics?lang={language}")
    for page in ("/tables?from=2021-06-01&to=2022-05-31", "", "?from=2026-01-01&to=2026-12-31&by=institution"):
        reader.opens(f"/coordinate/statistics{page}")
        reader.page.evaluate(LONGEST_BARS_SAY, f"{NOT_STATED[language]} 1\u202f234 (100%)")
        cut = reader.page.eval_on_selector_all(
            "caption, figcaption, .chart svg text, main th, main td",
            """all => all
                .filter(one => one.getBoundingClientRect().right > innerWidth - 15 || one.scrollWidth > innerWidth)
                .map(one => one.textContent.trim())""",
        )
        assert cut == [], page
