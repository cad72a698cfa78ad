"""Wapiti and sqlmap go over the demonstration as it runs."""

import csv
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ilpes_lms.config import ROOT
from ilpes_lms.supervisor import free_port
from tests.running.processes import read_until

# Both ask one demonstration, whoever else is at work.
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("demonstration")]
MODULES = "sql,xss,permanentxss,exec,file,crlf,redirect,xxe,upload,csrf,csp,http_headers,cookieflags"
# What it says and we know, with the reason.
EXPLAINED = {
    # The demonstration is served over plain HTTP; in production cookies are Secure (ilpes_lms/web/security.py).
    ("Secure Flag cookie", "/"),
    # It takes one refusal for another; that no form is taken without proof is tried in test_permissions.py.
    ("Cross Site Request Forgery", "/sign-up"),
}
ASKED = (
    "/activities?q=gobierno&kind=webinar",
    "/api/v1/activities?q=gobierno&country=CHL",
    "/api/v1/organizations?q=ministerio",
    "/verify?code=aaaa",
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The demonstration, running; its address."""
    port, folder = free_port(), tmp_path_factory.mktemp("demonstration")
    environment = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "REDIS_URL", "ILPES_ENV"}}
    with subprocess.Popen(
        [sys.executable, "-m", "ilpes_lms.cli", "up", "--demo"], cwd=ROOT, text=True,
        env=environment | {"PORT": str(port), "VAR_FOLDER": str(folder / "var"), "WEB_WORKERS": "1"},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    ) as process:  # fmt: skip
        assert "ready at" in read_until(process, "Ctrl-C stops everything.")
        yield f"http://127.0.0.1:{port}"
        process.terminate()
        process.wait(60)


def run(command: list[str], folder: Path, seconds: int) -> str:
    """Run a judge at home in a folder of its own; return what it says."""
    said = subprocess.run(
        command, cwd=folder, env=os.environ | {"HOME": str(folder)}, capture_output=True, text=True, check=False,
        timeout=seconds,
    )  # fmt: skip
    return said.stdout + said.stderr


def test_wapiti_finds_nothing_that_is_not_explained(judges: Path, site: str, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    said = run(
        [
            str(judges / "wapiti"), "-u", f"{site}/", "--scope", "folder", "-m", MODULES, "-d", "4",
            "--max-scan-time", "90", "--max-attack-time", "15", "--max-links-per-page", "40",
            "--max-files-per-dir", "30", "--flush-session", "--no-bugreport", "-f", "json", "-o", str(report),
        ],
        tmp_path, 900,
    )  # fmt: skip
    assert report.exists(), said[-2000:]
    told = json.loads(report.read_text(encoding="utf-8"))
    assert told["infos"]["crawled_pages_nbr"] > 50
    found = {
        (kind, one["path"]): one["info"]
        for part in ("vulnerabilities", "anomalies")
        for kind, ones in told[part].items()
        for one in ones
    }
    assert {key: info for key, info in found.items() if key not in EXPLAINED} == {}


def test_sqlmap_finds_no_way_into_the_database(judges: Path, site: str, tmp_path: Path) -> None:
    # Without the techniques that measure time: on a busy machine they find what is not there.
    (tmp_path / "asked.txt").write_text("".join(f"{site}{path}\n" for path in ASKED), encoding="utf-8")
    out = tmp_path / "out"
    said = run(
        [
            str(judges / "sqlmap"), "-m", "asked.txt", "--batch", "--level=1", "--risk=1", "--threads=2",
            "--technique=BEU", "--disable-coloring", f"--output-dir={out}",
        ],
        tmp_path, 1200,
    )  # fmt: skip
    (results,) = out.glob("results-*.csv")
    rows = list(csv.DictReader(results.read_text(encoding="utf-8").splitlines()))
    assert said.count("does not seem to be injectable") >= len(ASKED), said[-2000:]
    assert [row for row in rows if row.get("Parameter")] == []
