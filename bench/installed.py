"""Run a script with what is installed for a run alone, without the libraries that tools for development bring."""

import re
import runpy
import sys
from collections.abc import Mapping
from importlib.metadata import packages_distributions
from pathlib import Path

_LOCKS = Path(__file__).resolve().parent.parent / "requirements"
_LOCKED = re.compile(r"^([\w.-]+)==", re.MULTILINE)


def as_for_a_run() -> None:
    """Let nothing be imported that only development needs: structlog, for one, opens rich where it is."""
    sys.modules.update({name: None for name in _only_for_development() if name not in sys.modules})  # type: ignore[misc]


def _only_for_development() -> list[str]:
    tools = _locked("dev.lock") - _locked("run.lock")
    modules: Mapping[str, list[str]] = packages_distributions()
    return [name for name, brought_by in modules.items() if {_plain(one) for one in brought_by} <= tools]


def _locked(name: str) -> set[str]:
    return {_plain(found) for found in _LOCKED.findall((_LOCKS / name).read_text())}


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


if __name__ == "__main__":
    as_for_a_run()
    runpy.run_path(sys.argv[1], run_name="__main__")
