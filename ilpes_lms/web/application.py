"""The application as pages and routes are opened on it."""

from collections.abc import Callable
from typing import Any

from apiflask import APIFlask


class Application(APIFlask):
    """The application as APIFlask makes it, without coroutines among its functions."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return a function as it is: Flask looks into each for a coroutine, a dozen times for every request."""
        return func
