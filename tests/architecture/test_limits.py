"""The page about limits says what the code holds to."""

import re
from datetime import timedelta

from ilpes_lms.attendance.reports import decoding
from ilpes_lms.attendance.service import platform_rows
from ilpes_lms.certificates import images
from ilpes_lms.certificates import rules as certificates
from ilpes_lms.config import ROOT
from ilpes_lms.enrolment import rules as enrolment
from ilpes_lms.enrolment.rules import imports
from ilpes_lms.enrolment.rules.documents import LARGEST_DOCUMENT
from ilpes_lms.enrolment.service import lists
from ilpes_lms.people import rules as people
from ilpes_lms.web.security import LARGEST_BODY

PAGE = (ROOT / "docs" / "limits.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `(\w+)` \| (\d*) ?\| (\d*) ?\| (\d+) min \|", re.MULTILINE)
MIB = 1024 * 1024


def test_the_page_names_every_limit_of_attempts_as_it_is() -> None:
    said = {}
    for action, about_one, of_a_caller, minutes in ROW.findall(PAGE):
        for who, number in (("account", about_one), ("caller", of_a_caller)):
            if number:
                said[f"{action}.{who}"] = people.Limit(int(number), timedelta(minutes=int(minutes)))
    assert said == people.LIMITS


def test_the_page_names_the_largest_file_of_each_kind() -> None:
    said = [line.split(" | ")[2] for line in PAGE.splitlines() if re.match(r"\| (PDF|list|att|grades|logo|cert)", line)]
    invited, exports, unpacked = lists.LIMITS, platform_rows.LIMITS, lists.LIMITS.unpacked_bytes // 1_000_000
    assert said[:7] == [
        f"{LARGEST_DOCUMENT // MIB} MiB, up to three an application",
        f"{imports.MOST_BYTES // 1_000_000} MB, {imports.MOST_ROWS:,} rows",
        f"{invited.file_bytes // 1_000_000} MB, {invited.rows:,} rows, unpacked {unpacked} MB",
        f"{decoding._MOST_MEGABYTES} MB",
        f"{exports.file_bytes // 1_000_000} MB, {exports.rows:,} rows, {exports.columns} columns",
        f"{images.LARGEST // 1024} KiB",
        f"{certificates.LARGEST_FILE // MIB} MiB",
    ]
    assert enrolment.MOST_FILES == 3
    assert f"may have {LARGEST_BODY // MIB} MiB" in PAGE
