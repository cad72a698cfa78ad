"""Which tests `make test` leaves to `make test-all`: what starts browsers or whole systems, and a second database."""

from collections.abc import Collection

# Folders whose tests start what an operator starts, or a browser: half a minute each, not half a second.
WHOLE_SYSTEMS = frozenset({"browser", "deploy", "faults", "running"})


def is_left_out(nodeid: str, among: Collection[str]) -> bool:
    """Tell whether a test, by its id, is left out: it starts much, or `among` these it stands on SQLite, too."""
    folder = nodeid.split("/")[1]
    on_sqlite = nodeid.replace("postgresql", "sqlite")
    return folder in WHOLE_SYSTEMS or (on_sqlite != nodeid and on_sqlite in among)
