"""The shelf of kept pages: no application, no database."""

from ilpes_lms.web.shelf import Shelf


def test_a_page_is_made_once_for_its_key():
    shelf, made = Shelf(), []
    for _time in range(2):
        assert shelf.page("a", lambda: made.append("a") or "page a") == "page a"
    assert made == ["a"]


def test_the_page_that_was_not_asked_for_longest_makes_room():
    shelf, made = Shelf(most=2), []
    for key in ("a", "b", "a", "c", "a", "b"):
        shelf.page(key, lambda key=key: made.append(key) or key)
    assert made == ["a", "b", "c", "b"]
