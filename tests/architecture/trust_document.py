"""`docs/trust.md` names the tests of each hostile case: `python -m tests.architecture.trust_document` writes them anew.

A test carries the number of its case in its name (`test_trust_9_…`). What stands in the document besides is written by
people: what is tried, what is promised, and `- none:` with the reason where no test has the number.
"""

import re
from collections import defaultdict

from ilpes_lms.config import ROOT

FILE = ROOT / "docs" / "trust.md"
CASES = range(1, 41)
NONE = "- none: "
_NAME = re.compile(r"^ *(?:async )?def (test_trust_(\d+)_\w+)\(", re.MULTILINE)
_HEADING = re.compile(r"^### (\d+)\. ")


def numbered() -> dict[int, list[str]]:
    """Return the tests that carry a case's number, by case."""
    found: dict[int, list[str]] = defaultdict(list)
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for name, number in _NAME.findall(path.read_text(encoding="utf-8")):
            found[int(number)].append(f"{path.relative_to(ROOT)}::{name}")
    return found


def with_tests(text: str) -> str:
    """Return the document with the tests as they are now; a reason for having none goes where there is one."""
    lines, tests, out = text.splitlines(), numbered(), list[str]()
    for place, line in enumerate(lines):
        if line.startswith("- `tests/"):
            continue
        found = _HEADING.match(_heading_above(lines, place))
        case = int(found[1]) if found else 0
        if line.startswith(NONE):
            out += [] if tests.get(case) else [line]
            continue
        out.append(line)
        if found and line and not line.startswith("#") and _ends_paragraph(lines, place):
            out += [f"- `{name}`" for name in tests.get(case, [])]
    return "\n".join(out) + "\n"


def _heading_above(lines: list[str], place: int) -> str:
    return next((line for line in reversed(lines[: place + 1]) if line.startswith("#")), "")


def _ends_paragraph(lines: list[str], place: int) -> bool:
    following = lines[place + 1] if place + 1 < len(lines) else ""
    return not following or following.startswith("- ")


if __name__ == "__main__":
    FILE.write_text(with_tests(FILE.read_text(encoding="utf-8")), encoding="utf-8")
