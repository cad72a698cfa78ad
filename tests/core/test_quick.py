"""What the quick run leaves out is a second time or a whole system, never the only test of something."""

import pytest

from tests.quick import is_left_out

PAIR = "tests/people/test_pages.py::test_it[{}-phone]"
BOTH = {PAIR.format("sqlite"), PAIR.format("postgresql")}


def test_of_a_test_on_two_databases_one_stays() -> None:
    assert [name for name in BOTH if not is_left_out(name, BOTH)] == [PAIR.format("sqlite")]


@pytest.mark.parametrize("name", [PAIR.format("postgresql"), "tests/core/a.py::test_it", "tests/core/a.py::test_it[x]"])
def test_what_is_tried_once_stays(name: str) -> None:
    assert not is_left_out(name, {name})


def test_what_starts_a_whole_system_is_left_out() -> None:
    assert is_left_out("tests/browser/test_way.py::test_it[phone]", set())
