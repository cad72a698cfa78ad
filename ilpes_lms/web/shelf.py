"""Pages that are the same for everyone, kept by this process while what they show stands.

Nothing here is truth: each request asks the database for the stamp of what is shown (law 1), which is part of a
page's key: a page made under another stamp is not found any more.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable

from flask import session

from ilpes_lms.web import access

_MOST_PAGES = 256


class Shelf:
    """The pages asked for last, as many as fit."""

    def __init__(self, most: int = _MOST_PAGES) -> None:
        self._most = most
        self._pages: OrderedDict[Hashable, str] = OrderedDict()
        self._lock = threading.Lock()

    def page(self, key: Hashable, make: Callable[[], str]) -> str:
        """Return the page kept under a key, made first if it is not there."""
        with self._lock:
            found = self._pages.get(key)
            if found is not None:
                self._pages.move_to_end(key)
                return found
        made = make()
        with self._lock:
            self._pages[key] = made
            while len(self._pages) > self._most:
                self._pages.popitem(last=False)
        return made


def is_personal() -> bool:
    """Tell whether a page made now is for one reader: a name in the header, or a message that is said once."""
    return access.principal().is_authenticated or "_flashes" in session
