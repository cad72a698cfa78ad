"""Judges that are not ours live in an environment of their own, which `make test-slow` and `make judges` make."""

from pathlib import Path

import pytest

from ilpes_lms.config import ROOT

PLACE = ROOT / ".venv-judges" / "bin"


@pytest.fixture(scope="session")
def judges() -> Path:
    """The folder with the judges' programs."""
    if not (PLACE / "bandit").exists():
        pytest.skip("no judges here: make judges installs them from requirements/judges.lock")
    return PLACE
