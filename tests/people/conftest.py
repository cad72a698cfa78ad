"""What the room posts, caught before the room that sends."""

from collections.abc import Iterator

import pytest
from apiflask import APIFlask

from ilpes_lms.people import letters
from ilpes_lms.people.letters import Letter


class Letterbox(list[Letter]):
    """The letters posted in a test, oldest first."""

    def __init__(self, app: APIFlask) -> None:
        super().__init__()
        self.app = app

    def path(self, number: int = -1) -> str:
        """Return the path of the link in a letter."""
        letter = self[number]
        with self.app.app_context():
            path: str = letters.KINDS[letter.kind].values(letter.values, "es")["path"]
        return path

    def token(self, number: int = -1) -> str:
        """Return the last part of the link in a letter."""
        return self.path(number).rsplit("/", 1)[1]


@pytest.fixture
def letterbox(app: APIFlask) -> Iterator[Letterbox]:
    box = Letterbox(app)
    post = letters.post_of(app)
    before = post.sender
    post.sender = lambda **letter: box.append(Letter(**letter))
    yield box
    post.sender = before
