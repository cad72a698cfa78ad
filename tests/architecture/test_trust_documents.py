"""The documents about trust say what is so: no case and no requirement is left out, and what they name is there."""

import re

import pytest

from ilpes_lms.config import ROOT
from tests.architecture import trust_document

ASVS = (ROOT / "docs" / "asvs.md").read_text(encoding="utf-8")
TRUST = trust_document.FILE.read_text(encoding="utf-8")
ROW = re.compile(r"^\| V([\d.]+) \| (\d) \| ([^|]+) \| ([^|]+) \| (.+) \|$", re.MULTILINE)
STANDINGS = {"met", "partly met", "not met", "not applicable"}
# By section of ASVS 5.0.0, the level of each of its requirements in their order.
LEVELS = {
    "1.1": "22", "1.2": "1111122223", "1.3": "112222222223", "1.4": "222", "1.5": "123", "2.1": "122", "2.2": "112",
    "2.3": "12223", "2.4": "23", "3.1": "3", "3.2": "113", "3.3": "12223", "3.4": "11222233", "3.5": "11122333",
    "3.6": "3", "3.7": "22333", "4.1": "12233", "4.2": "23333", "4.3": "22", "4.4": "1222", "5.1": "2",
    "5.2": "112333", "5.3": "113", "5.4": "222", "6.1": "122", "6.2": "111111112222", "6.3": "11223333",
    "6.4": "112233", "6.5": "22222333", "6.6": "2223", "6.7": "33", "6.8": "2222", "7.1": "222", "7.2": "1111",
    "7.3": "22", "7.4": "11222", "7.5": "223", "7.6": "22", "8.1": "1233", "8.2": "1123", "8.3": "133", "8.4": "23",
    "9.1": "111", "9.2": "1222", "10.1": "22", "10.2": "223", "10.3": "22223", "10.4": "1111122222233333",
    "10.5": "22222", "10.6": "22", "10.7": "222", "11.1": "2233", "11.2": "22233", "11.3": "11233", "11.4": "1222",
    "11.5": "23", "11.6": "23", "11.7": "33", "12.1": "12233", "12.2": "11", "12.3": "22223", "13.1": "2333",
    "13.2": "222223", "13.3": "2233", "13.4": "1222233", "14.1": "22", "14.2": "12223333", "14.3": "122",
    "15.1": "12233", "15.2": "12233", "15.3": "1222222", "15.4": "3333", "16.1": "2", "16.2": "22222",
    "16.3": "2222", "16.4": "222", "16.5": "2223", "17.1": "23", "17.2": "22223333", "17.3": "22",
}  # fmt: skip


def test_the_levels_are_those_of_all_345_requirements() -> None:
    every = "".join(LEVELS.values())
    assert [every.count(level) for level in "123"] == [70, 183, 92]


def test_each_requirement_of_levels_1_and_2_stands_once_with_its_level_and_standing() -> None:
    wanted = [
        (f"{section}.{number}", level)
        for section, levels in LEVELS.items()
        for number, level in enumerate(levels, 1)
        if level in "12"
    ]
    assert [(found[0], found[1]) for found in ROW.findall(ASVS)] == wanted
    assert {found[3] for found in ROW.findall(ASVS)} == STANDINGS
    assert len([line for line in ASVS.splitlines() if line.startswith("| V")]) == len(wanted)


def test_the_standings_are_counted_rightly() -> None:
    counted = [sum(found[3] == one for found in ROW.findall(ASVS)) for one in
               ("met", "partly met", "not met", "not applicable")]  # fmt: skip
    said = re.search(r"Of (\d+) requirements, (\d+) are met, (\d+) partly, (\d+) are not, and (\d+) do not apply", ASVS)
    assert said is not None
    assert list(map(int, said.groups())) == [sum(counted), *counted]


@pytest.mark.parametrize("text", [ASVS, TRUST], ids=["asvs", "trust"])
def test_every_file_that_is_named_is_there(text: str) -> None:
    named = set(re.findall(r"`((?:tests|ilpes_lms|docs|requirements|config)/[\w./-]+)", text))
    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_what_is_met_by_something_of_ours_names_it() -> None:
    by_test = [found for found in ROW.findall(ASVS) if found[3] == "met" and "`tests/" in found[4]]
    assert len(by_test) > 60


def test_each_case_stands_once_with_its_tests_or_the_reason_for_having_none() -> None:
    cases = re.findall(r"^### (\d+)\. .+\n\n(.+(?:\n.+)*)", TRUST, re.MULTILINE)
    assert [int(number) for number, _text in cases] == list(trust_document.CASES)
    assert [number for number, text in cases if not re.search(r"^- (`tests/|none: .{20})", text, re.MULTILINE)] == []


def test_the_document_names_the_tests_that_carry_a_number_and_no_others() -> None:
    assert trust_document.with_tests(TRUST) == TRUST, "write it anew: python -m tests.architecture.trust_document"
    assert set(trust_document.numbered()) <= set(trust_document.CASES)
