"""A coordinator brings in a list of participants, in a browser, with the worker of a running system."""

import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.conftest import Visitor, account
from tests.factories.imports import as_csv, row, rows

Make = Callable[..., Visitor]
ROWS = 3000


def activity_of(coordinator: Visitor) -> str:
    """Return the address of a published activity that takes everybody."""
    page = coordinator.opens("/coordinate/activities/new/webinar").page
    page.locator("[name=titles_es]").fill(f"Lista {time.time_ns()}")
    for name in ("starts_on", "ends_on"):
        page.locator(f"[name={name}]").fill("2031-05-05")
    coordinator.sends(page.locator("main form:has([name=titles_es])"))
    managed = re.sub(r"[?#].*", "", page.url).removeprefix(coordinator.site.address)
    coordinator.sends(coordinator.opens(managed).page.locator("main form[action$='/publish']"))
    return managed


@pytest.mark.parametrize(("width", "scripts", "language"), [("phone", False, "es"), ("desk", True, "fr")])
def test_a_list_is_uploaded_looked_at_and_imported_with_its_progress(
    visitor: Make, tmp_path: Path, width: str, scripts: bool, language: str
) -> None:
    stamp = time.time_ns()
    good = [row(n, email=f"p{n}.{stamp}@example.org") for n in range(ROWS)]
    listed = tmp_path / "participantes de la división.csv"
    listed.write_bytes(
        as_csv([*good, *(row(n, email="sin correo", country="Atlántida") for n in range(30))]).getvalue()
    )
    coordinator = visitor(width=width, scripts=scripts, language=language).signs_in(*account("coordinator"))
    fit = coordinator.is_content if scripts else (lambda: None)
    page = coordinator.opens(f"{activity_of(coordinator)}/participants/import").page
    fit()
    page.locator("main input[type=file]").set_input_files(listed)
    coordinator.sends(page.locator("main form:has(input[type=file])"))
    accept = page.locator("main form[action$='/accept']")
    accept.wait_for(timeout=60_000)
    assert "3000" in re.sub(r"[\s.\u202f\u00a0]", "", page.locator("main").inner_text())
    assert page.locator("main table").first.locator("tbody tr").count() == 20
    fit()
    coordinator.sends(accept)
    page.locator("#import [role=status]").wait_for()
    fit()
    page.locator("main a[href*='state=confirmed']").wait_for(timeout=60_000)
    fit()
    with page.expect_download() as download:
        page.locator("main a[href$='remarks.csv']").click()
    assert len(download.value.path().read_bytes().splitlines()) >= len(rows(30))
