"""Kinds of messages of their own, so that these tests need no other room's."""

from collections.abc import Iterator

import pytest
from apiflask import APIFlask

from tests.factories.notifications import Question, test_kinds


@pytest.fixture(autouse=True)
def question(app: APIFlask) -> Iterator[Question]:
    """What the kind test.greeting answers to "still due?"."""
    with test_kinds(app) as asked:
        yield asked
