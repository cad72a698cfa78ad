"""Addresses in messages: written out, because who sends letters has no pages open; so each must be a page's."""

import ast
from collections.abc import Iterator

import pytest
from apiflask import APIFlask

from ilpes_lms import config
from ilpes_lms.notifications import links
from ilpes_lms.people import letters

_REF = "x" * 22


def _written_out() -> Iterator[tuple[str, str]]:
    """Return each path that stands in a call of `links.absolute`, with the file where it stands."""
    package = config.ROOT / "ilpes_lms"
    for file in package.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            called = isinstance(node, ast.Call) and ast.unparse(node.func) == "links.absolute"
            if called and (path := _path(node.args[0])):
                yield str(file.relative_to(package)), path


def _path(said: ast.expr) -> str:
    parts = said.values if isinstance(said, ast.JoinedStr) else [said]
    texts = [str(part.value) if isinstance(part, ast.Constant) else _REF for part in parts]
    # What a room is told by another, or puts together, begins with no text of its own.
    return "".join(texts) if texts[0].startswith("/") else ""


ADDRESSES = sorted({*_written_out(), *(("people/letters.py", path + _REF) for path in letters._PATHS.values())})


def test_the_addresses_of_messages_are_found_in_the_code() -> None:
    assert {"/activities", f"/activities/{_REF}/apply", f"/teach/class-sessions/{_REF}"} <= {p for _f, p in ADDRESSES}
    assert _path(ast.parse("said['path']", mode="eval").body) == ""


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("file", "path"), [*ADDRESSES, ("notifications/declining.py", links.STOP + _REF)])
def test_each_address_in_a_message_is_that_of_a_page(app: APIFlask, file: str, path: str) -> None:
    endpoint, _values = app.url_map.bind("localhost").match(path, method="GET")
    assert not endpoint.startswith("api_"), file


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_an_address_begins_with_that_of_the_site_and_never_leads_elsewhere(context: APIFlask) -> None:
    assert links.absolute("/my/messages") == f"{context.config['BASE_URL']}/my/messages"
    for elsewhere in ("my/messages", "//example.org/", "https://example.org/"):
        with pytest.raises(ValueError, match="is not a local path"):
            links.absolute(elsewhere)
