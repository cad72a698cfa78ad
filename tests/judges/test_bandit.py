"""Bandit looks for what is dangerous in the code; what it may find is explained beside `nosec` in its line."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from ilpes_lms.config import ROOT

pytestmark = pytest.mark.slow
CODE = ("ilpes_lms", "wsgi.py", "migrations")


def found_in(judges: Path, *places: str) -> list[str]:
    command = [str(judges / "bandit"), "-q", "-r", *places, "-f", "json"]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)
    report = json.loads(said.stdout)
    assert report["errors"] == []
    return [f"{one['filename']}:{one['line_number']} {one['test_id']} {one['issue_text']}" for one in report["results"]]


def test_nothing_dangerous_is_found_that_is_not_explained(judges: Path) -> None:
    assert found_in(judges, *CODE) == []


def test_something_dangerous_would_be_found(judges: Path, tmp_path: Path) -> None:
    """The negative control."""
    (tmp_path / "bad.py").write_text("import os\nos.system(input())\n")
    assert any("B605" in one for one in found_in(judges, str(tmp_path)))


def test_each_exception_names_what_it_excepts_and_has_a_reason() -> None:
    lines = [
        (str(path.relative_to(ROOT)), line)
        for folder in ("ilpes_lms", "migrations")
        for path in sorted((ROOT / folder).rglob("*.py"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if "# nosec" in line
    ]
    assert [one for one in lines if not re.search(r"# (noqa: S\d+ - )?\w[^#]+# nosec B\d+$", one[1])] == []
